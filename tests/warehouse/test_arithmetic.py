"""Quotients are exact: what Python's decimals say, on every engine."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ampiq_gql.warehouse.arithmetic import ExactQuotient, ExactRatio

STEP = Decimal("0.0001")
MONEY = sa.Numeric(18, 4)
AMOUNT = st.decimals(min_value=-9 * 10**9, max_value=9 * 10**9, places=4)


@pytest.fixture(scope="module", params=["duckdb", "postgresql"])
def connection(request: pytest.FixtureRequest) -> Iterator[sa.Connection]:
    is_server = request.param == "postgresql"
    url = request.getfixturevalue("postgres") if is_server else "duckdb:///:memory:"
    engine = sa.create_engine(url)
    with engine.connect() as opened:
        yield opened
    engine.dispose()


def quotient(connection: sa.Connection, amount: Decimal | None, count: int) -> Decimal | None:
    asked = ExactQuotient(sa.literal(amount, sa.Numeric(38, 4)), sa.literal(count, sa.BigInteger()))
    return connection.execute(sa.select(asked)).scalar()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.decimals(min_value=-(10**13), max_value=10**13, places=4),
    st.integers(min_value=-(10**6), max_value=10**6).filter(bool),
)
@example(Decimal("271.5300"), 8)  # 33.94125: half a step, which floating point misses
@example(Decimal("-271.5300"), 8)
@example(Decimal("0.0001"), 2)
@example(Decimal("271.5300"), -8)
@example(Decimal("271.5300"), 1)
@example(Decimal("-271.5300"), -1)
@example(Decimal("999999999.9999"), 7)  # the largest amount of the fast way
@example(Decimal("-1000000000.0000"), 7)
def test_a_quotient_is_rounded_from_its_exact_value(
    connection: sa.Connection, amount: Decimal, count: int
) -> None:
    wanted = (amount / count).quantize(STEP, ROUND_HALF_UP)
    assert quotient(connection, amount, count) == wanted


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(AMOUNT, AMOUNT.filter(bool))
@example(Decimal("1.2500"), Decimal("1000.0000"))  # 0.00125: floating point is below it
@example(Decimal("-0.0001"), Decimal("2.0000"))
@example(Decimal("999999999.9999"), Decimal("-999999.9999"))
@example(Decimal("1000000000.0000"), Decimal("3.0000"))
def test_a_ratio_is_rounded_from_its_exact_value(
    connection: sa.Connection, part: Decimal, whole: Decimal
) -> None:
    asked = ExactRatio(sa.literal(part, MONEY), sa.literal(whole, MONEY))
    wanted = (part / whole).quantize(STEP, ROUND_HALF_UP)
    assert connection.execute(sa.select(asked)).scalar() == wanted


@pytest.mark.parametrize(("amount", "count"), [(Decimal("1.0000"), 0), (None, 2)])
def test_nothing_comes_of_nothing(
    connection: sa.Connection, amount: Decimal | None, count: int
) -> None:
    assert quotient(connection, amount, count) is None

"""Scalars: exact both ways, and clear about what they expect."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from strawberry.exceptions import StrawberryInputCoercionError

from ampiq_gql.graphql.scalars import SCALARS, Long


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        pytest.param(date, date(2026, 2, 28), "2026-02-28", id="day"),
        pytest.param(
            datetime, datetime(2026, 2, 28, 8, tzinfo=UTC), "2026-02-28T08:00:00Z", id="instant"
        ),
        pytest.param(Decimal, Decimal("1E+3"), "1000", id="no exponent"),
        pytest.param(Decimal, Decimal("0.10"), "0.10", id="places kept"),
        pytest.param(Long, 2**53 - 1, 2**53 - 1, id="largest count"),
    ],
)
def test_a_value_is_shown_and_read_back(kind: object, value: object, shown: object) -> None:
    scalar = SCALARS[kind]
    assert scalar.serialize is not None
    assert scalar.parse_value is not None
    assert scalar.serialize(value) == shown
    assert scalar.parse_value(shown) == value


def test_an_instant_is_shown_in_utc() -> None:
    show = SCALARS[datetime].serialize
    assert show is not None
    paris = timezone(timedelta(hours=2))
    assert show(datetime(2026, 7, 1, 10, tzinfo=paris)) == "2026-07-01T08:00:00Z"


def test_an_instant_without_a_zone_is_a_fault_of_ours() -> None:
    show = SCALARS[datetime].serialize
    assert show is not None
    with pytest.raises(ValueError, match="without a zone"):
        show(datetime(2026, 7, 1))  # noqa: DTZ001 - that is the point


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        pytest.param(date, "28.02.2026", id="day in another form"),
        pytest.param(date, "2026-02-30", id="no such day"),
        pytest.param(date, "20260228", id="day without hyphens"),
        pytest.param(date, "2026-W09-6", id="day of a week"),
        pytest.param(datetime, "2026-02-28T08:00:00", id="instant without a zone"),
        pytest.param(Decimal, "NaN", id="not a number"),
        pytest.param(Decimal, "Infinity", id="not finite"),
        pytest.param(Decimal, 1.5, id="a binary float"),
        pytest.param(Long, 2**53, id="too large a count"),
        pytest.param(Long, True, id="a boolean count"),
    ],
)
def test_other_input_is_refused(kind: object, value: object) -> None:
    parse = SCALARS[kind].parse_value
    assert parse is not None
    with pytest.raises(StrawberryInputCoercionError, match="expects"):
        parse(value)

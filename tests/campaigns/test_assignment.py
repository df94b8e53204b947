"""The draw of campaigns.md §1.6.2: its check values, in Python and in the database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from ampiq_gql.campaigns.assignment import (
    WHOLE_BP,
    bound,
    cells_of,
    customer_draw,
    draw_of,
    in_cell,
    new_salt,
)
from ampiq_gql.warehouse.ids import Sha256Hex

CHECK_VALUES = {
    "cust-0001": "a99a3c29f450d",
    "cust-0002": "5c0ad0771533b",
    "cust-0003": "a32d943c5d21e",
    "Zoë-1": "258d9babc0f83",
}


@pytest.fixture
def duckdb() -> Iterator[sa.Connection]:
    engine = sa.create_engine("duckdb:///:memory:")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.mark.parametrize(("customer", "draw"), CHECK_VALUES.items())
def test_the_draw_has_the_specified_value(customer: str, draw: str) -> None:
    assert draw_of("exp-demo", customer) == draw


@pytest.mark.parametrize(("customer", "draw"), CHECK_VALUES.items())
def test_the_database_draws_the_same(duckdb: sa.Connection, customer: str, draw: str) -> None:
    expression = customer_draw("exp-demo", sa.literal(customer, sa.Text()))
    assert duckdb.scalar(sa.select(expression)) == draw


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        (500, "0cccccccccccc"),
        (1_000, "1999999999999"),
        (2_000, "3333333333333"),
        (5_500, "8cccccccccccc"),
    ],
)
def test_bounds_have_the_specified_values(share: int, expected: str) -> None:
    assert bound(share) == expected


def test_exactly_9886_of_100000_are_controls() -> None:
    control, _ = cells_of((1_000, 9_000))
    assert (
        sum(control.holds(draw_of("exp-demo", str(number))) for number in range(100_000)) == 9_886
    )


def test_the_database_finds_exactly_9886_controls(duckdb: sa.Connection) -> None:
    numbers = sa.select(sa.func.range(100_000).table_valued("range").c.range.label("n")).subquery()
    control, _ = cells_of((1_000, 9_000))
    draw = customer_draw("exp-demo", sa.cast(numbers.c.n, sa.Text()))
    drawn = sa.select(sa.func.count()).select_from(numbers).where(in_cell(draw, control))
    assert duckdb.scalar(drawn) == 9_886


def test_an_id_is_hashed_in_its_text_form(duckdb: sa.Connection) -> None:
    text = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"
    drawn = duckdb.scalar(
        sa.select(customer_draw("s", sa.cast(sa.literal(text.upper()), sa.Uuid())))
    )
    assert drawn == draw_of("s", text)


@pytest.mark.parametrize(
    ("dialect", "expected"),
    [
        ("postgresql", "encode(sha256(convert_to('a', 'UTF8')), 'hex') COLLATE \"C\""),
        ("sqlite", "sha256('a')"),
    ],
)
def test_each_engine_gets_its_own_sha256(dialect: str, expected: str) -> None:
    compiled = sa.select(Sha256Hex(sa.literal("a", sa.Text()))).compile(
        dialect=sa.make_url(f"{dialect}://").get_dialect()(),
        compile_kwargs={"literal_binds": True},
    )
    assert expected in str(compiled)


SHARES = st.lists(st.integers(0, 5_000), min_size=1, max_size=8).map(
    lambda parts: (*parts, WHOLE_BP - sum(parts)) if sum(parts) <= WHOLE_BP else (WHOLE_BP, 0)
)


@given(SHARES, st.text(), st.text())
def test_everybody_is_in_exactly_one_cell(shares: tuple[int, ...], salt: str, who: str) -> None:
    draw = draw_of(salt, who)
    assert sum(cell.holds(draw) for cell in cells_of(shares)) == 1


@given(st.integers(0, WHOLE_BP), st.integers(0, WHOLE_BP), st.text())
def test_a_larger_control_share_only_adds_people(first: int, second: int, who: str) -> None:
    smaller, larger = sorted((first, second))
    draw = draw_of("salt", who)
    held_before = cells_of((smaller, WHOLE_BP - smaller))[0].holds(draw)
    held_after = cells_of((larger, WHOLE_BP - larger))[0].holds(draw)
    assert held_after or not held_before


def test_shares_must_be_the_whole() -> None:
    with pytest.raises(ValueError, match="9999"):
        cells_of((999, 9_000))


def test_salts_differ() -> None:
    assert len({new_salt() for _ in range(100)}) == 100

"""The build's purchase history equals one worked out in plain Python, whatever the orders are."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.build.builders import Line, history
from tests.build.reckoning import reckon

AS_OF = st.sampled_from([date(2025, 3, 31), date(2024, 2, 29), date(2025, 6, 30)])
AGES = st.one_of(st.integers(-3, 800), st.sampled_from([0, 30, 31, 84, 85, 90, 182, 365, 366]))
KINDS = st.sampled_from(["purchase", "purchase", "purchase", "return", "cancellation"])


@st.composite
def shops(draw: st.DrawFn) -> tuple[list[Line], date]:
    """Draw some orders of few people, with lines taken back now and then."""
    as_of = draw(AS_OF)
    lines: list[Line] = []
    for number in range(draw(st.integers(0, 12))):
        customer = draw(st.sampled_from(["p", "q", "r", None]))
        day = as_of - timedelta(days=draw(AGES))
        count = draw(st.integers(1, 3))
        lines += [_line(draw, f"o{number:02}", customer, day) for _ in range(count)]
    return lines, as_of


def _line(draw: st.DrawFn, order_id: str, customer: str | None, day: date) -> Line:
    kind = draw(KINDS)
    sign = 1 if kind == "purchase" else -1
    minutes = draw(st.integers(0, 1439))
    return Line(
        order_id=order_id,
        customer_id=customer,
        order_datetime=datetime.combine(day, time()) + timedelta(minutes=minutes),
        item_revenue=str(sign * draw(st.decimals(0, 500, places=2))),
        item_quantity=sign * draw(st.integers(0, 4)),
        is_return=True if kind == "return" else draw(st.sampled_from([None, False])),
        is_cancellation=True if kind == "cancellation" else None,
        purchase_brand=draw(st.sampled_from([None, "A", "B", "C"])),
    )


@settings(max_examples=12, deadline=None)
@given(shops())
def test_every_figure_agrees(shop: tuple[list[Line], date]) -> None:
    lines, as_of = shop
    found, expected = history(lines, as_of), reckon(lines, as_of)
    assert found.keys() == expected.keys()
    for customer, row in expected.items():
        for column, value in row.items():
            assert found[customer][column] == value, (customer, column)

"""Per person and window: the brand, channel or store with most orders, and how many there are.

Ties go to the higher revenue, then the latest order, then the value in alphabetical order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from ampiq_gql.build.expressions import MONEY, Value, total
from ampiq_gql.build.windows import Window
from ampiq_gql.build.writing import TableSelect
from ampiq_gql.warehouse import AnySelect

__all__ = ["PREFERENCES", "preferred_values"]

PREFERENCES = {
    "purchase_brand": ("preferred_purchase_brand", "purchase_brands"),
    "purchase_channel": ("preferred_purchase_channel", "purchase_channels"),
    "store_id": ("preferred_store_id", "stores"),
}
"""Column of an order -> the names behind the window: the preferred value, the number of values."""


def preferred_values(orders: sa.FromClause, column: str, windows: Sequence[Window]) -> TableSelect:
    """Select one row per purchaser who has a value at all."""
    counted = _counted(orders, column, windows).cte("counted")
    candidates = sa.union_all(
        *(_candidates(counted, number) for number in range(len(windows)))
    ).subquery("candidates")
    place = sa.func.row_number(type_=sa.BigInteger).over(
        partition_by=[candidates.c.amperity_id, candidates.c.window_number],
        order_by=[
            candidates.c.orders.desc(),
            candidates.c.revenue.desc(),
            candidates.c.latest.desc(),
            candidates.c.value,
        ],
    )
    ranked = sa.select(
        candidates.c.amperity_id,
        candidates.c.window_number,
        candidates.c.value,
        place.label("place"),
    ).subquery("ranked")
    values = _values(ranked, column, windows)
    select = sa.select(
        ranked.c.amperity_id, *(value.label(name) for name, value in values)
    ).group_by(ranked.c.amperity_id)
    return TableSelect(name=f"preferred_{column}", select=select)


def _counted(orders: sa.FromClause, column: str, windows: Sequence[Window]) -> AnySelect:
    """Measure each value of each person in every window, in one pass."""
    value = orders.columns[column]
    moment = orders.c.order_datetime
    measures: list[Value] = []
    for number, window in enumerate(windows):
        inside = window.holds(moment)
        measures += [
            sa.func.count(1).filter(inside).label(f"orders_{number}"),
            total(orders.c.order_revenue, inside, kind=MONEY).label(f"revenue_{number}"),
            sa.func.max(moment).filter(inside).label(f"latest_{number}"),
        ]
    return (
        sa.select(orders.c.amperity_id, value.label("value"), *measures)
        .where(value.is_not(None))
        .group_by(orders.c.amperity_id, value)
    )


def _candidates(counted: sa.CTE, number: int) -> AnySelect:
    """Select the values that occur in one window at all."""
    orders = counted.columns[f"orders_{number}"]
    return sa.select(
        counted.c.amperity_id,
        sa.literal(number, sa.Integer).label("window_number"),
        counted.c.value,
        orders.label("orders"),
        counted.columns[f"revenue_{number}"].label("revenue"),
        counted.columns[f"latest_{number}"].label("latest"),
    ).where(orders > 0)


def _values(
    ranked: sa.Subquery, column: str, windows: Sequence[Window]
) -> Iterator[tuple[str, Value]]:
    preferred, number_of = PREFERENCES[column]
    for number, window in enumerate(windows):
        inside = ranked.c.window_number == number
        best = inside & (ranked.c.place == 1)
        yield f"{window.prefix}_{preferred}", sa.func.max(ranked.c.value).filter(best)
        yield f"{window.prefix}_{number_of}", sa.func.count(1).filter(inside)

"""Per person and window: what was returned and what was canceled, by the date of those lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from ampiq_gql.build.expressions import MONEY, Value, total
from ampiq_gql.build.windows import Window, end_of
from ampiq_gql.build.writing import TableSelect

__all__ = ["taken_back"]

KINDS = (("is_return", "returned"), ("is_cancellation", "canceled"))


def taken_back(lines: sa.Table, windows: Sequence[Window]) -> TableSelect:
    """Select one row per person with such a line."""
    values: list[tuple[str, Value]] = []
    for window in windows:
        for flag, word in KINDS:
            values += _measures(lines, window, lines.columns[flag], word)
    select = (
        sa.select(lines.c.amperity_id, *(value.label(name) for name, value in values))
        .where(
            lines.c.amperity_id.is_not(None),
            lines.c.is_return | lines.c.is_cancellation,
            lines.c.order_datetime < end_of(windows[0].through),
        )
        .group_by(lines.c.amperity_id)
    )
    return TableSelect(name="taken_back", select=select)


def _measures(
    lines: sa.Table, window: Window, flag: Value, word: str
) -> Iterator[tuple[str, Value]]:
    inside = flag & window.holds(lines.c.order_datetime)
    orders = sa.func.count(sa.distinct(lines.c.order_id)).filter(inside)
    yield f"{window.prefix}_order_{word}_frequency", orders
    yield f"{window.prefix}_order_{word}_revenue", total(lines.c.item_revenue, inside, kind=MONEY)
    items = total(lines.c.item_quantity, inside, kind=sa.BigInteger())
    yield f"{window.prefix}_total_{word}_items", items

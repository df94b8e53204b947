"""Per person and window: what was returned and what was canceled, by the date of those lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from ampiq_gql.build.expressions import MONEY, Value, total
from ampiq_gql.build.windows import Window, end_of
from ampiq_gql.build.writing import TableSelect

__all__ = ["taken_back"]

KINDS = {"is_return": "returned", "is_cancellation": "canceled"}
"""The flag of a line -> the word for it in names."""

LINE_FACTS = ("amperity_id", "order_id", "order_datetime", "item_revenue", "item_quantity", *KINDS)


def taken_back(lines: sa.FromClause, windows: Sequence[Window]) -> TableSelect:
    """Select one row per person with such a line; the first of the `windows` holds all others."""
    flagged = (
        sa.select(*(lines.columns[name] for name in LINE_FACTS))
        .where(
            lines.c.amperity_id.is_not(None),
            lines.c.is_return | lines.c.is_cancellation,
            lines.c.order_datetime < end_of(windows[0].through),
        )
        .cte("lines_taken_back")
    )
    ever, *others = (_in_window(flagged, window) for window in windows)
    joined: sa.FromClause = ever
    for found in others:
        joined = joined.outerjoin(found, found.c.amperity_id == ever.c.amperity_id)
    values = (
        sa.func.coalesce(column, 0).label(column.name)
        for found in (ever, *others)
        for column in found.columns
        if column.name != "amperity_id"
    )
    select = sa.select(ever.c.amperity_id, *values).select_from(joined)
    return TableSelect(name="taken_back", select=select)


def _in_window(lines: sa.CTE, window: Window) -> sa.Subquery:
    """Measure one window, first by order: to count distinct orders takes twice as long."""
    values = [value.label(name) for flag in KINDS for name, value in _of_order(lines, flag)]
    orders = (
        sa.select(lines.c.amperity_id, *values)
        .where(window.holds(lines.c.order_datetime))
        .group_by(lines.c.amperity_id, lines.c.order_id)
        .subquery()
    )
    measures = (
        value.label(f"{window.prefix}_{name}")
        for flag in KINDS
        for name, value in _of_person(orders, flag)
    )
    return (
        sa.select(orders.c.amperity_id, *measures)
        .group_by(orders.c.amperity_id)
        .subquery(f"{window.prefix}_taken_back")
    )


def _of_order(lines: sa.CTE, flag: str) -> Iterator[tuple[str, Value]]:
    has_flag = lines.columns[flag]
    yield f"{flag}_any", sa.func.max(sa.case((has_flag, 1), else_=0))
    yield f"{flag}_revenue", sa.func.sum(lines.c.item_revenue).filter(has_flag)
    yield f"{flag}_quantity", sa.func.sum(lines.c.item_quantity).filter(has_flag)


def _of_person(orders: sa.Subquery, flag: str) -> Iterator[tuple[str, Value]]:
    word = KINDS[flag]
    yield f"order_{word}_frequency", total(orders.c[f"{flag}_any"], kind=sa.BigInteger())
    yield f"order_{word}_revenue", total(orders.c[f"{flag}_revenue"], kind=MONEY)
    yield f"total_{word}_items", total(orders.c[f"{flag}_quantity"], kind=sa.BigInteger())

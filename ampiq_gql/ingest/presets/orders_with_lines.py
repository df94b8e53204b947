"""What the presets of WooCommerce and Stripe have in common: orders, their lines, and refunds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from ampiq_gql.ingest.presets.amounts import spelled
from ampiq_gql.warehouse import AnySelect

__all__ = ["labelled", "places", "with_returns"]

Value = sa.ColumnElement[Any]


def places(rows: sa.FromClause) -> tuple[Value, ...]:
    """Return where a row stands in its file."""
    return rows.c._line, rows.c._offset, rows.c._length


def labelled(values: Mapping[str, Value | str]) -> list[Value]:
    """Return the columns as texts under their names."""
    return [
        sa.cast(sa.literal(value) if isinstance(value, str) else value, sa.Text).label(name)
        for name, value in values.items()
    ]


def with_returns(
    lines: sa.FromClause, columns: Mapping[str, Value | str], refunds: sa.FromClause
) -> AnySelect:
    """Select the purchase lines, and one return line without product for each refunded order.

    `refunds` has the place, `order_id`, `moment`, `currency` and the positive `refunded` amount.
    """
    bought = sa.select(*places(lines), *labelled(columns))
    given_back: dict[str, Value | str] = dict.fromkeys(columns, sa.null())
    given_back |= {
        "order_id": refunds.c.order_id,
        "line_number": "1",
        "is_return": "true",
        "order_datetime": refunds.c.moment,
        "item_quantity": "0",
        "item_revenue": spelled(-refunds.c.refunded),
        "currency": refunds.c.currency,
    }
    returned = sa.select(*places(refunds), *labelled(given_back)).where(refunds.c.refunded > 0)
    return sa.select(sa.union_all(bought, returned).subquery("all_lines"))

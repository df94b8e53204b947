"""customer_360: the best profile, the chosen summary columns and the site's own attributes."""

from __future__ import annotations

import sqlalchemy as sa

from ampiq_gql.build.expressions import Value
from ampiq_gql.build.writing import TableSelect, standard_columns
from ampiq_gql.warehouse.ids import Sha256Hex

__all__ = ["SUMMARY", "customer_360"]

SUMMARY = (
    "lifetime_order_revenue", "lifetime_order_frequency", "latest_order_datetime",
    "first_order_datetime", "l12m_order_revenue", "l12m_order_frequency",
)  # fmt: skip
"""Columns of the purchase history that are carried for convenience."""


def customer_360(
    merged: sa.FromClause, history: sa.FromClause, attributes: sa.Subquery | None
) -> TableSelect:
    """Select one row per person."""
    values: dict[str, Value] = {
        name: merged.columns[name] for name in standard_columns("customer_360") if name in merged.c
    }
    values |= {name: history.columns[name] for name in SUMMARY}
    values |= _hashes(merged)
    joined: sa.FromClause = merged.outerjoin(history, history.c.amperity_id == merged.c.amperity_id)
    if attributes is not None:
        joined = joined.outerjoin(attributes, attributes.c.amperity_id == merged.c.amperity_id)
        values |= {
            column.name: column for column in attributes.columns if column.name != "amperity_id"
        }
    return TableSelect(
        name="customer_360",
        select=sa.select(*(value.label(name) for name, value in values.items())).select_from(
            joined
        ),
        order_by=("amperity_id",),
    )


def _hashes(merged: sa.FromClause) -> dict[str, Value]:
    """Return what advertising platforms know people by; NULL stays NULL."""
    hashes: dict[str, Value] = {}
    if "email" in merged.c:
        plain = sa.func.lower(sa.func.trim(merged.c.email), type_=sa.Text)
        hashes["hashed_email"] = Sha256Hex(plain)
    if "phone" in merged.c:
        hashes["hashed_phone"] = Sha256Hex(merged.c.phone)
    return hashes

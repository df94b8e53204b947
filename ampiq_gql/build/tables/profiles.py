"""unified_coalesced and unified_customers: every record, with and without its QA columns."""

from __future__ import annotations

import sqlalchemy as sa

from ampiq_gql.build.expressions import Value
from ampiq_gql.build.writing import TableSelect, standard_columns

__all__ = ["unified_coalesced", "unified_customers"]

FLAGS = (
    "blv_address", "blv_email", "blv_given_name", "blv_phone", "blv_surname", "has_blv",
    "is_supersized",
)  # fmt: skip
"""Marks of identity resolution; without it nothing is marked."""


def unified_coalesced(records: sa.FromClause) -> TableSelect:
    """Select every record as ingested."""
    return TableSelect(
        name="unified_coalesced",
        select=sa.select(
            *_profile(records, "unified_coalesced"),
            records.c.pk.label("ck"),
            *(sa.false().label(flag) for flag in FLAGS),
        ),
        order_by=("amperity_id",),
    )


def unified_customers(records: sa.FromClause) -> TableSelect:
    """Select the same records as people use them."""
    return TableSelect(
        name="unified_customers",
        select=sa.select(*_profile(records, "unified_customers"), records.c.pk.label("ck")),
        order_by=("amperity_id",),
    )


def _profile(records: sa.FromClause, name: str) -> list[Value]:
    return [records.columns[column] for column in standard_columns(name) if column in records.c]

"""email_opt_status and sms_opt_status: consent per address and number, tied to its people."""

from __future__ import annotations

import sqlalchemy as sa

from ampiq_gql.build.expressions import Value
from ampiq_gql.build.sources import SourceTable
from ampiq_gql.build.writing import TableSelect
from ampiq_gql.ingest.columns import spec_of

__all__ = ["consent_answers", "opt_status"]


def opt_status(source: SourceTable, merged: sa.Table, contact: str) -> TableSelect:
    """Select every answer with each person who has that address or number."""
    table = source.table
    joined: sa.FromClause = table
    values: dict[str, Value] = {}
    if contact in merged.c:
        joined = table.outerjoin(
            merged, _normalised(merged.columns[contact]) == _normalised(table.columns[contact])
        )
        values["amperity_id"] = merged.c.amperity_id
    for column in spec_of(source.kind).columns:
        if source.has(column.name) and column.name != "update_dt":
            values[column.name] = table.columns[column.name]
    return TableSelect(
        name=table.name,
        select=sa.select(*(value.label(name) for name, value in values.items())).select_from(
            joined
        ),
        order_by=("amperity_id",) if "amperity_id" in values else (),
    )


def consent_answers(
    source: SourceTable, merged: sa.Table, contact: str, answer: str
) -> TableSelect:
    """Select one answer per contact as people's records spell it: the most restrictive one."""
    table = source.table
    answered = (
        sa.select(
            _normalised(table.columns[contact]).label("key"),
            sa.func.min(sa.case((table.columns[answer], 1), else_=0)).label("lowest"),
        )
        .group_by(_normalised(table.columns[contact]))
        .subquery("answered")
    )
    spelled = sa.select(merged.columns[contact].label("contact")).distinct().subquery("spelled")
    select = sa.select(spelled.c.contact, (answered.c.lowest == 1).label("is_opted_in")).join_from(
        spelled, answered, _normalised(spelled.c.contact) == answered.c.key
    )
    return TableSelect(name=f"{contact}_consent", select=select)


def _normalised(contact: Value) -> Value:
    """Compare addresses without regard to case."""
    return sa.func.lower(sa.func.trim(contact))

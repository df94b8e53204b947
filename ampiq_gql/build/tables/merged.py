"""merged_customers: one row per person, of each group of values the best record's (1.4).

Values move in groups, never one by one. With one source each person has one record, and that is
the best of every group.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ampiq_gql.build.expressions import Value
from ampiq_gql.build.writing import TableSelect

__all__ = ["best_attributes", "merged_customers"]

LOWEST_PRIORITY = 999
"""Of groups for whose source nobody stated a priority."""

GROUPS: Mapping[str, tuple[str, ...]] = {
    "name": ("given_name", "surname", "full_name", "generational_suffix", "title", "company"),
    "address": ("address", "address2", "city", "state", "postal", "country"),
    "email": ("email",),
    "phone": ("phone",),
    "birthdate": ("birthdate",),
    "gender": ("gender",),
}
ADDRESS_PARTS = ("address", "city", "state", "postal")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Winners:
    """For one group: the record that each person takes it from."""

    rows: sa.FromClause
    completion: Value


def merged_customers(records: sa.FromClause, *, is_one_each: bool) -> TableSelect:
    """Merge the records; `is_one_each` says that no person has two, so nothing needs ranking."""
    winners = {
        name: _winners(records, name, _completion(records, name), is_one_each=is_one_each)
        for name in GROUPS
    }
    loyalty = _winners(records, "loyalty", _present(records, "loyalty_id"), is_one_each=is_one_each)
    first = winners["name"].rows
    values: dict[str, Value] = {"amperity_id": first.c.amperity_id, "customer_id": first.c.pk}
    for name, columns in GROUPS.items():
        values |= dict(_group_values(name, columns, winners[name]))
    if "loyalty_id" in loyalty.rows.c:
        values["loyalty_id"] = loyalty.rows.c.loyalty_id
    times = _times(records, is_one_each=is_one_each)
    for name in ("create_dt", "update_dt"):
        if name in times.c:
            values[name] = times.columns[name]
    select = sa.select(*(value.label(name) for name, value in values.items())).select_from(
        _joined([*(found.rows for found in winners.values()), loyalty.rows, times])
    )
    return TableSelect(name="merged_customers", select=select, order_by=("amperity_id",))


def best_attributes(
    records: sa.FromClause, attributes: Sequence[str], *, is_one_each: bool
) -> sa.Subquery:
    """Select for each person every attribute from the best record that has it."""
    found = {
        name: _winners(records, name, _present(records, name), is_one_each=is_one_each).rows
        for name in attributes
    }
    first = next(iter(found.values()))
    columns = (rows.columns[name] for name, rows in found.items())
    joined = _joined(list(found.values()))
    return sa.select(first.c.amperity_id, *columns).select_from(joined).subquery("attributes")


def _winners(
    records: sa.FromClause, group: str, completion: Value, *, is_one_each: bool
) -> _Winners:
    if is_one_each:
        return _Winners(rows=records, completion=completion)
    newest = [records.c.update_dt.desc().nulls_last()] if "update_dt" in records.c else []
    rank = sa.func.row_number(type_=sa.BigInteger).over(
        partition_by=records.c.amperity_id,
        order_by=[completion.desc(), *newest, records.c.pk, records.c.datasource],
    )
    ranked = sa.select(records, completion.label("_completion"), rank.label("_rank")).subquery()
    best = sa.select(ranked).where(ranked.c._rank == 1).subquery(f"best_{group}")
    return _Winners(rows=best, completion=best.c._completion)


def _joined(sources: Sequence[sa.FromClause]) -> sa.FromClause:
    first, *others = dict.fromkeys(sources)
    joined = first
    for other in others:
        joined = joined.join(other, other.c.amperity_id == first.c.amperity_id)
    return joined


def _group_values(
    name: str, columns: Sequence[str], winners: _Winners
) -> Iterator[tuple[str, Value]]:
    rows = winners.rows
    for column in columns:
        if column in rows.c:
            yield column, rows.columns[column]
    yield f"{name}_completion", winners.completion
    yield f"{name}_datasource", rows.c.datasource
    yield f"{name}_pk", rows.c.pk
    yield f"{name}_priority", sa.literal(LOWEST_PRIORITY)
    if "update_dt" in rows.c:
        yield f"{name}_update_dt", rows.c.update_dt


def _completion(records: sa.FromClause, group: str) -> Value:
    """Count how complete the group is: addresses 0 to 4, everything else 0 or 1."""
    if group == "address":
        return sum((_present(records, part) for part in ADDRESS_PARTS), sa.literal(0))
    if group != "name":
        return _present(records, group)
    both = _present(records, "given_name") + _present(records, "surname") == 2
    whole = _present(records, "full_name") == 1
    return sa.case((sa.or_(both, whole), 1), else_=0)


def _present(records: sa.FromClause, name: str) -> Value:
    if name not in records.c:
        return sa.literal(0)
    return sa.case((records.columns[name].is_not(None), 1), else_=0)


def _times(records: sa.FromClause, *, is_one_each: bool) -> sa.FromClause:
    """Return when a person was first created and last changed at any source."""
    if is_one_each:
        return records
    times: dict[str, Any] = {"create_dt": sa.func.min, "update_dt": sa.func.max}
    found = (
        edge(records.columns[name]).label(name) for name, edge in times.items() if name in records.c
    )
    grouped = sa.select(records.c.amperity_id, *found).group_by(records.c.amperity_id)
    return grouped.subquery("times")

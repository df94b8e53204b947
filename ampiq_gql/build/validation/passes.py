"""The statement that counts all checks of a relation, run over as few rows as the past allows."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from ampiq_gql.build.validation.carrying import PassGroups, carried, groups_of
from ampiq_gql.build.validation.declarations import CountedCheck, Relation
from ampiq_gql.build.validation.inputs import Inputs, Rows
from ampiq_gql.warehouse.rendering import written_sql

__all__ = ["count_groups", "pass_over"]


def pass_over(
    relation: Relation, rows: Rows, checks: Sequence[CountedCheck]
) -> sa.Select[*tuple[Any, ...]]:
    """Return one statement with two aggregates for each check, named after it."""
    groups = [rows[name].label(name) for name in relation.by]
    aggregates = []
    for check in checks:
        name = "_".join([check.id, *filter(None, [check.column])]).replace(".", "_")
        checked, failing = check.aggregates(rows)
        aggregates += [checked.label(f"{name}_checked"), failing.label(f"{name}_failing")]
    statement = rows.select(*groups, *aggregates)
    if not groups:
        return statement
    return statement.group_by(*(rows[name] for name in relation.by))


def count_groups(
    inputs: Inputs, relation: Relation, rows: Rows, checks: Sequence[CountedCheck]
) -> PassGroups:
    """Return the figures of the checks, of what is counted besides, and the rows of each group."""
    if not relation.reads:
        return _asked(inputs, relation, rows, checks)
    key = _key(inputs, relation, rows, checks)
    found = _taken_over(inputs, relation, checks, key)
    if found is None:
        found = _asked(inputs, relation, rows, checks)
    inputs.counts[key] = found
    return found


def _asked(
    inputs: Inputs, relation: Relation, rows: Rows, checks: Sequence[CountedCheck]
) -> PassGroups:
    besides = (figure(rows).label(name) for name, figure in relation.besides.items())
    statement = pass_over(relation, rows, checks).add_columns(
        *besides, sa.func.count().label("group_rows")
    )
    found = inputs.connection.execute(statement)
    return groups_of((tuple(row) for row in found), len(relation.by))


def _key(inputs: Inputs, relation: Relation, rows: Rows, checks: Sequence[CountedCheck]) -> str:
    """Tell passes apart by what they ask: another version of a check is another pass."""
    shown = pass_over(relation, rows.shown or rows, checks)
    text = "\n".join([written_sql(shown, inputs.dialect), *relation.besides])
    return hashlib.sha256(text.encode()).hexdigest()


def _taken_over(
    inputs: Inputs, relation: Relation, checks: Sequence[CountedCheck], key: str
) -> PassGroups | None:
    """Return the figures as they follow from those of the former build; None when they do not."""
    former = inputs.former.counts.get(key) if inputs.former else None
    if former is None:
        return None
    if inputs.changes.has_kept(relation.reads):
        return former
    if not (relation.is_additive and inputs.changes.has_moved(relation.reads)):
        return None
    gone, come = (
        _of_moved(moved, relation, checks) for moved in (inputs.of_gone(), inputs.of_come())
    )
    found = carried(former, gone, come)
    return found if _are_all(inputs, relation, found) else None


def _of_moved(moved: Inputs, relation: Relation, checks: Sequence[CountedCheck]) -> PassGroups:
    """Count rows that came or went, of which nothing is known beforehand."""
    rows = relation.select(moved)
    if not isinstance(rows, Rows):
        return ()
    asked = replace(rows, never_null=frozenset(), never_blank=frozenset())
    return _asked(moved, relation, asked, checks)


def _are_all(inputs: Inputs, relation: Relation, found: PassGroups) -> bool:
    """Make sure that no row of a source table is missed: what was undone leaves no trace."""
    source = next(
        (one for one in inputs.sources.tables.values() if one.kind == relation.table), None
    )
    if source is None:
        return True
    rows = inputs.connection.execute(sa.select(sa.func.count()).select_from(source.table))
    return int(sum(figures[-1] for _, figures in found)) == rows.scalar_one()

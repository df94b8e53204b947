"""Counting: one pass over the rows of a relation answers all its checks.

Only what fails is looked at again, to list the keys of some rows and where they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import groupby

import sqlalchemy as sa

from ampiq_gql.build.validation.carrying import PassGroups
from ampiq_gql.build.validation.declarations import (
    CountedCheck,
    Group,
    Measured,
    Relation,
    RowCheck,
)
from ampiq_gql.build.validation.inputs import Absent, Inputs, Rows
from ampiq_gql.build.validation.models import MAX_SAMPLES, Part
from ampiq_gql.build.validation.passes import count_groups, pass_over

__all__ = ["count_relation"]

MAX_PARTS = 20


def count_relation(
    inputs: Inputs, relation: Relation, checks: Sequence[CountedCheck]
) -> Iterator[tuple[CountedCheck, Measured]]:
    """Yield what every check of the relation found, source by source."""
    rows = relation.select(inputs)
    if isinstance(rows, Absent):
        yield from ((check, Measured(absent=rows.reason)) for check in checks)
        return
    asked = [check for check in checks if not _lacking(check, rows)]
    for check in checks:
        if lacking := _lacking(check, rows):
            yield check, Measured(absent=f"No file brought {' or '.join(lacking)}.")
    if asked:
        yield from _counted(inputs, relation, rows, asked)


def _lacking(check: CountedCheck, rows: Rows) -> list[str]:
    return [name for name in check.needs if not rows.has(name)]


def _counted(
    inputs: Inputs, relation: Relation, rows: Rows, checks: Sequence[CountedCheck]
) -> Iterator[tuple[CountedCheck, Measured]]:
    shown = pass_over(relation, rows.shown or rows, checks)
    if (sound := relation.sound(inputs)) is not None:
        yield from ((check, Measured(checked=Decimal(sound), sql=shown)) for check in checks)
        return
    found = count_groups(inputs, relation, rows, checks)
    if not found:
        yield from ((check, Measured(absent=f"{relation.table} is empty.")) for check in checks)
        return
    _keep_besides(inputs, relation, [figures[2 * len(checks) :] for _, figures in found])
    for datasource, groups in _by_source(relation, found):
        for at, check in enumerate(checks):
            places = slice(2 * at, 2 * at + 2)
            measured = check.combine(
                Group(names=names[1:], figures=figures[places]) for names, figures in groups
            )
            measured = replace(measured, sql=shown, datasource=datasource)
            if isinstance(check, RowCheck) and measured.failing:
                measured = _looked_at(inputs, rows, check, measured)
            yield check, measured


def _keep_besides(inputs: Inputs, relation: Relation, groups: Sequence[Sequence[Decimal]]) -> None:
    """Add up over all groups what was counted for others."""
    for at, name in enumerate(relation.besides):
        inputs.counted[name] = sum(int(group[at]) for group in groups)


def _by_source(
    relation: Relation, found: PassGroups
) -> Iterator[tuple[str | None, list[tuple[tuple[str | None, ...], tuple[Decimal, ...]]]]]:
    """Put the groups of one source together; everything is one where it is not split."""
    if not relation.by:
        yield None, list(found)
        return
    ordered = sorted(found, key=lambda group: [str(name) for name in group[0]])
    for datasource, groups in groupby(ordered, lambda group: group[0][0]):
        yield datasource, list(groups)


def _looked_at(inputs: Inputs, rows: Rows, check: RowCheck, measured: Measured) -> Measured:
    """Add keys of failing rows, and how many there are of which kind."""
    wanted = check.failing(rows)
    if check.rows.by:
        wanted = _is_of(rows[check.rows.by[0]], measured.datasource) & wanted
    parts = _parts(inputs, rows, check, measured)
    if not check.rows.keys:
        return replace(measured, parts=parts)
    keys = [rows[column.name].label(column.name) for column in check.rows.keys]
    statement = (
        rows.select(*keys)
        .where(wanted)
        .order_by(*(rows[column.name] for column in check.rows.keys))
        .limit(MAX_SAMPLES)
    )
    return replace(
        measured,
        parts=parts,
        rows_sql=statement,
        sample_columns=check.rows.keys,
        samples=tuple(tuple(row) for row in inputs.connection.execute(statement)),
    )


def _is_of(column: sa.ColumnElement[str], datasource: str | None) -> sa.ColumnElement[bool]:
    return column.is_(None) if datasource is None else column == datasource


def _parts(inputs: Inputs, rows: Rows, check: RowCheck, measured: Measured) -> tuple[Part, ...]:
    if check.part_by is not None:
        return _parts_by_value(inputs, rows, check, measured.datasource)
    if check.parts is not None:
        return _parts_by_condition(inputs, rows, check, measured)
    return ()


def _parts_by_value(
    inputs: Inputs, rows: Rows, check: RowCheck, datasource: str | None
) -> tuple[Part, ...]:
    """Count again by the values of a column, the greatest share of failing rows first."""
    if not rows.has(check.part_by or ""):
        return ()
    value = rows[check.part_by or ""]
    checked, failing = check.aggregates(rows)
    statement = rows.select(value, checked, failing.label("failing"))
    if check.rows.by:
        statement = statement.where(_is_of(rows[check.rows.by[0]], datasource))
    ordered = statement.group_by(value).order_by(failing.desc(), value).limit(MAX_PARTS)
    return tuple(
        Part(
            name="none" if name is None else str(name),
            checked=Decimal(of),
            failing=Decimal(number),
        )
        for name, of, number in inputs.connection.execute(ordered)
        if number
    )


def _parts_by_condition(
    inputs: Inputs, rows: Rows, check: RowCheck, measured: Measured
) -> tuple[Part, ...]:
    conditions = check.parts(rows) if check.parts else {}
    counts = [sa.func.count(1).filter(condition) for condition in conditions.values()]
    found = inputs.connection.execute(rows.select(*counts)).one()
    return tuple(
        Part(name=name, checked=measured.checked, failing=Decimal(number))
        for name, number in zip(conditions, found, strict=True)
        if number
    )

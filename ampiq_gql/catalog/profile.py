"""Profiles: what a table holds, measured once per build so that no page ever has to.

All aggregates of a table are one statement; exact distinct counts and value lists are asked only
where they are small enough to be worth it. Personal data leave no values behind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeAlias

import pyarrow as pa
import sqlalchemy as sa

from ampiq_gql.catalog.data_types import data_type_of
from ampiq_gql.catalog.naming import describe_by_name
from ampiq_gql.catalog.standard import StandardColumn, standard_tables
from ampiq_gql.catalog.stored import (
    catalog_columns,
    catalog_metadata,
    catalog_tables,
    catalog_values,
)
from ampiq_gql.progress import Progress
from ampiq_gql.warehouse import AnySelect, Row, load_arrow
from ampiq_gql.warehouse.functions import ApproximateDistinct
from dsl.catalog import ID_COLUMN, DataType, Grain

__all__ = ["ColumnProfile", "TableProfile", "ValueCount", "profile_table", "profile_tables"]

EXACT_BELOW_ROWS = 10_000_000
"""Larger tables get approximate distinct counts, except for the customer's id."""

LISTED_VALUES = 1_000
TOP_VALUES = 20
SAMPLED_ROWS = 20_000
CELLS_PER_COUNT = 5_000_000
"""Distinct counts keep the values in memory: few columns of a large table at a time."""

Ask: TypeAlias = Callable[[AnySelect], Sequence[Row]]
"""Runs a statement: over the connection of a build or over a session."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueCount:
    """A value, and how many rows have it."""

    value: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnProfile:
    """What a column holds. `values` are the most frequent first, all of them when
    `lists_all_values`; `minimum` and `maximum` are texts. None of these for personal data."""

    name: str
    type: DataType
    filled: int
    distinct: int
    is_distinct_exact: bool
    minimum: str | None
    maximum: str | None
    values: tuple[ValueCount, ...]
    lists_all_values: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TableProfile:
    """What a table holds; `grain` is None when it has no customer id."""

    name: str
    rows: int
    grain: Grain | None
    newest_event_on: date | None
    columns: tuple[ColumnProfile, ...]


@dataclass(frozen=True, slots=True)
class _Measured:
    """The aggregates of one column."""

    filled: int
    minimum: Any
    maximum: Any

    @property
    def is_constant(self) -> bool:
        """No value, or only one."""
        return bool(self.minimum == self.maximum)


def profile_tables(
    connection: sa.Connection, tables: Iterable[sa.Table], progress: Progress
) -> list[TableProfile]:
    """Measure the tables of a build and write the profiles into it."""
    tables = list(tables)
    catalog_metadata.create_all(connection, checkfirst=False)
    progress.start("Profiling", len(tables))
    profiles = []
    for table in tables:
        profile = profile_table(table, lambda statement: connection.execute(statement).all())
        _store(connection, profile)
        profiles.append(profile)
        progress.advance()
    progress.finish()
    return profiles


def profile_table(table: sa.Table, ask: Ask) -> TableProfile:
    """Measure one table."""
    rows, measured = _measure(table, ask)
    described = [_describe(table, column) for column in table.columns]
    values = _values_of_columns(table, described, measured, ask)
    listed = {name: len(found) for name, found in values.items() if len(found) <= LISTED_VALUES}
    constant = {name: min(one.filled, 1) for name, one in measured.items() if one.is_constant}
    known = constant | listed
    exact, approximate = _count_distinct(table, ask, known, rows)
    return TableProfile(
        name=table.name,
        rows=rows,
        grain=_grain(table, measured, exact),
        newest_event_on=_newest_event(table, measured),
        columns=tuple(
            _column_profile(
                column,
                measured[column.name],
                distinct=exact.get(column.name, approximate.get(column.name, 0)),
                is_exact=column.name in exact,
                values=values.get(column.name, ()),
            )
            for column in described
        ),
    )


def _measure(table: sa.Table, ask: Ask) -> tuple[int, dict[str, _Measured]]:
    aggregates: list[sa.ColumnElement[Any]] = [sa.func.count()]
    for column in table.columns:
        aggregates += [sa.func.count(column), sa.func.min(column), sa.func.max(column)]
    ((rows, *figures),) = ask(sa.select(*aggregates).select_from(table))
    return rows, {
        column.name: _Measured(*chunk)
        for column, chunk in zip(table.columns, _chunks(figures, 3), strict=True)
    }


def _describe(table: sa.Table, column: sa.Column[Any]) -> StandardColumn:
    standard = standard_tables().get(table.name)
    known = standard.column(column.name) if standard else None
    return known or describe_by_name(column.name, data_type_of(column.type))


def _values_of_columns(
    table: sa.Table,
    described: Sequence[StandardColumn],
    measured: dict[str, _Measured],
    ask: Ask,
) -> dict[str, tuple[ValueCount, ...]]:
    """Return values with their counts, one more than can be listed when there are more."""
    texts = [
        column.name
        for column in described
        if column.type is DataType.STRING and not column.is_pii and not column.is_id
    ]
    varied = [name for name in texts if not measured[name].is_constant]
    constant = {
        name: (ValueCount(value=measured[name].minimum, rows=measured[name].filled),)
        for name in texts
        if measured[name].is_constant and measured[name].filled
    }
    repeating = _repeating(table, varied, ask)
    return constant | {name: _values(table.columns[name], ask) for name in repeating}


def _repeating(table: sa.Table, names: Sequence[str], ask: Ask) -> list[str]:
    """Leave out columns in which most rows differ: nobody picks an order by its id.

    Grouping such a column costs more than all the others together, so the first rows decide.
    """
    if not names:
        return []
    sample = sa.select(*(table.columns[name] for name in names)).limit(SAMPLED_ROWS).subquery()
    ((rows, *differing),) = ask(
        sa.select(sa.func.count(), *(sa.func.count(sa.distinct(sample.c[name])) for name in names))
    )
    few = max(LISTED_VALUES, rows / 2)
    return [name for name, number in zip(names, differing, strict=True) if number <= few]


def _values(column: sa.Column[Any], ask: Ask) -> tuple[ValueCount, ...]:
    count = sa.func.count().label("row_count")
    statement = (
        sa.select(column, count)
        .where(column.is_not(None))
        .group_by(column)
        .order_by(count.desc(), column)
        .limit(LISTED_VALUES + 1)
    )
    return tuple(ValueCount(value=value, rows=number) for value, number in ask(statement))


def _count_distinct(
    table: sa.Table, ask: Ask, known: dict[str, int], rows: int
) -> tuple[dict[str, int], dict[str, int]]:
    """Return exact and approximate counts; what is known need not be counted."""
    exact, approximate = dict(known), dict[str, int]()
    wanted = [column for column in table.columns if column.name not in known]
    for columns in _chunks(wanted, max(1, CELLS_PER_COUNT // max(1, rows))):
        is_exact = [rows < EXACT_BELOW_ROWS or column.name == ID_COLUMN for column in columns]
        (row,) = ask(sa.select(*map(_distinct, columns, is_exact)))
        for column, number, is_sure in zip(columns, row, is_exact, strict=True):
            (exact if is_sure else approximate)[column.name] = number
    return exact, approximate


def _distinct(column: sa.Column[Any], is_exact: bool) -> sa.ColumnElement[int]:
    return sa.func.count(sa.distinct(column)) if is_exact else ApproximateDistinct(column)


def _grain(table: sa.Table, measured: dict[str, _Measured], exact: dict[str, int]) -> Grain | None:
    """Tell whether any customer has two rows; of an empty table, what it should be."""
    if ID_COLUMN not in table.columns:
        return None
    if measured[ID_COLUMN].filled == 0:
        standard = standard_tables().get(table.name)
        return standard.grain if standard else Grain.MANY
    return Grain.ONE if exact[ID_COLUMN] == measured[ID_COLUMN].filled else Grain.MANY


def _newest_event(table: sa.Table, measured: dict[str, _Measured]) -> date | None:
    standard = standard_tables().get(table.name)
    if standard is None or standard.event_time is None:
        return None
    newest = measured[standard.event_time].maximum
    return newest.date() if isinstance(newest, datetime) else None


def _column_profile(
    column: StandardColumn,
    measured: _Measured,
    *,
    distinct: int,
    is_exact: bool,
    values: tuple[ValueCount, ...],
) -> ColumnProfile:
    lists_all = 0 < len(values) <= LISTED_VALUES
    return ColumnProfile(
        name=column.name,
        type=column.type,
        filled=measured.filled,
        distinct=distinct,
        is_distinct_exact=is_exact,
        minimum=None if column.is_pii else _text(measured.minimum),
        maximum=None if column.is_pii else _text(measured.maximum),
        values=values if lists_all else values[:TOP_VALUES],
        lists_all_values=lists_all,
    )


def _text(value: Any) -> str | None:
    if value is None:
        return None
    return value.isoformat() if isinstance(value, date) else str(value)


def _chunks(items: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    return (items[start : start + size] for start in range(0, len(items), size))


def _store(connection: sa.Connection, profile: TableProfile) -> None:
    grain = None if profile.grain is None else profile.grain.value
    table = (profile.name, profile.rows, grain, profile.newest_event_on)
    for target, rows in (
        (catalog_tables, [table]),
        (catalog_columns, list(_column_rows(profile))),
        (catalog_values, list(_value_rows(profile))),
    ):
        named = [dict(zip(target.columns.keys(), row, strict=True)) for row in rows]
        if named:
            load_arrow(connection, target, pa.Table.from_pylist(named).to_reader())


def _column_rows(profile: TableProfile) -> Iterator[tuple[object, ...]]:
    for position, column in enumerate(profile.columns):
        yield (
            profile.name,
            column.name,
            position,
            column.type.value,
            column.filled,
            column.distinct,
            column.is_distinct_exact,
            column.minimum,
            column.maximum,
            column.lists_all_values,
        )


def _value_rows(profile: TableProfile) -> Iterator[tuple[object, ...]]:
    for column in profile.columns:
        for rank, found in enumerate(column.values, start=1):
            yield profile.name, column.name, rank, found.value, found.rows

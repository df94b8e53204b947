"""Where every table and column of a build comes from, read off the statements that make them.

Nothing is declared twice: the expression of a column is followed, through subqueries and scratch
tables, to the columns of source tables and of finished tables that its value is made of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.sql import operators, visitors
from sqlalchemy.sql.elements import (
    BinaryExpression,
    Case,
    ColumnClause,
    FunctionFilter,
    Label,
    Over,
)
from sqlalchemy.sql.selectable import Alias, SelectBase, Subquery

from ampiq_gql.build.writing import TableSelect

__all__ = ["ColumnOrigin", "Lineage", "TableRef"]

Element: TypeAlias = sa.ClauseElement


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class TableRef:
    """A table of the sources or of the build; `schema` is that of the warehouse."""

    schema: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class ColumnOrigin:
    """A column that another one is made of.

    `is_value`: the result holds its value or what was reckoned from it. Otherwise the value was
    only counted or compared, so that the result tells a fact about it.
    """

    table: TableRef
    column: str
    is_value: bool


_Origins: TypeAlias = frozenset[ColumnOrigin]


@dataclass(frozen=True, slots=True)
class _Made:
    """A table that was recorded: what it was read from, and the origins of its columns."""

    tables: frozenset[TableRef]
    columns: dict[str, _Origins]


class Lineage:
    """Follows the statements of one build, in the order in which they are run."""

    def __init__(self) -> None:
        self._scratch: dict[str, _Made] = {}
        self._built: dict[str, _Made] = {}

    def record_table(self, rows: TableSelect) -> None:
        """Follow a table of the build."""
        self._built[rows.name] = self._follow(rows)

    def record_scratch(self, rows: TableSelect) -> None:
        """Follow a table that exists only during the build; others are traced through it."""
        self._scratch[rows.name] = self._follow(rows)

    def adopt(
        self,
        name: str,
        tables: Iterable[TableRef],
        columns: Iterable[tuple[str, ColumnOrigin]],
    ) -> None:
        """Take over what was recorded of a table that stands as it was made."""
        found: dict[str, set[ColumnOrigin]] = {}
        for column, origin in columns:
            found.setdefault(column, set()).add(origin)
        self._built[name] = _Made(
            tables=frozenset(tables),
            columns={column: frozenset(origins) for column, origins in found.items()},
        )

    def tables(self) -> Iterator[tuple[str, TableRef]]:
        """Yield each table of the build with each table that its rows were read from."""
        for name, made in self._built.items():
            for origin in sorted(made.tables):
                yield name, origin

    def columns(self) -> Iterator[tuple[str, str, ColumnOrigin]]:
        """Yield table and column of the build with each column that the value comes from.

        An origin of which both the value and a fact is used counts as a value.
        """
        for name, made in self._built.items():
            for column, origins in made.columns.items():
                for origin in _strongest(origins):
                    yield name, column, origin

    def _follow(self, rows: TableSelect) -> _Made:
        selected = {one.name: one for one in rows.select.selected_columns}
        columns = {name: frozenset(self._origins(value)) for name, value in selected.items()}
        for name, value in rows.derived.items():
            columns[name] = frozenset(_through(columns, self._stored(value)))
        return _Made(tables=self._tables_of(rows.select), columns=columns)

    def _tables_of(self, select: Element) -> frozenset[TableRef]:
        found: set[TableRef] = set()
        for part in visitors.iterate(select):
            if isinstance(part, sa.Table):
                found |= self._read(part)
        return frozenset(found)

    def _read(self, table: sa.Table) -> frozenset[TableRef]:
        if table.schema is not None:
            return frozenset({TableRef(schema=table.schema, name=table.name)})
        made = self._scratch.get(table.name)
        return frozenset() if made is None else made.tables

    # --- columns ---------------------------------------------------------------------------------

    def _origins(self, element: Element, *, is_value: bool = True) -> Iterator[ColumnOrigin]:
        """Yield the stored columns that an expression reads."""
        if isinstance(element, ColumnClause):
            for origin in self._origins_of_column(element):
                yield _weakened(origin, is_value=is_value)
            return
        for part, part_is_value in _parts(element):
            yield from self._origins(part, is_value=is_value and part_is_value)

    def _origins_of_column(self, column: ColumnClause[Any]) -> Iterable[ColumnOrigin]:
        table = column.table
        if isinstance(table, sa.Table):
            return self._origins_in_table(table, column.name)
        if isinstance(table, Alias) and isinstance(table.element, sa.Table):
            return self._origins_in_table(table.element, column.name)
        if isinstance(table, Subquery | sa.CTE):
            return self._origins_in_select(table.element, column)
        return ()

    def _origins_in_table(self, table: sa.Table, column: str) -> Iterable[ColumnOrigin]:
        if table.schema is not None:
            ref = TableRef(schema=table.schema, name=table.name)
            return (ColumnOrigin(table=ref, column=column, is_value=True),)
        made = self._scratch.get(table.name)
        return () if made is None else made.columns.get(column, ())

    def _origins_in_select(
        self, select: Element, column: ColumnClause[Any]
    ) -> Iterator[ColumnOrigin]:
        for branch in _branches(select):
            inner = branch.selected_columns.get(column.key)
            if inner is not None:
                yield from self._origins(inner)

    def _stored(self, value: Element) -> Iterator[tuple[str, bool]]:
        """Yield the names that a derived value reads from its own row."""
        for part, part_is_value in _parts(value):
            if isinstance(part, ColumnClause):
                yield part.name, part_is_value
            else:
                for name, is_value in self._stored(part):
                    yield name, is_value and part_is_value


def _branches(select: Element) -> Iterator[SelectBase]:
    """Yield the selects that a union is made of, or the one select."""
    if isinstance(select, sa.CompoundSelect):
        for one in select.selects:
            yield from _branches(one)
    elif isinstance(select, SelectBase):
        yield select


def _parts(element: Element) -> Iterator[tuple[Element, bool]]:
    """Yield the parts of an expression, and whether its value is made of theirs."""
    match element:
        case Label():
            yield element.element, True
        case Case():
            for condition, result in element.whens:
                yield condition, False
                yield result, True
            if element.else_ is not None:
                yield element.else_, True
        case FunctionFilter():
            yield element.func, True
            if element.criterion is not None:
                yield element.criterion, False
        case Over():
            yield element.element, True
            for order in (element.partition_by, element.order_by):
                if order is not None:
                    yield order, False
        case BinaryExpression():
            is_value = not operators.is_comparison(element.operator)
            yield element.left, is_value
            yield element.right, is_value
        case _:
            is_value = getattr(element, "name", None) != "count"
            for part in element.get_children():
                yield part, is_value


def _weakened(origin: ColumnOrigin, *, is_value: bool) -> ColumnOrigin:
    if is_value or not origin.is_value:
        return origin
    return ColumnOrigin(table=origin.table, column=origin.column, is_value=False)


def _through(
    columns: dict[str, _Origins], names: Iterable[tuple[str, bool]]
) -> Iterator[ColumnOrigin]:
    for name, is_value in names:
        for origin in columns.get(name, ()):
            yield _weakened(origin, is_value=is_value)


def _strongest(origins: _Origins) -> list[ColumnOrigin]:
    values = {(one.table, one.column) for one in origins if one.is_value}
    kept = (one for one in origins if one.is_value or (one.table, one.column) not in values)
    return sorted(kept)

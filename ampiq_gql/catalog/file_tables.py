"""Uploaded files and results of queries as tables: `file.<name>`, `query.<name>` in the language.

SQL reads files as `upload_<name>`. They stand beside the tables of the build: only their full names
mean them, so that no upload can change what an expression means.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from ampiq_gql.catalog.access import AccessClass, StatedClasses
from ampiq_gql.catalog.entries import ColumnEntry, TableEntry
from ampiq_gql.catalog.profiles import Quantiles, ValueCount
from ampiq_gql.warehouse import BUILD_SCHEMA
from dsl.catalog import FILE_PREFIX, ID_COLUMN, QUERY_PREFIX, DataType, Grain

__all__ = ["FileColumn", "FileTable", "file_rows", "file_table_entry", "raised_file"]

_ALIASES = {FILE_PREFIX: "upload_", QUERY_PREFIX: "result_"}
_DESCRIPTIONS = {
    FILE_PREFIX: "An uploaded file.",
    QUERY_PREFIX: "The customers that a saved query returned when it ran last.",
}
LOOKUP_RANK = 300  # behind all tables of the build
_SQL_TYPES: dict[DataType, sa.types.TypeEngine[Any]] = {
    DataType.STRING: sa.Text(),
    DataType.BOOLEAN: sa.Boolean(),
    DataType.DATE: sa.Date(),
    DataType.DATETIME: sa.DateTime(),
    DataType.INTEGER: sa.BigInteger(),
    DataType.DECIMAL: sa.Numeric(38, 4),
    DataType.FLOAT: sa.Double(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FileColumn:
    """A column of an uploaded file, and what was measured of it at its upload.

    `values` are all different texts when they are few, never those of personal data. What
    `ColumnProfile` has beside that is measured too; files of earlier versions lack it.
    """

    name: str
    label: str
    type: DataType
    is_pii: bool
    filled: int
    distinct: int
    minimum: str | None = None
    maximum: str | None = None
    values: tuple[str, ...] | None = None
    blanks: int | None = None
    whitespace: int | None = None
    mean: str | None = None
    quantiles: Quantiles | None = None
    top_values: tuple[ValueCount, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FileTable:
    """An uploaded file, or the result of a query, as a table.

    `slug` is its name in expressions, `label` the name that people gave it, `relation` the table
    of `c360` that holds its rows, `prefix` says which of the two it is. `restricted` are the names
    that the site called personal when a query ran, whose columns were judged by what they are made
    of; None for a file, whose columns have names of their own.
    """

    slug: str
    label: str
    relation: str
    rows: int
    has_one_row_each: bool
    columns: tuple[FileColumn, ...]
    prefix: str = FILE_PREFIX
    restricted: frozenset[str] | None = None

    @property
    def name(self) -> str:
        """Its name in expressions."""
        return f"{self.prefix}{self.slug}"


def raised_file(file: FileTable, stated: StatedClasses) -> FileTable:
    """Return the file with the classes that the site has stated of its columns.

    They are named as those of tables are: `column`, or `file.survey.column`. When the site has
    called more personal since a query ran, all columns of its result are, until it runs again:
    any of them may be made of that.
    """
    is_outdated = file.restricted is not None and not stated.restricted <= file.restricted
    return replace(
        file,
        columns=tuple(
            _restricted(one)
            if is_outdated or stated.of_column(file.name, one.name).is_restricted
            else one
            for one in file.columns
        ),
    )


def _restricted(column: FileColumn) -> FileColumn:
    return replace(
        column,
        is_pii=True,
        minimum=None,
        maximum=None,
        values=None,
        mean=None,
        quantiles=None,
        top_values=(),
    )


def file_table_entry(file: FileTable) -> TableEntry:
    """Return the table as the language sees it."""
    name = file.name
    table = _relation(file, sa.Column(ID_COLUMN, sa.Uuid()))
    selectable = table.alias(f"{_ALIASES[file.prefix]}{file.slug}")
    columns = tuple(
        _column_entry(name, one, selectable.columns[one.name], file.rows) for one in file.columns
    )
    return TableEntry(
        name=name,
        label=file.label,
        description=_DESCRIPTIONS[file.prefix],
        grain=Grain.ONE if file.has_one_row_each else Grain.MANY,
        rows=file.rows,
        columns=columns,
        selectable=selectable,
        id_column=selectable.columns[ID_COLUMN],
        event_time=None,
        newest_event_on=None,
        lookup_rank=LOOKUP_RANK,
        columns_by_name={one.name: one for one in columns},
    )


def file_rows(file: FileTable) -> sa.Table:
    """Return the rows of the file as something to select from, without the ids."""
    return _relation(file)


def _relation(file: FileTable, *first: sa.Column[Any]) -> sa.Table:
    columns = (sa.Column(one.name, _SQL_TYPES[one.type]) for one in file.columns)
    return sa.Table(file.relation, sa.MetaData(schema=BUILD_SCHEMA), *first, *columns)


def _column_entry(
    table: str, column: FileColumn, element: sa.ColumnElement[Any], rows: int
) -> ColumnEntry:
    values = column.values
    return ColumnEntry(
        table_name=table,
        name=column.name,
        label=column.label,
        description="",
        type=column.type,
        unit=None,
        access=AccessClass.PII if column.is_pii else AccessClass.INTERNAL,
        is_snapshot=False,
        element=element,
        completion=column.filled / rows if rows else None,
        distinct=column.distinct,
        uniqueness=column.distinct / rows if rows else None,
        minimum=column.minimum,
        maximum=column.maximum,
        top_values=column.top_values,
        known_values=None if values is None else frozenset(values),
        blanks=column.blanks,
        whitespace=column.whitespace,
        mean=column.mean,
        quantiles=column.quantiles,
    )

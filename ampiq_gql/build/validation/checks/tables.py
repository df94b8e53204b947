"""Database checks of every standard table: its columns, its key, what must be filled (5.2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

import sqlalchemy as sa

from ampiq_gql.build.validation.declarations import (
    Check,
    CountedCheck,
    Measured,
    MeasuredCheck,
    RowCheck,
    TableFamily,
)
from ampiq_gql.build.validation.inputs import Inputs
from ampiq_gql.build.validation.keys import KEYS
from ampiq_gql.build.validation.models import CheckUnit, Part
from ampiq_gql.build.validation.relations import build_rows, keys_of
from ampiq_gql.catalog import standard_metadata, standard_tables
from ampiq_gql.warehouse import BUILD_SCHEMA
from dsl.catalog import ID_COLUMN, DataType, Grain

__all__ = ["CHECKS"]


def _unique(family: TableFamily, table: str, _inputs: Inputs) -> CountedCheck | None:
    key = KEYS.get(table)
    if key is None:
        return None
    return RowCheck(
        id=family.id,
        rows=keys_of(table, *key),
        unit=family.unit,
        error_above=family.error_above,
        fails=lambda rows: rows["copies"] > 1,
        meaning=family.meaning,
        advice=f"{' and '.join(key)} must tell the rows of {table} apart: look for the same key in"
        " several sources.",
    )


def _one_row_each(family: TableFamily, table: str, _inputs: Inputs) -> CountedCheck | None:
    """One row per person; the pass is that of the key."""
    if standard_tables()[table].grain is not Grain.ONE:
        return None
    return RowCheck(
        id=family.id,
        rows=keys_of(table, *KEYS[table]),
        column=ID_COLUMN,
        unit=family.unit,
        error_above=family.error_above,
        fails=lambda rows: rows["copies"] > 1,
        meaning=family.meaning,
        advice=family.advice,
    )


def _required(table: str, *, is_key: bool) -> tuple[str, ...]:
    key = KEYS.get(table, ())
    return tuple(
        column.name
        for column in standard_tables()[table].columns
        if not column.is_nullable and not column.is_optional and (column.name in key) is is_key
    )


def _filled(family: TableFamily, table: str, names: tuple[str, ...]) -> CountedCheck | None:
    """Count rows that lack any of the columns; the parts name the columns."""
    if not names:
        return None
    return RowCheck(
        id=family.id,
        rows=build_rows(table),
        warn_above=family.warn_above,
        error_above=family.error_above,
        fails=lambda rows: sa.or_(*map(rows.is_null, names)),
        parts=lambda rows: {name: rows.is_null(name) for name in names},
        meaning=family.meaning,
        advice=family.advice,
    )


def _required_and_brought(family: TableFamily, table: str, inputs: Inputs) -> CountedCheck | None:
    """Leave out what no file brought, such as costs: whole features lack, not single rows."""
    empty = inputs.empty_columns(table)
    names = [name for name in _required(table, is_key=False) if name not in empty]
    return _filled(family, table, tuple(names))


def _not_blank(family: TableFamily, table: str, _inputs: Inputs) -> CountedCheck | None:
    standard = standard_tables()[table]
    names = [
        name
        for is_key in (True, False)
        for name in _required(table, is_key=is_key)
        if (column := standard.column(name)) and column.type is DataType.STRING and not column.is_id
    ]
    if not names:
        return None
    return RowCheck(
        id=family.id,
        rows=build_rows(table),
        fails=lambda rows: sa.or_(*map(rows.is_only_spaces, names)),
        parts=lambda rows: {name: rows.is_only_spaces(name) for name in names},
        meaning=family.meaning,
        advice=family.advice,
    )


def _has_columns(inputs: Inputs) -> Iterator[Measured]:
    """Hold the tables that are really there against the standard, table by table."""
    schemas = inputs.connection.get_execution_options().get("schema_translate_map") or {}
    place = schemas.get(BUILD_SCHEMA, BUILD_SCHEMA)
    found = sa.inspect(inputs.connection).get_multi_columns(schema=place)
    present = {
        name: {column["name"]: column["type"] for column in columns}
        for (_, name), columns in found.items()
    }
    for table in standard_metadata().sorted_tables:
        columns = present.get(table.name, {})
        wrong = [
            Part(name=_told(column, columns), checked=Decimal(1), failing=Decimal(1))
            for column in table.columns
            if not _is_as_defined(column, columns)
        ]
        yield Measured(
            table=table.name,
            checked=Decimal(len(table.columns)),
            failing=Decimal(len(wrong)),
            parts=tuple(wrong),
        )


def _is_as_defined(
    column: sa.Column[object], present: Mapping[str, sa.types.TypeEngine[object]]
) -> bool:
    found = present.get(column.name)
    return found is not None and found.python_type is column.type.python_type


def _told(column: sa.Column[object], present: Mapping[str, sa.types.TypeEngine[object]]) -> str:
    found = present.get(column.name)
    return f"{column.name}: {'missing' if found is None else f'{found}, not {column.type}'}"


CHECKS: tuple[Check, ...] = (
    TableFamily(
        id="db.unique",
        tables="every table with a key",
        make=_unique,
        unit=CheckUnit.KEYS,
        error_above=0,
        meaning="Keys that several rows of a table have.",
        advice="Look for the same key in several sources.",
    ),
    TableFamily(
        id="id.records_many",
        tables="every table of one row per person",
        make=_one_row_each,
        unit=CheckUnit.KEYS,
        error_above=0,
        meaning="People with several rows where there must be one.",
        advice="Every figure of these people counts more than once: remove the second rows from"
        " what the table is made of.",
    ),
    TableFamily(
        id="db.required.key",
        tables="every table with a key",
        make=lambda family, table, _inputs: _filled(family, table, _required(table, is_key=True)),
        error_above=0,
        meaning="Rows without a part of their key.",
        advice="Fill the key at the source: these rows cannot be told apart.",
    ),
    TableFamily(
        id="db.required",
        tables="every table",
        make=_required_and_brought,
        warn_above=0,
        meaning="Rows in which a required column is NULL.",
        advice="Map or fill the columns that are named: figures made of them are incomplete.",
    ),
    TableFamily(
        id="db.required.blank",
        tables="every table",
        make=_not_blank,
        meaning="Rows in which a required text is empty or spaces alone.",
        advice="Blank texts pass as values: leave the field empty where nothing is known.",
    ),
    MeasuredCheck(
        id="db.columns",
        table="every table",
        measure=_has_columns,
        unit=CheckUnit.COLUMNS,
        error_above=0,
        meaning="Standard columns that are missing or have another type.",
        advice="Build again with one version of AmpIQ: the tables were made or changed by another.",
    ),
)

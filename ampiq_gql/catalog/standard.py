"""The standard tables: their columns, types and meanings, as data.

`standard_tables.csv` and `standard_columns.csv` are the one place that knows them; a column of a
build that stands in neither is described by what its name says (`naming`).
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from ampiq_gql.catalog.access import AccessClass
from ampiq_gql.warehouse import BUILD_SCHEMA
from dsl.catalog import ID_COLUMN, DataType, Grain, Unit

__all__ = [
    "StandardColumn", "StandardTable", "column_type", "standard_metadata", "standard_table",
    "standard_tables",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardColumn:
    """A column as the data model defines it.

    `is_snapshot`: the value depends on the day of the build. `is_optional`: only there when the
    data bring it; every other column exists always, NULL when nothing fills it.
    """

    name: str
    label: str
    type: DataType
    is_nullable: bool
    unit: Unit | None
    access: AccessClass
    is_snapshot: bool
    is_optional: bool
    description: str

    @property
    def is_pii(self) -> bool:
        """Its values are personal data, which not everybody may see."""
        return self.access.is_restricted

    @property
    def is_id(self) -> bool:
        """The customer's id, native UUID in the database and text in the language."""
        return self.name == ID_COLUMN


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardTable:
    """A table as the data model defines it; `grain` is what it should be, the build measures."""

    name: str
    label: str
    description: str
    grain: Grain
    lookup_rank: int | None
    event_time: str | None
    columns: tuple[StandardColumn, ...]

    def column(self, name: str) -> StandardColumn | None:
        """Return the column of that name."""
        return next((column for column in self.columns if column.name == name), None)


@cache
def standard_tables() -> Mapping[str, StandardTable]:
    """Return all standard tables by name, in the order of the data model."""
    columns: dict[str, list[StandardColumn]] = {}
    for record in _records("standard_columns.csv"):
        columns.setdefault(record["table"], []).append(_column(record))
    tables = {
        record["table"]: _table(record, columns[record["table"]])
        for record in _records("standard_tables.csv")
    }
    return MappingProxyType(tables)


def standard_table(name: str) -> StandardTable:
    """Return the standard table of that name."""
    return standard_tables()[name]


@cache
def standard_metadata() -> sa.MetaData:
    """Return all standard tables in schema `c360`, without the optional columns."""
    metadata = sa.MetaData(schema=BUILD_SCHEMA)
    for table in standard_tables().values():
        sa.Table(
            table.name,
            metadata,
            *(
                sa.Column(column.name, column_type(column), nullable=column.is_nullable)
                for column in table.columns
                if not column.is_optional
            ),
        )
    return metadata


def column_type(column: StandardColumn) -> sa.types.TypeEngine[Any]:
    """Return the column's type in the database."""
    return sa.Uuid() if column.is_id else _SQL_TYPES[column.type]


_SQL_TYPES: Mapping[DataType, sa.types.TypeEngine[Any]] = MappingProxyType(
    {
        DataType.STRING: sa.Text(),
        DataType.BOOLEAN: sa.Boolean(),
        DataType.DATE: sa.Date(),
        DataType.DATETIME: sa.DateTime(),
        DataType.INTEGER: sa.BigInteger(),
        DataType.DECIMAL: sa.Numeric(18, 4),
        DataType.FLOAT: sa.Double(),
    }
)


def _records(file: str) -> list[dict[str, str]]:
    text = files(__package__).joinpath(file).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _table(record: Mapping[str, str], columns: list[StandardColumn]) -> StandardTable:
    return StandardTable(
        name=record["table"],
        label=record["label"],
        description=record["description"],
        grain=Grain(record["rows_per_customer"]),
        lookup_rank=int(record["lookup_rank"]) if record["lookup_rank"] else None,
        event_time=record["event_time"] or None,
        columns=tuple(columns),
    )


def _column(record: Mapping[str, str]) -> StandardColumn:
    return StandardColumn(
        name=record["column"],
        label=record["label"],
        type=DataType.STRING if record["type"] == "uuid" else DataType(record["type"]),
        is_nullable=record["nullable"] == "yes",
        unit=Unit(record["unit"]) if record["unit"] else None,
        access=AccessClass(record["access"]),
        is_snapshot=record["snapshot"] == "yes",
        is_optional=record["optional"] == "yes",
        description=record["description"],
    )

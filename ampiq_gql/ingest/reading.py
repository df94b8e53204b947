"""How each column of a file is to be read: the user's word first, then the looks of all values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from ampiq_gql.ingest.columns import ColumnSpec, ValueType
from ampiq_gql.ingest.dates import find_date_styles
from ampiq_gql.ingest.mapping import FileMapping, ValueSpelling
from ampiq_gql.ingest.numbers import find_number_styles
from ampiq_gql.ingest.staging import FileColumns
from ampiq_gql.ingest.table_file import Native
from ampiq_gql.ingest.values import Reading

__all__ = ["decide_readings"]

NUMBERS = (ValueType.INTEGER, ValueType.DECIMAL)
DATES = (ValueType.DATE, ValueType.DATETIME)

TextColumn = tuple[str, sa.ColumnElement[Any], ValueSpelling]


def decide_readings(
    connection: sa.Connection,
    staged: sa.FromClause,
    columns: FileColumns,
    mapping: FileMapping,
    *,
    site_zone: str,
    place: str,
) -> dict[str, Reading]:
    """Return the reading of each target column. Raises `AmbiguousDates`, `AmbiguousNumbers`."""
    readings = {
        column.name: _as_said(mapping.spelling_of(columns.header_of(column.name)), site_zone)
        for column in columns.spec.columns
    }
    dates = list(_text_columns(staged, columns, mapping, DATES))
    styles = find_date_styles(connection, staged, [of for _, of in dates], place=place)
    for column, (header, _, _) in dates:
        readings[column.name] = replace(readings[column.name], date_style=styles[header])
    numbers = list(_text_columns(staged, columns, mapping, NUMBERS))
    looks = find_number_styles(connection, staged, [of for _, of in numbers], place=place)
    for column, (header, _, _) in numbers:
        look = looks[header]
        readings[column.name] = replace(
            readings[column.name],
            decimal_mark=look.decimal_mark,
            thousands_mark=look.thousands_mark,
            is_adorned=look.is_adorned,
            is_plain=look.is_plain,
        )
    return readings


def _as_said(said: ValueSpelling, site_zone: str) -> Reading:
    return Reading(
        time_zone=said.time_zone or site_zone,
        date_format=said.date_format,
        decimal_mark=said.decimal_mark or ".",
        thousands_mark=said.thousands_mark,
    )


def _text_columns(
    staged: sa.FromClause,
    columns: FileColumns,
    mapping: FileMapping,
    kinds: tuple[ValueType, ...],
) -> Iterator[tuple[ColumnSpec, TextColumn]]:
    for column in columns.spec.columns:
        text = columns.text_of(staged, column.name)
        is_text = columns.native_of(column.name) is Native.TEXT
        if text is not None and is_text and column.type in kinds:
            header = columns.header_of(column.name)
            yield column, (header, text, mapping.spelling_of(header))

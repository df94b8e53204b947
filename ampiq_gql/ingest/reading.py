"""How each column of a file is to be read: the user's word first, then the looks of all values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from ampiq_gql.ingest.columns import ColumnSpec, ValueType
from ampiq_gql.ingest.dates import find_date_styles
from ampiq_gql.ingest.errors import AmbiguousNumbers
from ampiq_gql.ingest.mapping import FileMapping, ValueSpelling
from ampiq_gql.ingest.numbers import currency_signs, find_number_styles
from ampiq_gql.ingest.staging import FileColumns
from ampiq_gql.ingest.table_file import Native
from ampiq_gql.ingest.values import Reading
from ampiq_gql.ingest.zones import ZONE_COLUMN, find_zones, zone_of_row

__all__ = ["decide_readings", "remarks"]

NUMBERS = (ValueType.INTEGER, ValueType.DECIMAL)
DATES = (ValueType.DATE, ValueType.DATETIME)
TIME_COLUMN = "order_datetime"

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
    dated = find_date_styles(connection, staged, [of for _, of in dates], place=place)
    for column, (header, _, said) in dates:
        found = dated[header]
        readings[column.name] = replace(
            readings[column.name],
            date_style=found.style,
            two_digit_years_from=_century(column, said) if found.has_short_years else None,
        )
    _read_zones(connection, staged, columns, readings)
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
    if columns.position("currency") is None:
        adorned = [of for _, of in numbers if looks[of[0]].is_adorned]
        _refuse_several_currencies(connection, staged, adorned, place)
    return readings


def _refuse_several_currencies(
    connection: sa.Connection, staged: sa.FromClause, columns: Sequence[TextColumn], place: str
) -> None:
    """Raise `AmbiguousNumbers`: without their signs dollars would be added to euros."""
    for header, text, _ in columns:
        signs = currency_signs(connection, staged, text)
        if len(signs) > 1:
            raise AmbiguousNumbers(
                f'The amounts in "{header}" are in several currencies: {", ".join(signs)}.',
                place=place,
                hint="Bring a column with the currency of each row, or a file for each currency.",
            )


def _century(column: ColumnSpec, said: ValueSpelling) -> int:
    """Return the first year that two digits mean: nobody is born, and little sold, in the future.

    Orders and changes may bear the date of next year, births may not.
    """
    if said.two_digit_years_from is not None:
        return said.two_digit_years_from
    last = datetime.now(UTC).year + (0 if column.type is ValueType.DATE else 1)
    return last - 99


def _read_zones(
    connection: sa.Connection,
    staged: sa.FromClause,
    columns: FileColumns,
    readings: dict[str, Reading],
) -> None:
    """Have the zone of each row hold for its time, where the file brings one."""
    texts = columns.text_of(staged, ZONE_COLUMN)
    if texts is None:
        return
    usual = readings[TIME_COLUMN].time_zone
    zones = find_zones(connection, staged, texts)
    readings[ZONE_COLUMN] = replace(readings[ZONE_COLUMN], zones=frozenset(zones))
    if isinstance(usual, str):
        of_row = zone_of_row(texts, zones, usual)
        readings[TIME_COLUMN] = replace(readings[TIME_COLUMN], time_zone=of_row)


def remarks(columns: FileColumns, readings: Mapping[str, Reading]) -> Iterator[str]:
    """Yield what was decided that people may want to know, a sentence each."""
    for column in columns.spec.columns:
        begin = readings[column.name].two_digit_years_from
        if begin is not None:
            yield (
                f'"{columns.header_of(column.name)}" has years of two digits: {begin % 100:02} is '
                f"{begin}, {(begin + 99) % 100:02} is {begin + 99} (two_digit_years_from: {begin})."
            )
    for match in columns.matches:
        if match.is_contact:
            yield (
                f'Orders name their customers by "{match.header}", since no column has their key; '
                "customers whose file gives them another key are not found by it."
            )
    if readings.get(ZONE_COLUMN) and readings[ZONE_COLUMN].zones is not None:
        time, zone = (columns.header_of(name) for name in (TIME_COLUMN, ZONE_COLUMN))
        yield f'"{time}" is read in the zone that "{zone}" states in each row.'


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

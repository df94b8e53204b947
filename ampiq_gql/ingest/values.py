"""Texts of a file as typed values: each conversion gives NULL for what it cannot read.

The expressions run in the embedded DuckDB that reads files for every engine of the warehouse.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ampiq_gql.ingest.columns import ValueType
from ampiq_gql.ingest.dates import DateStyle
from ampiq_gql.ingest.patterns import matches, rewritten

__all__ = ["Reading", "raw_text", "typed_value"]

Text = sa.ColumnElement[str]
Value = sa.ColumnElement[Any]

INTEGER = r"^[+-]?[0-9]{1,18}([.]0*)?$"
DECIMAL = r"^[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]{1,2})?$"
DATE_ONLY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
COMPACT_DATE = r"^[0-9]{8}$"
DATE_AND_MORE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]"
WALL_CLOCK = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?$"
WITH_OFFSET = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)? ?"
    r"(Z|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?)$"
)
NUMERIC_DAY = r"^[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}$"
TIME_FORMATS = ("", " %H:%M:%S", " %H:%M", " %I:%M:%S %p", " %I:%M %p")
DAY_FORMATS = {DateStyle.DAY_FIRST: "%d/%m/%Y", DateStyle.MONTH_FIRST: "%m/%d/%Y"}

AMOUNT = sa.Numeric(16, 4)
"""Narrower than the columns that hold amounts: a slip of the keyboard must leave room for sums."""

TRUE_WORDS = ("true", "t", "yes", "y", "1")
FALSE_WORDS = ("false", "f", "no", "n", "0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How the texts of one file are to be read."""

    time_zone: str
    date_style: DateStyle = DateStyle.ISO
    date_format: str | None = None
    decimal_mark: str = "."
    thousands_mark: str | None = None


def raw_text(column: Text) -> Text:
    """Return the trimmed text; blank is NULL (readings.md 21)."""
    return sa.func.nullif(sa.func.trim(column), "", type_=sa.Text)


def typed_value(raw: Text, kind: ValueType, reading: Reading) -> Value:
    """Return the value, NULL when the text is not one."""
    match kind:
        case ValueType.TEXT:
            return raw
        case ValueType.INTEGER:
            plain = _plain_number(raw, reading)
            return sa.case((matches(plain, INTEGER), sa.try_cast(plain, sa.BigInteger)))
        case ValueType.DECIMAL:
            plain = _plain_number(raw, reading)
            return sa.case((matches(plain, DECIMAL), sa.try_cast(plain, AMOUNT)))
        case ValueType.BOOLEAN:
            word = sa.func.lower(raw)
            return sa.case((word.in_(TRUE_WORDS), sa.true()), (word.in_(FALSE_WORDS), sa.false()))
        case ValueType.DATE:
            return _date(raw, reading)
        case ValueType.DATETIME:
            return _instant(raw, reading)


def _plain_number(raw: Text, reading: Reading) -> Text:
    if reading.thousands_mark:
        raw = sa.func.replace(raw, reading.thousands_mark, "", type_=sa.Text)
    if reading.decimal_mark != ".":
        # A point is no decimal mark then: it must not pass as one.
        raw = sa.func.replace(raw, ".", "?", type_=sa.Text)
        raw = sa.func.replace(raw, reading.decimal_mark, ".", type_=sa.Text)
    return raw


def _date(raw: Text, reading: Reading) -> Value:
    if reading.date_format:
        return sa.cast(_parsed(raw, reading.date_format), sa.Date)
    if reading.date_style is DateStyle.ISO:
        return sa.case(
            (
                matches(raw, DATE_ONLY) | matches(raw, DATE_AND_MORE),
                sa.try_cast(sa.func.substr(raw, 1, 10), sa.Date),
            ),
            (matches(raw, COMPACT_DATE), sa.cast(_parsed(raw, "%Y%m%d"), sa.Date)),
        )
    return sa.cast(_numeric_date(raw, reading.date_style), sa.Date)


def _instant(raw: Text, reading: Reading) -> Value:
    """Return the instant in naive UTC; a date without time is noon of its day in its zone."""
    if reading.date_format:
        return _formatted_instant(raw, reading.date_format, reading.time_zone)
    if reading.date_style is not DateStyle.ISO:
        parsed = _numeric_date(raw, reading.date_style)
        is_day = matches(_slashed(raw), NUMERIC_DAY)
        return _to_utc(sa.case((is_day, _noon(parsed)), else_=parsed), reading.time_zone)
    zone = reading.time_zone
    return sa.case(
        (matches(raw, WALL_CLOCK), _to_utc(sa.try_cast(raw, sa.DateTime), zone)),
        (matches(raw, DATE_ONLY), _to_utc(_noon(sa.try_cast(raw, sa.DateTime)), zone)),
        (
            matches(raw, WITH_OFFSET),
            sa.func.timezone(
                "UTC", sa.try_cast(_full_time(raw), sa.DateTime(timezone=True)), type_=sa.DateTime
            ),
        ),
        (matches(raw, COMPACT_DATE), _to_utc(_noon(_parsed(raw, "%Y%m%d")), zone)),
    )


def _full_time(raw: Text) -> Text:
    """Spell a time with an offset as the cast wants it: seconds stated, no space before it."""
    with_seconds = rewritten(raw, r"^(.{16}) ?([Z+-])", r"\1:00\2")
    return rewritten(with_seconds, r"^(.{19}[.0-9]*) ", r"\1")


def _formatted_instant(raw: Text, date_format: str, zone: str) -> Value:
    parsed = _parsed(raw, date_format)
    if "%z" in date_format:
        return sa.func.timezone("UTC", parsed)
    has_time = any(mark in date_format for mark in ("%H", "%I", "%-H", "%-I", "%X", "%c"))
    return _to_utc(parsed if has_time else _noon(parsed), zone)


def _numeric_date(raw: Text, style: DateStyle) -> Value:
    plain = _slashed(raw)
    day = DAY_FORMATS[style]
    return sa.func.coalesce(*(_parsed(plain, day + time) for time in TIME_FORMATS))


def _slashed(raw: Text) -> Text:
    return sa.func.replace(sa.func.replace(raw, ".", "/"), "-", "/", type_=sa.Text)


def _parsed(raw: Text, date_format: str) -> Value:
    # The format decides the type of the result, so the engine must see it when it plans.
    spelled = sa.literal(date_format, sa.Text, literal_execute=True)
    return sa.func.try_strptime(raw, spelled, type_=sa.DateTime)


def _noon(day: Value) -> Value:
    return day + sa.literal_column("INTERVAL '12' HOUR", sa.Interval)


def _to_utc(wall_clock: Value, zone: str) -> Value:
    """Times that a clock change skipped or repeated become the later instant."""
    if zone == "UTC":
        return wall_clock
    return sa.func.timezone("UTC", sa.func.timezone(zone, wall_clock), type_=sa.DateTime)

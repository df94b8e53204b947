"""Texts of a file as typed values: each conversion gives NULL for what it cannot read.

The expressions run in the embedded DuckDB that reads files for every engine of the warehouse; those
for plain values, of which attributes are made, on every engine.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ampiq_gql.ingest.columns import ValueType
from ampiq_gql.ingest.dates import SERIAL, SHORT_YEAR, DateStyle
from ampiq_gql.ingest.numbers import bare_number
from ampiq_gql.ingest.patterns import matches, rewritten
from ampiq_gql.ingest.zones import RowZone, Zone
from ampiq_gql.warehouse.casting import CompactDay

__all__ = ["AMOUNT", "Reading", "noon", "raw_text", "to_utc", "typed_value"]

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
NAMED_DAYS = (
    "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%b %d %Y", "%d-%b-%Y", "%a, %d %b %Y",
    "%Y/%m/%d", "%Y.%m.%d",
)  # fmt: skip
NAMED_TIMES = (*TIME_FORMATS, ", %H:%M", ", %I:%M %p")
SERIAL_BEGIN = -2_209_161_600
"""1899-12-30 in seconds since 1970."""

FIRST_FULL_YEAR = sa.literal_column("TIMESTAMP '1000-01-01'", sa.DateTime)

DAY_FORMATS = {DateStyle.DAY_FIRST: "%d/%m/%Y", DateStyle.MONTH_FIRST: "%m/%d/%Y"}

AMOUNT = sa.Numeric(16, 4)
"""Narrower than the columns that hold amounts: a slip of the keyboard must leave room for sums."""

TRUE_WORDS = ("true", "t", "yes", "y", "1")
FALSE_WORDS = ("false", "f", "no", "n", "0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How the texts of one column are to be read.

    `time_zone` is that of times without an offset. `two_digit_years_from` is the first of the
    hundred years that two digits mean; None where no date has a year of two digits. `zones` are
    the texts of a column of zones. `is_adorned`: currency signs, spaces or parentheses may stand
    beside digits. `is_plain`: every value is known to be digits with at most a decimal point, so
    that nothing need be looked at.
    """

    time_zone: Zone
    zones: frozenset[str] | None = None
    date_style: DateStyle = DateStyle.ISO
    date_format: str | None = None
    two_digit_years_from: int | None = None
    decimal_mark: str = "."
    thousands_mark: str | None = None
    is_adorned: bool = False
    is_plain: bool = False


def raw_text(column: Text) -> Text:
    """Return the trimmed text; blank is NULL (readings.md 21)."""
    return sa.func.nullif(sa.func.trim(column), "", type_=sa.Text)


def typed_value(raw: Text, kind: ValueType, reading: Reading) -> Value:
    """Return the value, NULL when the text is not one."""
    match kind:
        case ValueType.TEXT:
            return raw
        case ValueType.INTEGER:
            return _number(raw, reading, INTEGER, sa.BigInteger())
        case ValueType.DECIMAL:
            return _number(raw, reading, DECIMAL, AMOUNT)
        case ValueType.BOOLEAN:
            word = sa.func.lower(raw)
            return sa.case((word.in_(TRUE_WORDS), sa.true()), (word.in_(FALSE_WORDS), sa.false()))
        case ValueType.DATE:
            return _date(_with_full_year(raw, reading), reading)
        case ValueType.DATETIME:
            return _instant(_with_full_year(raw, reading), reading)


def _number(raw: Text, reading: Reading, pattern: str, kind: sa.types.TypeEngine[Any]) -> Value:
    plain = _plain_number(raw, reading)
    if reading.is_plain and pattern == DECIMAL:
        return sa.try_cast(plain, kind)
    return sa.case((matches(plain, pattern), sa.try_cast(plain, kind)))


def _plain_number(raw: Text, reading: Reading) -> Text:
    """Spell a number with a decimal point and nothing else; NULL when its groups are odd."""
    if reading.is_adorned:
        raw = bare_number(raw)
    groups = (" ", "'") if reading.is_adorned else ()
    marks = (*groups, reading.thousands_mark) if reading.thousands_mark else groups
    if reading.decimal_mark == "." and not marks:
        return raw
    plain = raw
    for mark in marks:
        plain = sa.func.replace(plain, mark, "", type_=sa.Text)
    if reading.decimal_mark != ".":
        plain = sa.func.replace(plain, reading.decimal_mark, ".", type_=sa.Text)
    return sa.case((matches(raw, _grouped(reading.decimal_mark, marks)), plain))


def _grouped(decimal_mark: str, marks: tuple[str, ...]) -> str:
    """Return the pattern of numbers whose thousands, if parted at all, are parted rightly."""
    mark, between = re.escape(decimal_mark), "".join(map(re.escape, marks))
    thousands = f"[0-9]{{1,3}}([{between}][0-9]{{3}})+|" if between else ""
    return f"^[+-]?({thousands}[0-9]*)({mark}[0-9]*)?([eE][+-]?[0-9]{{1,2}})?$"


def _date(raw: Text, reading: Reading) -> Value:
    if reading.date_format:
        return sa.cast(_parsed(raw, reading.date_format), sa.Date)
    if reading.date_style is DateStyle.ISO:
        return sa.case(
            (
                matches(raw, DATE_ONLY) | matches(raw, DATE_AND_MORE),
                sa.try_cast(sa.func.substr(raw, 1, 10), sa.Date),
            ),
            (matches(raw, COMPACT_DATE), sa.cast(CompactDay(raw), sa.Date)),
        )
    return sa.cast(_wall_clock(raw, reading.date_style), sa.Date)


def _instant(raw: Text, reading: Reading) -> Value:
    """Return the instant in naive UTC; a date without time is noon of its day in its zone."""
    zone = reading.time_zone
    if reading.date_format:
        return _formatted_instant(raw, reading.date_format, zone)
    match reading.date_style:
        case DateStyle.ISO:
            return _iso_instant(raw, zone)
        case DateStyle.SECONDS | DateStyle.MILLISECONDS:
            return _wall_clock(raw, reading.date_style)
        case style:
            wall_clock = _wall_clock(raw, style)
            is_day = _has_no_time(raw, style)
            return to_utc(sa.case((is_day, noon(wall_clock)), else_=wall_clock), zone)


def _iso_instant(raw: Text, zone: Zone) -> Value:
    return sa.case(
        (matches(raw, WALL_CLOCK), to_utc(sa.try_cast(raw, sa.DateTime), zone)),
        (matches(raw, DATE_ONLY), to_utc(noon(sa.try_cast(raw, sa.DateTime)), zone)),
        (
            matches(raw, WITH_OFFSET),
            sa.func.timezone(
                "UTC", sa.try_cast(_full_time(raw), sa.DateTime(timezone=True)), type_=sa.DateTime
            ),
        ),
        (matches(raw, COMPACT_DATE), to_utc(noon(CompactDay(raw)), zone)),
    )


def _wall_clock(raw: Text, style: DateStyle) -> Value:
    """Return the moment as written; without a time it is midnight."""
    match style:
        case DateStyle.SERIAL:
            return _spreadsheet_moment(raw)
        case DateStyle.SECONDS | DateStyle.MILLISECONDS:
            factor = 1_000_000 if style is DateStyle.SECONDS else 1_000
            return sa.func.make_timestamp(
                sa.try_cast(raw, sa.BigInteger) * factor, type_=sa.DateTime
            )
        case DateStyle.NAMED:
            formats = (day + time for day in NAMED_DAYS for time in NAMED_TIMES)
            return _with_century(sa.func.coalesce(*(_parsed(raw, one) for one in formats)))
        case DateStyle.DAY_FIRST | DateStyle.MONTH_FIRST | DateStyle.ISO:
            return _with_century(_numeric_date(raw, style))


def _with_century(moment: Value) -> Value:
    """Take a moment of the first thousand years for none: its year lacks digits."""
    return sa.case((moment >= FIRST_FULL_YEAR, moment))


def _spreadsheet_moment(raw: Text) -> Value:
    """Days since 1899-12-30, to the second; the first two months of 1900 are nobody's data."""
    plain = sa.func.replace(raw, ",", ".", type_=sa.Text)
    seconds = sa.cast(sa.func.round(sa.try_cast(plain, sa.Numeric(20, 10)) * 86_400), sa.BigInteger)
    moment = sa.func.make_timestamp((seconds + SERIAL_BEGIN) * 1_000_000, type_=sa.DateTime)
    return sa.case((matches(raw, SERIAL), moment))


def _has_no_time(raw: Text, style: DateStyle) -> sa.ColumnElement[bool]:
    match style:
        case DateStyle.SERIAL:
            return matches(raw, r"^[0-9]+$")
        case DateStyle.NAMED:
            return sa.not_(matches(raw, r":"))
        case _:
            return matches(_slashed(raw), NUMERIC_DAY)


def _full_time(raw: Text) -> Text:
    """Spell a time with an offset as the cast wants it: seconds stated, no space before it."""
    with_seconds = rewritten(raw, r"^(.{16}) ?([Z+-])", r"\1:00\2")
    return rewritten(with_seconds, r"^(.{19}[.0-9]*) ", r"\1")


def _with_full_year(raw: Text, reading: Reading) -> Text:
    """Spell the century of years that are written with two digits."""
    begin = reading.two_digit_years_from
    if begin is None or reading.date_format:
        return raw
    century = begin // 100
    year = sa.try_cast(rewritten(raw, SHORT_YEAR, r"\2"), sa.Integer)
    former, latter = (
        rewritten(raw, SHORT_YEAR, rf"\1{hundred}\2\3") for hundred in (century, century + 1)
    )
    is_short = matches(raw, SHORT_YEAR)
    return sa.case((is_short & (year >= begin % 100), former), (is_short, latter), else_=raw)


def _formatted_instant(raw: Text, date_format: str, zone: Zone) -> Value:
    parsed = _parsed(raw, date_format)
    if "%z" in date_format:
        return sa.func.timezone("UTC", parsed)
    has_time = any(mark in date_format for mark in ("%H", "%I", "%-H", "%-I", "%X", "%c"))
    return to_utc(parsed if has_time else noon(parsed), zone)


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


def noon(day: Value) -> Value:
    """Return the middle of a day, which no zone moves to another one."""
    return day + sa.literal_column("INTERVAL '12' HOUR", sa.Interval)


def to_utc(wall_clock: Value, zone: Zone) -> Value:
    """Return the instant of a wall clock in naive UTC.

    Times that a clock change skipped or repeated become the later instant."""
    if isinstance(zone, RowZone):
        ahead = sa.func.to_minutes(zone.minutes, type_=sa.Interval)
        of_zone = _instant_of(wall_clock, zone.name)
        return sa.case((zone.minutes.is_not(None), wall_clock - ahead), else_=of_zone)
    return wall_clock if zone == "UTC" else _instant_of(wall_clock, zone)


def _instant_of(wall_clock: Value, zone: str | Text) -> Value:
    return sa.func.timezone("UTC", sa.func.timezone(zone, wall_clock), type_=sa.DateTime)

"""How a column writes its dates: seen from all its values, asked when two readings stay.

Most values of a column must be written one way; the others of it are bad values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

import sqlalchemy as sa

from ampiq_gql.ingest.errors import AmbiguousDates
from ampiq_gql.ingest.mapping import DateOrder, ValueSpelling
from ampiq_gql.ingest.patterns import matches, rewritten

__all__ = ["SERIAL", "SHORT_YEAR", "DateLook", "DateStyle", "find_date_styles"]

Text = sa.ColumnElement[str]

NUMERIC_DATE = r"^[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{2}([0-9]{2})?([ T].*)?$"
SHORT_YEAR = r"^([0-9]{1,2}(?:[/.-][0-9]{1,2}[/.-]|[ -][A-Za-z]{3,9}[ -]))([0-9]{2})((?:[ T,].*)?)$"
"""A date whose year has two digits: what stands before it, the year, and what comes after."""

LAST_IS_NO_DAY = r"^[0-9]+[/.-][0-9]+[/.-](3[2-9]|[4-9][0-9]|00)([ T].*)?$"
ISO_DATE = r"^[0-9]{4}-?[0-9]{2}-?[0-9]{2}([ T].*)?$"
SERIAL = r"^[1-7][0-9]{4}([.,][0-9]+)?$"
"""Days since 1899-12-30, as spreadsheets count: 1927 to 2119."""

SECONDS = r"^[12]?[0-9]{9}$"
MILLISECONDS = r"^[12]?[0-9]{12}$"
NAMED = (
    r"^(.*[A-Za-z]{3}.*[0-9]{4}.*|[0-9]{1,2}[ -][A-Za-z]{3,9}[ -][0-9]{2}([ T,].*)?"
    r"|[0-9]{4}[/.][0-9]{1,2}[/.][0-9]{1,2}([ T].*)?)$"
)
SECOND_NUMBER = r"^[0-9]{1,2}[/.-]([0-9]{1,2})[/.-].*$"
FIRST_NUMBER = r"^([0-9]{1,2})[/.-].*$"


class DateStyle(StrEnum):
    """The way of writing."""

    ISO = "iso"
    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"
    SERIAL = "spreadsheet day number"
    SECONDS = "seconds since 1970"
    MILLISECONDS = "milliseconds since 1970"
    NAMED = "month by name, or year first"


@dataclass(frozen=True, slots=True, kw_only=True)
class DateLook:
    """How the dates of a column are written, and whether any has a year of two digits."""

    style: DateStyle
    has_short_years: bool = False


_OTHER_STYLES = (
    (DateStyle.SERIAL, SERIAL),
    (DateStyle.SECONDS, SECONDS),
    (DateStyle.MILLISECONDS, MILLISECONDS),
    (DateStyle.NAMED, NAMED),
)


def find_date_styles(
    connection: sa.Connection,
    rows: sa.FromClause,
    columns: Sequence[tuple[str, Text, ValueSpelling]],
    *,
    place: str,
) -> dict[str, DateLook]:
    """Choose the one reading of each column. Raises `AmbiguousDates` when there are two."""
    if not columns:
        return {}
    counts = [
        count
        for _, raw, _ in columns
        for count in (sa.func.count(raw), sa.func.count(1).filter(matches(raw, ISO_DATE)))
    ]
    found = connection.execute(sa.select(*counts).select_from(rows)).one()
    looks: dict[str, DateLook] = {}
    for at, (header, raw, said) in enumerate(columns):
        filled, iso = found[2 * at], found[2 * at + 1]
        is_iso = 2 * iso >= filled or said.date_format is not None
        looks[header] = (
            DateLook(style=DateStyle.ISO)
            if is_iso
            else _look(connection, rows, header, raw, said, iso, place)
        )
    return looks


def _look(
    connection: sa.Connection,
    rows: sa.FromClause,
    header: str,
    raw: Text,
    said: ValueSpelling,
    iso: int,
    place: str,
) -> DateLook:
    is_numeric, is_short = matches(raw, NUMERIC_DATE), matches(raw, SHORT_YEAR)
    first, second = _number(raw, FIRST_NUMBER), _number(raw, SECOND_NUMBER)
    evidence = sa.select(
        sa.func.count(1).filter(is_numeric),
        sa.func.count(1).filter(is_numeric & (first > 12) & (second <= 12)),
        sa.func.count(1).filter(is_numeric & (first <= 12) & (second > 12)),
        sa.func.count(1).filter(is_short),
        sa.func.count(1).filter(is_short & is_numeric & _is_year_last(raw, first)),
        *(sa.func.count(1).filter(matches(raw, pattern)) for _, pattern in _OTHER_STYLES),
    )
    numeric, day_first, month_first, short, year_last, *others = connection.execute(
        evidence.select_from(rows)
    ).one()
    most = max(others)
    if most > max(iso, numeric):
        return DateLook(style=_OTHER_STYLES[others.index(most)][0], has_short_years=short > 0)
    if numeric <= iso:
        return DateLook(style=DateStyle.ISO)
    if said.date_order is not None:
        is_day_first = said.date_order is DateOrder.DAY_FIRST
    elif bool(day_first) == bool(month_first):
        raise _ambiguous(header, "day first or month first", place)
    elif day_first and short == numeric and not year_last:
        # 25.04.03 alone could be a day of 2003 as well as one of 2025.
        raise _ambiguous(header, "day first or year first", place)
    else:
        is_day_first = bool(day_first)
    style = DateStyle.DAY_FIRST if is_day_first else DateStyle.MONTH_FIRST
    return DateLook(style=style, has_short_years=short > 0)


def _is_year_last(raw: Text, first: sa.ColumnElement[int | None]) -> sa.ColumnElement[bool]:
    """Say whether the first number is no year, or the last one no day: years to come are none."""
    coming = datetime.now(UTC).year % 100 + 1
    return (first > coming) | matches(raw, LAST_IS_NO_DAY)


def _ambiguous(header: str, ways: str, place: str) -> AmbiguousDates:
    return AmbiguousDates(
        f'The dates in "{header}" can be read {ways}.',
        place=place,
        hint="Say which in a mapping file: `date_order: day-first` or `month-first`, for the "
        'file or for the column; or spell it out: `date_format: "%d/%m/%Y"`.',
    )


def _number(raw: Text, pattern: str) -> sa.ColumnElement[int | None]:
    return sa.try_cast(rewritten(raw, pattern, r"\1"), sa.Integer)

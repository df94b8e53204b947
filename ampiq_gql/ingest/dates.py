"""How a file writes its dates: seen from all its values, asked of the user when two readings stay.

Values are ISO 8601 or begin with day and month in one order throughout the column.
"""

from __future__ import annotations

from enum import StrEnum

import sqlalchemy as sa

from ampiq_gql.ingest.errors import AmbiguousDates
from ampiq_gql.ingest.patterns import matches, rewritten

__all__ = ["DateStyle", "find_style"]

Text = sa.ColumnElement[str]

NUMERIC_DATE = r"^[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{4}([ T].*)?$"
ISO_DATE = r"^[0-9]{4}-?[0-9]{2}-?[0-9]{2}([ T].*)?$"
SECOND_NUMBER = r"^[0-9]{1,2}[/.-]([0-9]{1,2})[/.-].*$"
FIRST_NUMBER = r"^([0-9]{1,2})[/.-].*$"


class DateStyle(StrEnum):
    """The order of the parts."""

    ISO = "iso"
    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"


def find_style(
    connection: sa.Connection, rows: sa.FromClause, raw: Text, header: str, *, place: str
) -> DateStyle:
    """Choose the one reading of a column. Raises `AmbiguousDates` when there are two."""
    counts = sa.select(sa.func.count(raw), sa.func.count(1).filter(matches(raw, ISO_DATE)))
    filled, iso = connection.execute(counts.select_from(rows)).one()
    if 2 * iso >= filled:
        return DateStyle.ISO
    is_numeric = matches(raw, NUMERIC_DATE)
    first, second = _number(raw, FIRST_NUMBER), _number(raw, SECOND_NUMBER)
    evidence = sa.select(
        sa.func.count(1),
        sa.func.count(1).filter(first > 12, second <= 12),
        sa.func.count(1).filter(first <= 12, second > 12),
    )
    numeric, day_first, month_first = connection.execute(
        evidence.select_from(rows).where(is_numeric)
    ).one()
    if numeric <= iso:
        return DateStyle.ISO
    if bool(day_first) == bool(month_first):
        raise AmbiguousDates(
            f'The dates in "{header}" can be read day first or month first.',
            place=place,
            hint='Say which in a mapping file: `date_format: "%d/%m/%Y"` or `"%m/%d/%Y"`.',
        )
    return DateStyle.DAY_FIRST if day_first else DateStyle.MONTH_FIRST


def _number(raw: Text, pattern: str) -> sa.ColumnElement[int | None]:
    return sa.try_cast(rewritten(raw, pattern, r"\1"), sa.Integer)

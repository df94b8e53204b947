"""How a file writes its dates: seen from all its values, asked of the user when two readings stay.

Values are ISO 8601 or begin with day and month in one order throughout the column.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa

from ampiq_gql.ingest.errors import AmbiguousDates

__all__ = ["DateStyle", "date_evidence", "decide_style"]

NUMERIC_DATE = r"^[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{4}([ T].*)?$"
ISO_DATE = r"^[0-9]{4}-?[0-9]{2}-?[0-9]{2}([ T].*)?$"
SECOND_NUMBER = r"^[0-9]{1,2}[/.-]([0-9]{1,2})[/.-].*$"
FIRST_NUMBER = r"^([0-9]{1,2})[/.-].*$"


class DateStyle(StrEnum):
    """The order of the parts."""

    ISO = "iso"
    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"


@dataclass(frozen=True, slots=True, kw_only=True)
class DateEvidence:
    """Counts over a column: ISO values, numeric ones, and those that can be read in one way only."""

    iso: int
    numeric: int
    day_first: int
    month_first: int


def date_evidence(raw: sa.ColumnElement[str]) -> tuple[sa.ColumnElement[int], ...]:
    """Return the four counts of `DateEvidence`, to be selected over all rows."""
    is_numeric = raw.regexp_match(NUMERIC_DATE)
    first, second = _number(raw, FIRST_NUMBER), _number(raw, SECOND_NUMBER)
    return (
        sa.func.count(1).filter(raw.regexp_match(ISO_DATE)),
        sa.func.count(1).filter(is_numeric),
        sa.func.count(1).filter(is_numeric, first > 12, second <= 12),
        sa.func.count(1).filter(is_numeric, first <= 12, second > 12),
    )


def _number(raw: sa.ColumnElement[str], pattern: str) -> sa.ColumnElement[int | None]:
    return sa.try_cast(raw.regexp_replace(pattern, r"\1"), sa.Integer)


def decide_style(evidence: DateEvidence, header: str, *, place: str) -> DateStyle:
    """Choose the one reading. Raises `AmbiguousDates` when there are two."""
    if evidence.numeric <= evidence.iso:
        return DateStyle.ISO
    if evidence.day_first and not evidence.month_first:
        return DateStyle.DAY_FIRST
    if evidence.month_first and not evidence.day_first:
        return DateStyle.MONTH_FIRST
    raise AmbiguousDates(
        f'The dates in "{header}" can be read day first or month first.',
        place=place,
        hint='Say which in a mapping file: `date_format: "%d/%m/%Y"` or `"%m/%d/%Y"`.',
    )

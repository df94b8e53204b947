"""A column that says in which zone each row tells its time: names of zones and offsets, per row."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias
from zoneinfo import available_timezones

import sqlalchemy as sa

__all__ = ["ZONE_COLUMN", "RowZone", "Zone", "find_zones", "zone_of_row"]

Text = sa.ColumnElement[str]

ZONE_COLUMN = "order_time_zone"
"""Speaks of `order_datetime` in the same row."""

MOST_ZONES = 1_000
"""There are some six hundred names; a column with more values holds something else."""

OFFSET = re.compile(r"(?:UTC|GMT)? ?([+\-\u2212])(\d{1,2})(?::?([0-5]\d))?")
LONGEST_OFFSET_HOURS = 14
UTC = frozenset({"UTC", "GMT", "Z"})

KNOWN = sa.func.pg_timezone_names().table_valued(sa.column("name", sa.Text))
"""The zones that the embedded engine can reckon with."""

Meaning: TypeAlias = str | int
"""A zone by its name, or how many minutes it is ahead of UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowZone:
    """The zone of each row: `minutes` ahead of UTC where they are stated, else `name`."""

    name: Text
    minutes: sa.ColumnElement[Any]


Zone: TypeAlias = str | RowZone
"""One for all rows, or one for each."""


def find_zones(
    connection: sa.Connection, rows: sa.FromClause, texts: Text
) -> Mapping[str, Meaning]:
    """Return what the texts of such a column mean; those that are no zone are not among them."""
    different = sa.select(texts).select_from(rows).where(texts.is_not(None)).distinct()
    found = connection.execute(different.limit(MOST_ZONES)).scalars().all()
    # The engine knows letters, too, that several places go by: PST, CST, IST.
    names = available_timezones().intersection(
        connection.execute(sa.select(KNOWN.c.name)).scalars()
    )
    known = {name.lower(): name for name in names}
    meanings = ((text, _meaning(text, known)) for text in found)
    return {text: meaning for text, meaning in meanings if meaning is not None}


def _meaning(text: str, known: Mapping[str, str]) -> Meaning | None:
    if text.upper() in UTC:
        return 0
    offset = OFFSET.fullmatch(text)
    if offset is None:
        return known.get(text.lower())
    sign, hours, minutes = offset.groups()
    if int(hours) > LONGEST_OFFSET_HOURS:
        return None
    ahead = int(hours) * 60 + int(minutes or 0)
    return ahead if sign == "+" else -ahead


def zone_of_row(texts: Text, meanings: Mapping[str, Meaning], usual: str) -> Zone:
    """Return the zone of each row; where nothing is stated, or no zone, it is the usual one."""
    names = {text: one for text, one in meanings.items() if isinstance(one, str)}
    offsets = {text: one for text, one in meanings.items() if isinstance(one, int)}
    if not meanings:
        return usual
    usual_name = sa.literal(usual, sa.Text)
    none = sa.cast(sa.null(), sa.BigInteger)
    return RowZone(
        name=sa.case(names, value=texts, else_=usual_name) if names else usual_name,
        minutes=sa.case(offsets, value=texts, else_=none) if offsets else none,
    )

"""What the user says about a file when it cannot say so itself: headers, zone, spelling of values.

Everything is optional; what is said here is never overruled by what a file looks like.
"""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ampiq_gql.ingest.errors import MappingInvalid

__all__ = ["IGNORE", "DateOrder", "FileMapping", "ValueSpelling"]

IGNORE = "ignore"
"""As the target of a header: leave this column out."""


FIRST_CENTURY, LAST_CENTURY = 1800, 2100


class DateOrder(StrEnum):
    """Which part of a date like 03/04/2025 comes first."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueSpelling:
    """How values are written, of a whole file or of one column; None leaves it to their looks.

    `two_digit_years_from` is the first of the hundred years that two digits mean: from 1950 on,
    49 is 2049 and 50 is 1950.
    """

    time_zone: str | None = None
    date_format: str | None = None
    date_order: DateOrder | None = None
    two_digit_years_from: int | None = None
    decimal_mark: str | None = None
    thousands_mark: str | None = None

    def __post_init__(self) -> None:
        _check_zone(self.time_zone)
        _check_century(self.two_digit_years_from)
        for name in ("decimal_mark", "thousands_mark"):
            _check_mark(name, getattr(self, name))
        if self.decimal_mark and self.decimal_mark == self.thousands_mark:
            raise MappingInvalid(f"decimal_mark and thousands_mark are both {self.decimal_mark!r}.")

    def over(self, other: ValueSpelling) -> ValueSpelling:
        """Return these words, and the other's where there are none."""
        return ValueSpelling(
            time_zone=self.time_zone or other.time_zone,
            date_format=self.date_format or other.date_format,
            date_order=self.date_order or other.date_order,
            two_digit_years_from=self.two_digit_years_from or other.two_digit_years_from,
            decimal_mark=self.decimal_mark or other.decimal_mark,
            thousands_mark=self.thousands_mark or other.thousands_mark,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FileMapping:
    """The user's word on a file.

    `columns` gives headers their columns, `spelling` speaks of all values, `spellings` of those
    under one header. `kind` (as of `--as`), `preset`, `source` and `mode` serve when the command
    line says nothing.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    spelling: ValueSpelling = field(default_factory=ValueSpelling)
    spellings: Mapping[str, ValueSpelling] = field(default_factory=dict)
    delimiter: str | None = None
    encoding: str | None = None
    kind: str | None = None
    preset: str | None = None
    source: str | None = None
    mode: str | None = None

    def __post_init__(self) -> None:
        _check_encoding(self.encoding)
        _check_mark("delimiter", self.delimiter)

    @classmethod
    def from_yaml(cls, path: Path) -> Self:
        """Read a mapping file. Raises `MappingInvalid` that names what is wrong."""
        # Here and not above: the file's module needs this one.
        from ampiq_gql.ingest.mapping_file import read_mapping

        return cls(**read_mapping(path))

    def spelling_of(self, header: str) -> ValueSpelling:
        """Return what is said of the values under a header."""
        own = self.spellings.get(header)
        return own.over(self.spelling) if own else self.spelling


def _check_zone(zone: str | None) -> None:
    try:
        if zone is not None:
            ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise MappingInvalid(
            f"time_zone: {zone!r} is not an IANA time zone.", hint="Write it like 'Europe/Paris'."
        ) from error


def _check_century(year: int | None) -> None:
    if year is not None and not FIRST_CENTURY <= year < LAST_CENTURY:
        raise MappingInvalid(
            f"two_digit_years_from: {year} is no year from which two digits could count.",
            hint="Write it like 1950: then 50 is 1950 and 49 is 2049.",
        )


def _check_encoding(encoding: str | None) -> None:
    if encoding is None:
        return
    try:
        name = codecs.lookup(encoding).name
        is_ascii_based = "a,\n".encode(encoding) == b"a,\n"
    except LookupError as error:
        raise MappingInvalid(f"encoding: {encoding!r} is unknown.") from error
    if not is_ascii_based and not name.startswith("utf-16"):
        raise MappingInvalid(
            f"encoding: files in {encoding!r} cannot be read.", hint="Save the file as UTF-8."
        )


def _check_mark(name: str, mark: str | None) -> None:
    if mark is not None and (len(mark) != 1 or (not mark.isprintable() and mark != "\t")):
        raise MappingInvalid(f"{name}: {mark!r} is not one character.")
    if mark is not None and (mark == '"' or (name == "delimiter" and not mark.isascii())):
        raise MappingInvalid(f"{name}: {mark!r} cannot be one.")

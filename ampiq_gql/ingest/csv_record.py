"""One record of a CSV file, read with care: for the lines that the fast scan cannot vouch for.

A quote opens a field only at its start (elsewhere it is an ordinary character), and after the
closing one the field must end.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

__all__ = ["CsvRecord", "read_record", "split_fields"]

QUOTE = b'"'


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvRecord:
    """Where the record ends (its line end excluded) and its fields, raw.

    `problem` is None for a sound record; `is_open` tells that the text ended inside quotes.
    """

    end: int
    fields: tuple[bytes, ...]
    is_open: bool = False
    problem: str | None = None


@lru_cache(maxsize=16)
def _field_pattern(delimiter: bytes) -> re.Pattern[bytes]:
    mark = re.escape(delimiter)
    return re.compile(
        rb'"(?P<quoted>(?:[^"]|"")*+)"|(?P<plain>[^"%s\r\n][^%s\r\n]*+|)' % (mark, mark)
    )


def read_record(text: bytes, start: int, limit: int, delimiter: bytes) -> CsvRecord:
    """Read the record that begins at `start`; it may run over several lines, up to `limit`."""
    pattern = _field_pattern(delimiter)
    fields: list[bytes] = []
    at = start
    while True:
        found = pattern.match(text, at, limit)
        if found is None or (text[at : at + 1] == QUOTE and found["quoted"] is None):
            return CsvRecord(end=limit, fields=tuple(fields), is_open=True)
        quoted = found["quoted"]
        fields.append(found["plain"] if quoted is None else quoted.replace(b'""', QUOTE))
        at = found.end()
        after = text[at : at + 1]
        if after == delimiter:
            at += 1
        else:
            return CsvRecord(end=at, fields=tuple(fields), problem=_end_problem(text, at))


def _end_problem(text: bytes, at: int) -> str | None:
    """Say why a record cannot end here."""
    rest = text[at : at + 2]
    if not rest or rest == b"\r" or rest[:1] == b"\n" or rest == b"\r\n":
        return None
    if rest[:1] == b"\r":
        return "a carriage return stands in the middle of the line"
    return "text follows a closing quote"


def split_fields(line: bytes, delimiter: bytes, encoding: str) -> tuple[str, ...]:
    """Return the fields of a sound line as text, trimmed; for the header."""
    record = read_record(line, 0, len(line), delimiter)
    return tuple(field.decode(encoding).strip() for field in record.fields)

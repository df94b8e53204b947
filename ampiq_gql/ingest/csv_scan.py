"""The fast look at a stretch of CSV bytes: which lines are sound records, which are not, and why.

Everything is decided by byte positions with NumPy. Lines that are plainly sound are never touched
by Python; the few that are not (a quote left open, a wrong number of fields, bytes that are no
UTF-8, NUL) are read one by one, so that a damaged line costs exactly itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ampiq_gql.ingest.csv_record import CsvRecord, read_record

__all__ = ["CsvShape", "LineProblem", "Scan", "scan"]

Positions = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]

LINE_FEED, CARRIAGE_RETURN, QUOTE = 10, 13, 34


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvShape:
    """What holds for every record of the file.

    A quote that is not closed within `max_record_bytes` was never meant to span lines.
    """

    delimiter: bytes
    field_count: int
    is_utf8: bool = True
    max_record_bytes: int = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class LineProblem:
    """A line that is no record; `line` counts from 0 within the stretch."""

    line: int
    start: int
    end: int
    rule: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """What a stretch holds; positions count from its begin, `consumed` is where it was left.

    `starts`, `ends` and `lines` describe the sound records in their order; `clean` are their
    bytes, ready for any CSV parser. `continuation_count` lines belong to records begun above them.
    """

    clean: bytes
    starts: Positions
    ends: Positions
    lines: Positions
    problems: tuple[LineProblem, ...]
    blank_count: int
    continuation_count: int
    line_count: int
    consumed: int


@dataclass(frozen=True, slots=True)
class _Lines:
    """The lines of a stretch: `ends` exclude the line end, `nexts` include it."""

    starts: Positions
    ends: Positions
    nexts: Positions


def scan(stretch: Bytes, shape: CsvShape, *, is_last: bool) -> Scan:
    """Look at whole lines; with `is_last` unset, a record that may go on behind the end is left."""
    lines = _split(stretch)
    suspects = _suspects(stretch, lines, shape)
    text = stretch.tobytes()
    kept = lines.ends > lines.starts
    blank = ~kept
    problems: list[LineProblem] = []
    record_ends = lines.ends.copy()
    consumed_lines = len(lines.starts)
    resume = continuation_count = 0
    for line in np.flatnonzero(suspects).tolist():
        if line < resume:
            continue
        start, end = int(lines.starts[line]), int(lines.ends[line])
        spot = _Suspect(text=text, start=start, end=end, shape=shape, is_last=is_last)
        verdict = spot.judge()
        if verdict is None:
            consumed_lines = line
            break
        if isinstance(verdict, _Problem):
            kept[line] = False
            problems.append(
                LineProblem(
                    line=line, start=start, end=end, rule=verdict.rule, message=verdict.message
                )
            )
            continue
        resume = int(np.searchsorted(lines.starts, verdict.end, side="right"))
        kept[line + 1 : resume] = False
        blank[line + 1 : resume] = False
        continuation_count += resume - line - 1
        record_ends[line] = verdict.end
    kept[consumed_lines:] = False
    blank[consumed_lines:] = False
    chosen = np.flatnonzero(kept)
    return Scan(
        clean=_clean_bytes(text, lines, problems, consumed_lines),
        starts=lines.starts[chosen],
        ends=record_ends[chosen],
        lines=chosen,
        problems=tuple(problems),
        blank_count=int(blank.sum()),
        continuation_count=continuation_count,
        line_count=consumed_lines,
        consumed=int(lines.nexts[consumed_lines - 1]) if consumed_lines else 0,
    )


def _split(stretch: Bytes) -> _Lines:
    nexts = np.flatnonzero(stretch == LINE_FEED) + 1
    if len(stretch) and (not len(nexts) or nexts[-1] != len(stretch)):
        nexts = np.append(nexts, len(stretch))
    starts = np.concatenate(([0], nexts[:-1])) if len(nexts) else nexts
    ends = nexts.copy()
    ends -= stretch[ends - 1] == LINE_FEED
    has_return = (ends > starts) & (stretch[np.maximum(ends, 1) - 1] == CARRIAGE_RETURN)
    return _Lines(starts, ends - has_return, nexts)


def _suspects(stretch: Bytes, lines: _Lines, shape: CsvShape) -> Flags:
    """Mark the lines that are not plainly one sound record."""
    delimiters = np.flatnonzero(stretch == shape.delimiter[0])
    quotes = np.flatnonzero(stretch == QUOTE)
    found = np.zeros(len(lines.starts), dtype=np.bool_)
    if len(quotes):
        first_quotes = np.searchsorted(quotes, lines.starts)
        delimiters = _outside_quotes(delimiters, quotes, lines, first_quotes)
        found |= _has_odd_quotes(stretch, quotes, lines, first_quotes, shape.delimiter[0])
    counts = np.diff(np.searchsorted(delimiters, np.append(lines.starts, len(stretch))))
    found |= counts + 1 != shape.field_count
    found |= lines.ends - lines.starts > shape.max_record_bytes
    for position in _stray_bytes(stretch):
        found[np.searchsorted(lines.nexts, position, side="right")] = True
    if shape.is_utf8:
        for line in _undecodable(stretch, lines):
            found[line] = True
    return found & (lines.ends > lines.starts)


def _outside_quotes(
    delimiters: Positions, quotes: Positions, lines: _Lines, first_quotes: Positions
) -> Positions:
    """Drop the delimiters before which their line has an odd number of quotes."""
    line_of = np.searchsorted(lines.nexts, delimiters, side="right")
    before = np.searchsorted(quotes, delimiters) - first_quotes[line_of]
    outside: Positions = delimiters[before % 2 == 0]
    return outside


def _has_odd_quotes(
    stretch: Bytes, quotes: Positions, lines: _Lines, first_quotes: Positions, delimiter: int
) -> Flags:
    """Mark lines with an open quote, or one that stands where none can open or close."""
    line_of = np.searchsorted(lines.nexts, quotes, side="right")
    is_closing = (np.arange(len(quotes)) - first_quotes[line_of]) % 2 == 1
    neighbour = np.where(is_closing, quotes + 1, quotes - 1)
    is_outside = (neighbour < 0) | (neighbour >= len(stretch))
    seen = np.where(is_outside, LINE_FEED, stretch[np.clip(neighbour, 0, len(stretch) - 1)])
    is_legal = (
        (seen == delimiter)
        | (seen == LINE_FEED)
        | (seen == QUOTE)
        | (is_closing & (seen == CARRIAGE_RETURN))
    )
    marked: Flags = np.bincount(line_of[~is_legal], minlength=len(lines.starts)) > 0
    marked |= np.diff(np.append(first_quotes, len(quotes))) % 2 == 1
    return marked


def _stray_bytes(stretch: Bytes) -> Iterator[int]:
    """Yield where NUL or a carriage return without a line feed stands."""
    yield from np.flatnonzero(stretch == 0).tolist()
    returns = np.flatnonzero(stretch == CARRIAGE_RETURN)
    inner = returns[returns + 1 < len(stretch)]
    yield from inner[stretch[inner + 1] != LINE_FEED].tolist()


def _undecodable(stretch: Bytes, lines: _Lines) -> Iterator[int]:
    """Yield the lines whose bytes are no UTF-8; free when all of them are."""
    text = stretch.tobytes()
    if text.isascii() or _is_utf8(text):
        return
    high = np.flatnonzero(stretch > 127)
    for line in np.unique(np.searchsorted(lines.nexts, high, side="right")).tolist():
        if not _is_utf8(text[lines.starts[line] : lines.ends[line]]):
            yield line


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Problem:
    rule: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Suspect:
    """A line that needs a careful look, with all that follows it."""

    text: bytes
    start: int
    end: int
    shape: CsvShape
    is_last: bool

    def judge(self) -> CsvRecord | _Problem | None:
        """Return the sound record, or what is wrong; None when more text is needed to tell."""
        length, most = self.end - self.start, self.shape.max_record_bytes
        if length > most:
            return _Problem(
                "csv.too_long", f"the line has {length:,} bytes; at most {most:,} are read"
            )
        limit = min(len(self.text), self.start + most)
        record = read_record(self.text, self.start, limit, self.shape.delimiter)
        if record.is_open:
            if limit == len(self.text) and not self.is_last:
                return None
            return _Problem("csv.quote", "a quote is opened and never closed")
        problem = self._problem(record)
        if problem and record.end > self.end:
            # The quote swallowed the lines below: they are read again, each for itself.
            return _Problem("csv.quote", "a quote is opened and not closed on this line")
        return problem or record

    def _problem(self, record: CsvRecord) -> _Problem | None:
        raw = self.text[self.start : record.end]
        if b"\0" in raw:
            return _Problem("csv.nul", "the line holds a NUL byte")
        if self.shape.is_utf8 and not _is_utf8(raw):
            return _Problem("csv.encoding", f"the line is not UTF-8: {_bad_byte(raw)}")
        if record.problem:
            return _Problem("csv.quote", record.problem)
        if len(record.fields) != self.shape.field_count:
            return _Problem(
                "csv.fields",
                f"the line has {len(record.fields)} fields where the header has"
                f" {self.shape.field_count}",
            )
        return None


def _bad_byte(raw: bytes) -> str:
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        return f"byte 0x{raw[error.start]:02x} at position {error.start + 1}"
    return "no bad byte"


def _clean_bytes(text: bytes, lines: _Lines, problems: list[LineProblem], line_count: int) -> bytes:
    """Cut the bad lines out."""
    end = int(lines.nexts[line_count - 1]) if line_count else 0
    if not problems:
        return text if end == len(text) else text[:end]
    pieces: list[bytes] = []
    at = 0
    for problem in problems:
        pieces.append(text[at : problem.start])
        at = int(lines.nexts[problem.line])
    pieces.append(text[at:end])
    return b"".join(pieces)

"""Expressions that were checked before, each kept with all that it asked on the way.

What a check finds follows from the text, the snapshot and the day, and from what the store and the
clock answered meanwhile. The first three are the key; the others are asked again at each look, so
that nothing is ever invalidated and nothing outlives what it was made of.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from threading import Lock
from typing import TypeAlias, TypeVar

from ampiq_gql.catalog.file_tables import FileTable
from ampiq_gql.catalog.names import SegmentNames
from ampiq_gql.segments.models import CheckedExpression
from dsl import AsOf, SegmentKey
from dsl.catalog import ListKind, SavedSegment

__all__ = ["AskedNames", "CheckKey", "KeptChecks"]

Reply = TypeVar("Reply")
Question: TypeAlias = Callable[[SegmentNames], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckKey:
    """What is checked, over which state of the warehouse, on which day."""

    text: str
    snapshot: str
    day: date
    saved_as: SegmentKey | None
    may_read_pii: bool


class AskedNames:
    """Implements `ampiq_gql.catalog.SegmentNames`; remembers each question with its answer.

    `list_tables` are the tables of the lists that were found, in the order of asking; `characters`
    is the length of the texts of the segments that were.
    """

    def __init__(self, names: SegmentNames) -> None:
        self._names = names
        self.answers: list[tuple[Question, object]] = []
        self.list_tables: list[str] = []
        self.characters = 0

    def segment(self, name: str) -> SavedSegment | None:
        """Return the saved segment of that name."""
        segment = self._ask(lambda names: names.segment(name))
        self.characters += 0 if segment is None else len(segment.text)
        return segment

    def segment_names(self) -> Sequence[str]:
        """Return the names of all saved segments."""
        return self._ask(lambda names: names.segment_names())

    def list_table(self, kind: ListKind, name: str) -> str | None:
        """Return the table that holds the list of that name."""
        table = self._ask(lambda names: names.list_table(kind, name))
        if table is not None:
            self.list_tables.append(table)
        return table

    def file(self, name: str) -> FileTable | None:
        """Return the uploaded file of that name."""
        file = self._ask(lambda names: names.file(name))
        if file is not None:
            self.list_tables.append(file.relation)
        return file

    def files(self) -> Sequence[FileTable]:
        """Return all uploaded files."""
        return self._ask(lambda names: names.files())

    def list_names(self, kind: ListKind) -> Sequence[str]:
        """Return the names of the lists of that kind."""
        return self._ask(lambda names: names.list_names(kind))

    def _ask(self, question: Callable[[SegmentNames], Reply]) -> Reply:
        answer = question(self._names)
        self.answers.append((question, answer))
        return answer


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    checked: CheckedExpression
    answers: tuple[tuple[Question, object], ...]
    reads_clock: bool
    characters: int

    def holds(self, as_of: AsOf, names: SegmentNames) -> bool:
        """Tell whether the check would find the same now."""
        if self.reads_clock and self.checked.as_of != as_of:
            return False
        return all(question(names) == answer for question, answer in self.answers)


class KeptChecks:
    """What was checked, as much as fits; the least recently used goes first.

    Room is counted in characters, those of the segments that are named included: what a check
    leaves is large as its texts are long, some 200 bytes for each character.
    """

    def __init__(self, characters: int) -> None:
        self._room = characters
        self._kept: OrderedDict[CheckKey, _Kept] = OrderedDict()
        self._snapshot: str | None = None
        self._lock = Lock()

    def get(self, key: CheckKey, as_of: AsOf, names: SegmentNames) -> CheckedExpression | None:
        """Return what the check found, if it would find the same now."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is None:
                return None
            self._kept.move_to_end(key)
        # Outside of the lock, since it may ask the store.
        return replace(kept.checked, as_of=as_of) if kept.holds(as_of, names) else None

    def add(
        self, key: CheckKey, checked: CheckedExpression, asked: AskedNames, *, reads_clock: bool
    ) -> None:
        """Keep what the check found; those over another snapshot, whose catalog is large, go."""
        kept = _Kept(
            checked=checked,
            answers=tuple(asked.answers),
            reads_clock=reads_clock,
            characters=len(key.text) + asked.characters,
        )
        with self._lock:
            if self._snapshot != key.snapshot:
                while self._kept:
                    self._forget_oldest()
                self._snapshot = key.snapshot
            if key in self._kept:
                self._kept.move_to_end(key, last=False)
                self._forget_oldest()
            self._kept[key] = kept
            self._room -= kept.characters
            while self._room < 0:
                self._forget_oldest()

    def _forget_oldest(self) -> None:
        _, gone = self._kept.popitem(last=False)
        self._room += gone.characters

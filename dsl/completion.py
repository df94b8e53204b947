"""What can be typed at the cursor: keywords that the grammar takes, names that the catalog knows.

The text before the unfinished words is read by the grammar itself, so that a proposal never leads
into a syntax error.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from lark.exceptions import UnexpectedInput

from dsl.catalog import Catalog, Column, Grain, ListKind, Table, list_prefix
from dsl.literals import quoted
from dsl.parser import MAX_BYTES
from dsl.scene import Scene, scene_at
from dsl.suggestions import quoted_name
from dsl.vocabulary import spellings

__all__ = ["Completion", "CompletionKind", "complete"]

_MAX_COMPLETIONS = 100
_WORDS_BACK = 4  # the longest keywords have four words
_Item = TypeVar("_Item")
_WORD = re.compile(r"`[^`\n]*`?|\w+")


class CompletionKind(StrEnum):
    """What a proposal is."""

    KEYWORD = "keyword"
    COLUMN = "column"
    TABLE = "table"
    LIST = "list"
    VALUE = "value"


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """Put `text` in the place of the characters from `start` to `end`."""

    text: str
    kind: CompletionKind
    start: int
    end: int
    detail: str = ""


@dataclass(frozen=True, slots=True)
class _Unfinished:
    """The words at the cursor that a proposal replaces, and what stands before them."""

    written: str
    start: int
    end: int
    scene: Scene

    def propose(self, text: str, kind: CompletionKind, detail: str = "") -> Completion:
        return Completion(text=text, kind=kind, start=self.start, end=self.end, detail=detail)


def complete(text: str, offset: int, catalog: Catalog) -> tuple[Completion, ...]:
    """Return what may stand at the cursor, the likeliest first; nothing behind a syntax error."""
    found: dict[str, Completion] = {}
    if len(text) > MAX_BYTES:
        return ()  # nothing that is typed could make it an expression
    for unfinished in _beginnings(text, min(max(offset, 0), len(text))):
        for completion in _proposals(unfinished, catalog):
            found.setdefault(completion.text, completion)
    return tuple(found.values())[:_MAX_COMPLETIONS]


# --- where the unfinished words begin -------------------------------------------------------------


def _beginnings(text: str, offset: int) -> Iterator[_Unfinished]:
    """The last word, and the last two, three and four: `has pur` may become `has purchased`."""
    quote = _open_quote(text, offset)
    if quote is not None:
        yield from _at(text, quote, offset)
        return
    starts = [found.start() for found in _WORD.finditer(text, 0, offset)]
    last = starts[-1] if starts and _WORD.fullmatch(text, starts[-1], offset) else offset
    before = [start for start in starts if start < last]
    for start in (last, *reversed(before[-_WORDS_BACK + 1 :])):
        yield from _at(text, start, offset)


def _at(text: str, start: int, offset: int) -> Iterator[_Unfinished]:
    try:
        scene = scene_at(text[:start])
    except UnexpectedInput:
        return
    yield _Unfinished(text[start:offset], start, _end_of_word(text, start, offset), scene)


def _open_quote(text: str, offset: int) -> int | None:
    """Where the quotes begin in which the cursor stands."""
    quote: int | None = None
    for at, char in enumerate(text[:offset]):
        if quote is None and char in "\"'":
            quote = at
        elif char == "\n" or (quote is not None and char == text[quote]):
            quote = None
    return quote


def _end_of_word(text: str, start: int, offset: int) -> int:
    opening = text[start : start + 1]
    if opening in ("'", '"', "`"):
        return offset + (text[offset : offset + 1] == opening)
    found = _WORD.match(text, offset)
    return found.end() if found and offset > start else offset


# --- proposals ------------------------------------------------------------------------------------


def _proposals(unfinished: _Unfinished, catalog: Catalog) -> Iterator[Completion]:
    accepted = unfinished.scene.accepted
    if " " not in unfinished.written.strip():
        if "STRING" in accepted:
            yield from _texts(unfinished, catalog)
        if "NAME" in accepted and unfinished.written[:1] not in ("'", '"'):
            yield from _names(unfinished, catalog)
    yield from _keywords(unfinished)


def _texts(unfinished: _Unfinished, catalog: Catalog) -> Iterator[Completion]:
    """Names of lists after `member of …`, known values after a comparison."""
    scene = unfinished.scene
    if scene.list_kind is not None:
        names: Iterable[str] = catalog.names(ListKind(scene.list_kind))
        kind, detail = CompletionKind.LIST, scene.list_kind
    else:
        column = _column(scene, catalog)
        names = sorted((column and column.known_values) or ())
        kind, detail = CompletionKind.VALUE, column.name if column else ""
    for name in _ranked(names, unfinished.written.strip("\"'"), str):
        yield unfinished.propose(quoted(name), kind, detail)


def _names(unfinished: _Unfinished, catalog: Catalog) -> Iterator[Completion]:
    scene = unfinished.scene
    written = unfinished.written.strip("`")
    if not scene.is_after_table_word:
        for table, column in _ranked(_columns(scene, catalog), written, _name_of_column):
            detail = f"{column.type} · {table.name}"
            yield unfinished.propose(quoted_name(column.name), CompletionKind.COLUMN, detail)
    if scene.is_after_table_word or (scene.rows_of is None and scene.qualifier is None):
        for table in _ranked([*_tables(catalog), *catalog.files], written, _name_of_table):
            detail = "one row per customer" if table.grain is Grain.ONE else "many rows"
            yield unfinished.propose(quoted_name(table.name), CompletionKind.TABLE, detail)


def _keywords(unfinished: _Unfinished) -> Iterator[Completion]:
    written = " ".join(unfinished.written.casefold().split())
    is_phrase = " " in written or unfinished.written.endswith(" ")
    for _, keyword in spellings(unfinished.scene.accepted):
        if not keyword.startswith(written) or (is_phrase and " " not in keyword):
            continue
        yield unfinished.propose(keyword, CompletionKind.KEYWORD)


def _ranked(
    items: Iterable[_Item], written: str, name_of: Callable[[_Item], str]
) -> Sequence[_Item]:
    """Those that contain what is written; those that begin with it first."""
    key = written.casefold()
    matching = [item for item in items if key in name_of(item).casefold()]
    return sorted(matching, key=lambda item: not name_of(item).casefold().startswith(key))


def _name_of_column(item: tuple[Table, Column]) -> str:
    return item[1].name


def _name_of_table(table: Table) -> str:
    return table.name


def _columns(scene: Scene, catalog: Catalog) -> Iterator[tuple[Table, Column]]:
    """Columns of the table that is named, of the rows inside `where`, or of all in their order."""
    only = scene.qualifier or scene.rows_of
    for table in _candidates(only, catalog):
        yield from ((table, column) for column in table.columns)


def _candidates(only: str | None, catalog: Catalog) -> Sequence[Table]:
    """The tables that a name before a dot, or none, can mean; a file by its label as well."""
    if only is None or not list_prefix(only):
        return [table for table in _tables(catalog) if only in (None, table.name)]
    file = catalog.table(only)
    return () if file is None else (file,)


def _tables(catalog: Catalog) -> list[Table]:
    """The tables that say something about customers."""
    return [table for table in catalog.tables if table.id_column is not None]


def _column(scene: Scene, catalog: Catalog) -> Column | None:
    """The column with which a value is compared."""
    if not scene.compared:
        return None
    *qualifier, name = scene.compared
    only = qualifier[0] if qualifier else scene.rows_of
    tables = _candidates(only, catalog)
    return next((column for table in tables if (column := table.column(name))), None)

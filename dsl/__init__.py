"""The segment language: text in, a SQL selectable of customer ids out; no server, no database.

`check` goes all the way: `parse` reads the text, `resolve` gives names their meaning on a day, and
`compile_ids` makes the statement of what was resolved.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dsl.ast import Segment
from dsl.catalog import Catalog
from dsl.dates import AsOf
from dsl.diagnostics import Diagnostic, Fix, Severity, Span, has_errors, locate, render
from dsl.formatter import format_segment
from dsl.parser import ParseResult, parse
from dsl.resolved import ResolvedSegment, SegmentReference
from dsl.resolver import Resolution, SegmentKey, resolve
from dsl.tree_json import definition_hash

if TYPE_CHECKING:
    from dsl.compiler import compile_ids

__all__ = [
    "AsOf",
    "Checked",
    "Diagnostic",
    "Fix",
    "ParseResult",
    "Resolution",
    "ResolvedSegment",
    "SegmentKey",
    "SegmentReference",
    "Severity",
    "Span",
    "check",
    "compile_ids",
    "definition_hash",
    "format_segment",
    "has_errors",
    "locate",
    "parse",
    "render",
    "resolve",
]

_MAX_DIAGNOSTICS = 20  # more than a reader takes in at once


def __getattr__(name: str) -> object:
    """Import the compiler when it is asked for: who only reads and formats needs no SQLAlchemy."""
    if name != "compile_ids":
        raise AttributeError(f"module 'dsl' has no attribute {name!r}")
    from dsl.compiler import compile_ids

    return compile_ids


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What is known of a text: `tree` when it can be read, `segment` when it can be run."""

    text: str
    tree: Segment | None
    formatted: str | None
    definition_hash: str | None
    segment: ResolvedSegment | None
    diagnostics: tuple[Diagnostic, ...]


def check(
    text: str,
    catalog: Catalog,
    as_of: AsOf,
    *,
    may_read_pii: bool = True,
    saved_as: SegmentKey | None = None,
) -> Checked:
    """Read and resolve an expression. Never raises for what the text says.

    `saved_as` is the saved segment whose text this is to be: it must not come to use itself.
    """
    parsed = parse(text)
    found = list(parsed.diagnostics)
    segment = None
    if parsed.readable is not None:
        resolution = resolve(
            parsed.readable,
            catalog,
            as_of,
            text=text,
            may_read_pii=may_read_pii,
            saved_as=saved_as,
        )
        found += _about_what_is_written(resolution.diagnostics, parsed.unread)
        segment = resolution.segment
    found.sort(key=lambda each: each.span)
    tree = parsed.tree
    return Checked(
        text=text,
        tree=tree,
        formatted=None if tree is None else format_segment(tree, parsed.comments),
        definition_hash=None if tree is None else _hash_of(tree, segment),
        segment=None if tree is None else segment,
        diagnostics=_most_telling(found),
    )


def _hash_of(tree: Segment, segment: ResolvedSegment | None) -> str:
    """Return the hash of the tree, which whoever resolved it has made already."""
    return definition_hash(tree) if segment is None else segment.definition_hash


def _about_what_is_written(
    found: Iterable[Diagnostic], unread: tuple[Span, ...]
) -> Iterator[Diagnostic]:
    """All but the findings about what stands in for a part that could not be read."""
    return (each for each in found if not any(map(each.span.meets, unread)))


def _most_telling(found: list[Diagnostic]) -> tuple[Diagnostic, ...]:
    """As many as a reader takes in, in order of their places; warnings give way to errors."""
    by_weight = sorted(found, key=lambda each: each.severity is not Severity.ERROR)
    kept = by_weight[:_MAX_DIAGNOSTICS]
    return tuple(each for each in found if each in kept)

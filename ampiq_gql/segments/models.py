"""What callers hand to the segment service, and what they get back."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ampiq_gql.warehouse import AnySelect
from dsl.ast import Segment
from dsl.dates import AsOf
from dsl.diagnostics import Diagnostic, has_errors

__all__ = [
    "ROOT_FOLDER", "Audience", "CheckedExpression", "Definition", "SaveSegment", "SegmentUse",
    "UserKind",
]  # fmt: skip

ROOT_FOLDER = ""
"""Stands for the root where None means that the folder stays."""


class UserKind(StrEnum):
    """What can build on a segment or list."""

    SEGMENT = "SEGMENT"
    CAMPAIGN = "CAMPAIGN"
    QUERY = "QUERY"


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentUse:
    """Something that builds on a segment or list."""

    kind: UserKind
    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveSegment:
    """A segment to be made (`id` None) or changed.

    What is None stays as it is. A change names the `revision` that it was made from. A description
    of "" and a folder of `ROOT_FOLDER` clear them.
    """

    id: str | None = None
    revision: int | None = None
    name: str | None = None
    text: str | None = None
    description: str | None = None
    folder_id: str | None = None
    labels: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """A set of customers on one day.

    `ids` selects each of them once. `definition_hash` is the same only for the same definition,
    that of the segments it names included; `fingerprint` is the same only where `ids` selects the
    same from one snapshot on one day. `warnings` are what the check had to remark.
    """

    ids: AnySelect
    definition_hash: str
    fingerprint: str
    as_of: AsOf
    warnings: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedExpression:
    """An expression held against the present data.

    `tree` and `formatted` are None when it does not parse, `ids`, the hash and the fingerprint
    (see `Audience`) when it has errors of any kind. `referenced_segment_ids` are the saved
    segments that it names itself, `columns` (table, column) what it reads itself.
    """

    text: str
    as_of: AsOf
    tree: Segment | None
    formatted: str | None
    definition_hash: str | None
    fingerprint: str | None
    ids: AnySelect | None
    diagnostics: tuple[Diagnostic, ...]
    referenced_segment_ids: frozenset[str]
    columns: frozenset[tuple[str, str]] = frozenset()

    @property
    def is_valid(self) -> bool:
        """It has an audience; there may be warnings."""
        return not has_errors(self.diagnostics)


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """An expression without errors, as it is stored; `hash` is of its own text alone."""

    text: str
    hash: str
    referenced_ids: frozenset[str]

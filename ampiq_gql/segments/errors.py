"""What can be wrong with a segment, beyond what any input can have.

UserError
├── NotFound
│   ├── SegmentNotFound
│   └── FolderNotFound
├── Conflict
│   ├── SegmentNameTaken
│   ├── FolderNameTaken
│   ├── RevisionConflict     changed by somebody else meanwhile
│   ├── SegmentInUse         others build on it
│   └── ListInUse            segments name it
└── Invalid
    ├── InvalidExpression    with all its diagnostics
    ├── InvalidName
    └── InvalidProperty      description, labels, depth of folders
"""

from __future__ import annotations

from collections.abc import Sequence

from ampiq_gql.errors import Conflict, Invalid, NotFound
from ampiq_gql.segments.models import SegmentUse
from dsl.diagnostics import Diagnostic, Severity

__all__ = [
    "FolderNameTaken", "FolderNotFound", "InvalidExpression", "InvalidName", "InvalidProperty",
    "ListInUse", "RevisionConflict", "SegmentInUse", "SegmentNameTaken", "SegmentNotFound",
]  # fmt: skip


class SegmentNotFound(NotFound):
    """No segment has that id or name."""

    def __init__(self, message: str, *, hint: str | None = None, place: str | None = None) -> None:
        super().__init__("SEGMENT_NOT_FOUND", message, hint=hint, place=place)


class FolderNotFound(NotFound):
    """No folder has that id."""

    def __init__(self, *, place: str) -> None:
        super().__init__("FOLDER_NOT_FOUND", "There is no such folder.", place=place)


class SegmentNameTaken(Conflict):
    """Another segment has the name; `existing_id` is its id."""

    def __init__(self, name: str, existing_id: str | None) -> None:
        super().__init__(
            "SEGMENT_NAME_TAKEN",
            f'There is already a segment named "{name}".',
            hint="Choose another name; upper and lower case count as the same.",
            place="name",
        )
        self.existing_id = existing_id


class FolderNameTaken(Conflict):
    """Another folder, anywhere in the tree, has the name."""

    def __init__(self, name: str) -> None:
        super().__init__(
            "FOLDER_NAME_TAKEN",
            f'There is already a folder named "{name}".',
            hint="Names of folders are unique in the whole tree.",
            place="name",
        )


class RevisionConflict(Conflict):
    """The segment is at another revision than the caller has seen; `found` is the present one."""

    def __init__(self, name: str, *, expected: int, found: int) -> None:
        super().__init__(
            "REVISION_CONFLICT",
            f'Segment "{name}" is at revision {found}, not {expected}: somebody changed it.',
            hint="Read it again and repeat the change.",
            place="revision",
        )
        self.expected = expected
        self.found = found


class SegmentInUse(Conflict):
    """The segment cannot go while others build on it."""

    def __init__(self, name: str, uses: Sequence[SegmentUse]) -> None:
        super().__init__(
            "SEGMENT_IN_USE",
            f'Segment "{name}" is used by {_named(uses)}.',
            hint="Change or delete these first.",
        )
        self.uses = tuple(uses)


class ListInUse(Conflict):
    """The list cannot go while segments name it."""

    def __init__(self, name: str, uses: Sequence[SegmentUse]) -> None:
        super().__init__(
            "LIST_IN_USE",
            f'List "{name}" is used by {_named(uses)}.',
            hint="Change or delete these first.",
        )
        self.uses = tuple(uses)


def _named(uses: Sequence[SegmentUse]) -> str:
    return ", ".join(f'{use.kind.value.lower()} "{use.name}"' for use in uses)


class InvalidExpression(Invalid):
    """The text has errors; `diagnostics` tells all of them, warnings included."""

    def __init__(self, text: str, diagnostics: Sequence[Diagnostic]) -> None:
        errors = [found for found in diagnostics if found.severity is Severity.ERROR]
        super().__init__(
            "INVALID_EXPRESSION",
            f"The expression has {len(errors)} error{'' if len(errors) == 1 else 's'}"
            + (f": {errors[0].message}" if errors else "."),
            place="expression",
        )
        self.text = text
        self.diagnostics = tuple(diagnostics)


class InvalidName(Invalid):
    """A name that cannot be a name, since it also names files."""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__("INVALID_NAME", message, hint=hint, place="name")


class InvalidProperty(Invalid):
    """A description, label or place in the tree that is not allowed."""

    def __init__(self, message: str, *, place: str, hint: str | None = None) -> None:
        super().__init__("INVALID_PROPERTY", message, hint=hint, place=place)

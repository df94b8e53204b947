"""What the catalog must be told by those who keep saved segments and uploaded lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ampiq_gql.catalog.file_tables import FileTable
from dsl.catalog import ListKind, SavedSegment

__all__ = ["SegmentNames"]


class SegmentNames(Protocol):
    """Present names of saved segments and lists; asked while an expression is resolved."""

    def segment(self, name: str) -> SavedSegment | None:
        """Return the saved segment of that name, compared case-insensitively."""

    def segment_names(self) -> Sequence[str]:
        """Return the names of all saved segments."""

    def list_table(self, kind: ListKind, name: str) -> str | None:
        """Return the table in `c360` (`list_…`) that holds the file, query or list of that name.

        Names are compared case-insensitively. Never asked for segments and campaigns.
        """

    def file(self, name: str) -> FileTable | None:
        """Return the uploaded file (`file.…`) or query's result (`query.…`) of that name.

        After the prefix stands what expressions or people call it, whatever its case.
        """

    def files(self) -> Sequence[FileTable]:
        """Return all uploaded files, then all results of queries, by name."""

    def list_names(self, kind: ListKind) -> Sequence[str]:
        """Return the names that `list_table` knows for the kind."""

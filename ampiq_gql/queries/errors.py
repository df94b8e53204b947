"""What can be wrong with a saved query, beyond its SQL (`SqlRefused`)."""

from __future__ import annotations

from collections.abc import Sequence

from ampiq_gql.errors import Conflict, Invalid, NotFound
from ampiq_gql.segments import SegmentUse

__all__ = [
    "QueryInUse", "QueryNameTaken", "QueryNotActive", "QueryNotFound", "QueryResultUnusable",
    "QueryRevisionConflict", "QueryRunning",
]  # fmt: skip


class QueryNotFound(NotFound):
    """No query has that id or name."""

    def __init__(
        self, message: str = "There is no such query.", *, hint: str | None = None
    ) -> None:
        super().__init__("QUERY_NOT_FOUND", message, hint=hint)


class QueryNameTaken(Conflict):
    """Another query has the name."""

    def __init__(self, name: str) -> None:
        super().__init__(
            "QUERY_NAME_TAKEN",
            f'There is already a query named "{name}".',
            hint="Choose another name; upper and lower case count as the same.",
            place="name",
        )


class QueryRevisionConflict(Conflict):
    """Somebody else changed the query meanwhile; both texts are told, so that none is lost."""

    def __init__(self, name: str, *, theirs: str, yours: str) -> None:
        super().__init__(
            "QUERY_REVISION_CONFLICT",
            f'The query "{name}" was changed meanwhile.',
            hint="Read it again and make your change to the present text.",
            place="revision",
        )
        self.theirs = theirs
        self.yours = yours


class QueryInUse(Conflict):
    """The list that a query makes cannot go while segments name it."""

    def __init__(self, name: str, uses: Sequence[SegmentUse]) -> None:
        users = ", ".join(f'"{use.name}"' for use in uses)
        super().__init__(
            "QUERY_IN_USE",
            f'The query "{name}" is named by the segment{"s" if len(uses) > 1 else ""} {users}.',
            hint="Change or delete these first.",
        )
        self.uses = tuple(uses)


class QueryNotActive(Conflict):
    """A draft was asked to run."""

    def __init__(self, name: str) -> None:
        super().__init__(
            "QUERY_NOT_ACTIVE", f'The query "{name}" is a draft.', hint="Activate it first."
        )


class QueryRunning(Conflict):
    """A run was asked for while another one is under way."""

    def __init__(self, name: str) -> None:
        super().__init__(
            "QUERY_RUNNING",
            f'The query "{name}" is running already.',
            hint="Wait until it has ended: its status says so.",
        )


class QueryResultUnusable(Invalid):
    """A result that cannot be a list of customers, or that nobody should believe.

    Codes: QUERY_KEY_MISSING, QUERY_KEY_NULL, QUERY_KEY_REPEATED, QUERY_ROWS_UNEXPECTED.
    """

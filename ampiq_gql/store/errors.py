"""What repositories refuse; services turn it into the errors of their domain.

Conflict
├── StaleRevision    the row was changed since it was read
└── NameNotUnique    another row has the name already
"""

from __future__ import annotations

from ampiq_gql.errors import Conflict

__all__ = ["NameNotUnique", "StaleRevision"]


class StaleRevision(Conflict):
    """Somebody changed or deleted the row between reading and writing."""

    def __init__(self, what: str) -> None:
        super().__init__(
            "REVISION_CONFLICT",
            f"{what} was changed by somebody else meanwhile.",
            hint="Read it again and repeat the change.",
        )


class NameNotUnique(Conflict):
    """The name is taken; names that differ only in case are the same name."""

    def __init__(self, what: str, name: str) -> None:
        super().__init__("NAME_TAKEN", f'There is already a {what} named "{name}".')
        self.name = name

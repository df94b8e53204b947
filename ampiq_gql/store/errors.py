"""What the store refuses; services turn what repositories say into the errors of their domain.

UserError
├── OperatorError
│   └── StoreUnusable    the database does not open
└── Conflict
    ├── StaleRevision    the row was changed since it was read
    ├── NameNotUnique    another row has the name already
    └── StoreBusy        others write for too long
"""

from __future__ import annotations

from sqlalchemy import URL

from ampiq_gql.errors import Conflict, OperatorError

__all__ = ["NameNotUnique", "StaleRevision", "StoreBusy", "StoreUnusable"]


class StoreUnusable(OperatorError):
    """The database of the store cannot be opened: damaged, forbidden, or out of reach."""

    def __init__(self, url: URL, reason: str) -> None:
        is_file = url.get_backend_name() == "sqlite"
        place = (url.database or "") if is_file else url.render_as_string(hide_password=True)
        super().__init__(
            "STORE_UNUSABLE",
            f"The store cannot be opened: {' '.join(reason.split())}.",
            hint=(
                "Restore the file from a backup, or move it away to begin anew without the saved "
                "segments and campaigns."
                if is_file
                else "Check AMPIQ_STORE_URL, and that the server runs and lets this machine in."
            ),
            place=place,
        )


class StoreBusy(Conflict):
    """Another process has been writing for longer than we wait."""

    def __init__(self) -> None:
        super().__init__(
            "STORE_BUSY",
            "Somebody else is writing to the store, and has been for half a minute.",
            hint="Nothing was changed. Try again.",
        )


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

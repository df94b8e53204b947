"""The one tree of exceptions.

    AmpiqError
    ├── UserError        something the user can mend: code, message, hint, place
    │   ├── NotFound     the thing named does not exist (or is not visible)
    │   ├── Conflict     the state of the thing forbids it (name taken, older revision, in use)
    │   ├── Invalid      the input itself is wrong
    │   └── OperatorError    the installation is at fault: for whoever runs it, not for its callers
    └── Fault            a bug or an outage; its text never reaches a client

Domain packages add subclasses of these; nothing else is raised on purpose.
"""

from __future__ import annotations

__all__ = [
    "AmpiqError", "Conflict", "Fault", "Invalid", "NotFound", "OperatorError", "UserError",
]  # fmt: skip


class AmpiqError(Exception):
    """Root of everything that AmpIQ raises on purpose."""


class UserError(AmpiqError):
    """Something the user can mend.

    `code` is stable and upper case (`SEGMENT_NAME_TAKEN`), `message` says what was found in the
    user's own words, `hint` how to mend it, `place` where: a file and line, a field path, a flag.
    """

    def __init__(
        self, code: str, message: str, *, hint: str | None = None, place: str | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.place = place


class NotFound(UserError):
    """The named thing does not exist."""


class Conflict(UserError):
    """The present state forbids the command."""


class Invalid(UserError):
    """The input is wrong."""


class OperatorError(UserError):
    """Files, settings or servers of the installation are at fault; whoever runs it can mend that.

    The command line shows it like any user error; callers of the API see a correlation id, since
    it names paths and hosts.
    """


class Fault(AmpiqError):
    """A bug or an outage. The message is for the log; clients see a correlation id."""

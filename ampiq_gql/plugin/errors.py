"""How a plugin says that something went wrong.

    UserError
    ├── DestinationError    the destination refuses or cannot be reached
    └── SourceUnusable      an attribute source cannot be read

Anything else that a plugin raises is a bug of the plugin; the caller wraps it as `PluginFault`.
"""

from __future__ import annotations

from ampiq_gql.errors import Fault, UserError

__all__ = ["DestinationError", "PluginFault", "SourceUnusable"]


class DestinationError(UserError):
    """The destination refuses, or cannot be reached now (`is_retryable`).

    The message must carry no personal data: it is stored and shown.
    """

    def __init__(
        self, code: str, message: str, *, hint: str | None = None, is_retryable: bool = False
    ) -> None:
        super().__init__(code, message, hint=hint)
        self.is_retryable = is_retryable


class SourceUnusable(UserError):
    """The file or service behind an attribute source cannot be read."""


class PluginFault(Fault):
    """A plugin raised what it may not raise."""

    def __init__(self, plugin: str, method: str, error: Exception) -> None:
        super().__init__(f"{plugin} failed in {method}: {type(error).__name__}: {error}")
        self.plugin = plugin
        self.method = method

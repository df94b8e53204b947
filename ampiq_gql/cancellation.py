"""Stopping work that nobody waits for any more.

An edge (a web request) opens a `CancelScope` around a call; whatever the call opens that can be
stopped (a reader of the warehouse) announces itself by `cancellable`. Cancelling the scope, from
any thread, stops them all and refuses new ones. What cannot be stopped from outside (a transaction
that waits for a lock) asks by `refuse_if_cancelled` before it makes anything last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock
from typing import ParamSpec, Protocol, TypeVar

from ampiq_gql.errors import UserError

__all__ = ["CancelScope", "Cancellable", "Cancelled", "cancellable", "refuse_if_cancelled"]

P = ParamSpec("P")
T = TypeVar("T")


class Cancellable(Protocol):
    """Something that another thread may stop."""

    def cancel(self) -> None:
        """Stop what runs, if anything does."""


class Cancelled(UserError):
    """The scope was cancelled before the work began, or before it was to last."""

    def __init__(self) -> None:
        super().__init__("CANCELLED", "The request was given up before it was answered.")


class CancelScope:
    """Everything that one call has open and that can be stopped."""

    def __init__(self) -> None:
        self._open: list[Cancellable] = []
        self._is_cancelled = False
        self._lock = Lock()

    def run(self, call: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Make the call inside the scope."""
        token = _scope.set(self)
        try:
            return call(*args, **kwargs)
        finally:
            _scope.reset(token)

    def cancel(self) -> None:
        """Stop all that is open, and what would be opened from now on."""
        with self._lock:
            self._is_cancelled = True
            stopped = tuple(self._open)
        for work in stopped:
            work.cancel()

    def add(self, work: Cancellable) -> None:
        """Count `work` in. Raises `Cancelled` when it comes too late."""
        with self._lock:
            if self._is_cancelled:
                raise Cancelled
            self._open.append(work)

    def refuse_if_cancelled(self) -> None:
        """Raise `Cancelled` when nobody waits for the call any more."""
        with self._lock:
            if self._is_cancelled:
                raise Cancelled

    def remove(self, work: Cancellable) -> None:
        """Forget `work`: it has ended."""
        with self._lock:
            self._open.remove(work)


_scope: ContextVar[CancelScope | None] = ContextVar("cancel_scope", default=None)


@contextmanager
def cancellable(work: Cancellable) -> Iterator[None]:
    """Announce `work` to the scope of the present call, if it has one, until it ends."""
    scope = _scope.get()
    if scope is None:
        yield
        return
    scope.add(work)
    try:
        yield
    finally:
        scope.remove(work)


def refuse_if_cancelled() -> None:
    """Raise `Cancelled` when the scope of the present call, if it has one, was cancelled."""
    scope = _scope.get()
    if scope is not None:
        scope.refuse_if_cancelled()

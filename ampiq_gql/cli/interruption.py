"""Ctrl-C, also while a database works: DuckDB answers it by an error of its own."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

__all__ = ["INTERRUPTED", "Interruption", "watching"]

INTERRUPTED = 130
"""The exit code of a command that Ctrl-C has ended, as shells have it."""


class Interruption:
    """Whether Ctrl-C was pressed."""

    def __init__(self) -> None:
        self.has_come = False

    def note(self, _signal: int, _frame: FrameType | None) -> None:
        """Remember it, and raise what Python raises."""
        self.has_come = True
        raise KeyboardInterrupt


@contextmanager
def watching() -> Iterator[Interruption]:
    """Watch for Ctrl-C; threads beside the main one are never told of it."""
    interruption = Interruption()
    if threading.current_thread() is not threading.main_thread():
        yield interruption
        return
    former = signal.signal(signal.SIGINT, interruption.note)
    try:
        yield interruption
    finally:
        signal.signal(signal.SIGINT, former)

"""Answers that hold for a whole snapshot, kept as long as it is open."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar, cast

__all__ = ["Memory"]

Kept = TypeVar("Kept")


class Memory:
    """Makes each thing once, also when many threads ask for it at the same time."""

    def __init__(self) -> None:
        # Reentrant: making one thing may need another.
        self._guard = threading.RLock()
        self._kept: dict[str, object] = {}

    def once(self, key: str, make: Callable[[], Kept]) -> Kept:
        """Return what was kept under `key`, or make it. One key always stands for one type."""
        with self._guard:
            if key not in self._kept:
                self._kept[key] = make()
            return cast("Kept", self._kept[key])

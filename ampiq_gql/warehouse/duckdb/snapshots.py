"""The snapshots that are open in this process: the present one, and older ones still read."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from ampiq_gql.warehouse.duckdb.snapshot import Snapshot, open_snapshot
from ampiq_gql.warehouse.errors import NoBuild, WarehouseDamaged
from ampiq_gql.warehouse.layout import HomeLayout
from ampiq_gql.warehouse.pointer import Pointer

__all__ = ["Snapshots"]

OPENING_ATTEMPTS = 5
"""A build can be pruned between reading the pointer and opening the file; then we look again."""


class Snapshots:
    """Opens what the pointer shows when it moves, closes it after its last reader."""

    def __init__(self, layout: HomeLayout, pointer: Pointer, memory_limit: str | None) -> None:
        self._layout = layout
        self._pointer = pointer
        self._memory_limit = memory_limit
        self._guard = threading.Lock()
        self._present: Snapshot | None = None
        self._readers: dict[str, int] = {}

    @contextmanager
    def present(self) -> Iterator[Snapshot]:
        """Lend the snapshot of this moment; raises `NoBuild` when there is none."""
        snapshot = self._acquire()
        try:
            yield snapshot
        finally:
            self._release(snapshot)

    def close(self) -> None:
        """Close the present snapshot as soon as nobody reads it."""
        with self._guard:
            former, self._present = self._present, None
            self._close_unread(former)

    def _acquire(self) -> Snapshot:
        with self._guard:
            snapshot = self._follow_pointer()
            self._readers[snapshot.key] += 1
            return snapshot

    def _release(self, snapshot: Snapshot) -> None:
        with self._guard:
            self._readers[snapshot.key] -= 1
            if snapshot is not self._present:
                self._close_unread(snapshot)

    def _follow_pointer(self) -> Snapshot:
        for attempt in range(1, OPENING_ATTEMPTS + 1):
            shown = self._pointer.read()
            if shown.build is None:
                raise NoBuild(str(self._layout.home))
            if self._present is not None and self._present.key == shown.snapshot:
                return self._present
            try:
                return self._show(open_snapshot(self._layout, shown, self._memory_limit))
            except FileNotFoundError as error:
                if attempt == OPENING_ATTEMPTS:
                    raise _damaged("is missing", self._layout.build(shown.build.id)) from error
            except DBAPIError as error:
                reason = f"cannot be opened: {str(error.orig).splitlines()[0]}"
                raise _damaged(reason, self._layout.build(shown.build.id)) from error
        raise AssertionError("unreachable")

    def _show(self, snapshot: Snapshot) -> Snapshot:
        former, self._present = self._present, snapshot
        self._readers[snapshot.key] = 0
        self._close_unread(former)
        return snapshot

    def _close_unread(self, former: Snapshot | None) -> None:
        if former is not None and self._readers[former.key] == 0:
            del self._readers[former.key]
            former.instance.close()


def _damaged(reason: str, build: Path) -> WarehouseDamaged:
    return WarehouseDamaged(
        f"The build {build.stem} {reason}.",
        place=str(build),
        hint="Restore the file from a backup, or run `ampiq build`.",
    )

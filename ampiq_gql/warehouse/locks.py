"""Locks between processes and threads: `flock` on a file, so that a dead owner holds nothing."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from ampiq_gql.warehouse.errors import SourcesBusy

__all__ = ["claim_sources", "exclusive", "is_alive"]


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Wait for the lock and hold it."""
    with _opened(path) as descriptor:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield


@contextmanager
def claim_sources(path: Path, purpose: str) -> Iterator[None]:
    """Hold the lock on the source tables, or raise `SourcesBusy` that names who does.

    The text of the file only informs: the lock itself goes with its process.
    """
    with _opened(path) as descriptor:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise SourcesBusy(_read_owner(path)) from error
        _write_owner(descriptor, purpose)
        yield


def is_alive(process: int) -> bool:
    """Say whether a process of that number runs on this machine."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _write_owner(descriptor: int, purpose: str) -> None:
    owner = {
        "pid": os.getpid(),
        "purpose": purpose,
        "since": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, json.dumps(owner).encode(), 0)


def _read_owner(path: Path) -> str:
    try:
        owner = json.loads(path.read_bytes())
    except ValueError:  # the owner has the lock but has not written its name yet
        return "another process"
    return f"{owner['purpose']} (process {owner['pid']}, since {owner['since']})"

"""Files that survive a crash: written aside, forced to the disk, then moved into place."""

from __future__ import annotations

import errno
import os
import shutil
import uuid
from pathlib import Path

__all__ = ["move_into_place", "sync_file", "sync_folder", "write_atomically"]

READ_ONLY = 0o444


def sync_file(path: Path) -> None:
    """Force the file's content to the disk."""
    _sync(path, os.O_RDWR)


def sync_folder(path: Path) -> None:
    """Force the folder's entries to the disk, so that a rename in it is not lost."""
    _sync(path, os.O_RDONLY)


def write_atomically(path: Path, content: bytes) -> None:
    """Replace the file as a whole: readers see the old content or the new, never a part."""
    aside = _aside(path)
    aside.write_bytes(content)
    sync_file(aside)
    aside.replace(path)
    sync_folder(path.parent)


def move_into_place(source: Path, target: Path) -> None:
    """Move a finished file, also from another disk; it appears under its name all at once.

    It is never written again, and its mode says so.
    """
    sync_file(source)
    source.chmod(READ_ONLY)
    try:
        source.replace(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        _copy_then_replace(source, target)
    sync_folder(target.parent)


def _copy_then_replace(source: Path, target: Path) -> None:
    aside = _aside(target)
    shutil.copyfile(source, aside)
    sync_file(aside)
    aside.chmod(READ_ONLY)
    aside.replace(target)
    source.unlink()


def _aside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{uuid.uuid4().hex}")


def _sync(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""Parquet files beside the builds: which tables they make and how long they stay on the disk."""

from __future__ import annotations

import os
import re
import shutil
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

from ampiq_gql.errors import Fault
from ampiq_gql.warehouse.durable import move_into_place
from ampiq_gql.warehouse.layout import HomeLayout
from ampiq_gql.warehouse.pointer import Pointer, PublishedFile, Shown

__all__ = [
    "LISTS", "FileTable", "checked_name", "file_table", "list_table_name", "publish", "remove",
    "with_file", "without_file",
]  # fmt: skip

LISTS = "lists"
GRACE_SECONDS = 3_600.0
"""A file that is no longer shown stays this long, for the readers that began before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileTable:
    """A table that is made of files; `is_newest_only`: the last one published is all of it."""

    name: str
    folder: str
    is_newest_only: bool = False


_TABLES = {
    table.name: table
    for table in (
        FileTable(name="campaign_recipients", folder="recipients"),
        FileTable(name="predicted_clv_attributes", folder="predictions", is_newest_only=True),
        FileTable(name=LISTS, folder="lists"),
    )
}


def file_table(name: str) -> FileTable:
    """Return the table; raises `Fault` when no table of that name is made of files."""
    if name not in _TABLES:
        raise Fault(f"no table {name!r} is made of published files, only {', '.join(_TABLES)}")
    return _TABLES[name]


def list_table_name(name: str) -> str:
    """Return the name of the table that shows the list published as `name`."""
    return f"list_{name}"


def checked_name(name: str) -> str:
    """Return the name; raises `Fault` when it could not be part of a table's and a file's name."""
    if not re.fullmatch(r"[A-Za-z0-9_-]+", name):
        raise Fault(f"{name!r} is no name for a published file: letters, digits, _ and - only")
    return name


def with_file(shown: Shown, new: PublishedFile, table: FileTable) -> Shown:
    """Return the state with the file, and without what it replaces."""
    kept = (file for file in shown.files if not _is_replaced(file, new, table))
    return shown.with_files((*kept, new))


def without_file(shown: Shown, table: FileTable, name: str) -> Shown:
    """Return the state without the file; the same state when it has none of that name."""
    gone = {file for file in shown.files_of(table.name) if file.name == name}
    if not gone:
        return shown
    return shown.with_files(tuple(file for file in shown.files if file not in gone))


def publish(layout: HomeLayout, pointer: Pointer, table: FileTable, name: str, path: Path) -> None:
    """Move the file in and show it; what it replaces stays for the grace time."""
    checked_name(name)
    folder = layout.folder(table.folder)
    folder.mkdir(exist_ok=True)
    target = folder / f"{name}.{uuid.uuid4().hex}.parquet"
    move_into_place(path, target)
    target.touch()
    new = PublishedFile(table=table.name, name=name, path=str(target.relative_to(layout.home)))

    def add(shown: Shown) -> Shown:
        after = with_file(shown, new, table)
        _retire(layout, set(shown.files) - set(after.files))
        return after

    _sweep(layout, table, pointer.change(add))


def remove(layout: HomeLayout, pointer: Pointer, table: FileTable, name: str) -> None:
    """Show the file no more."""

    def drop(shown: Shown) -> Shown:
        after = without_file(shown, table, name)
        _retire(layout, set(shown.files) - set(after.files))
        return after

    _sweep(layout, table, pointer.change(drop))


def _is_replaced(old: PublishedFile, new: PublishedFile, table: FileTable) -> bool:
    return old.table == new.table and (table.is_newest_only or old.name == new.name)


def _retire(layout: HomeLayout, files: set[PublishedFile]) -> None:
    """Start the grace time: a file's age counts from the moment it stopped being shown."""
    for file in files:
        (layout.home / file.path).touch()


def _sweep(layout: HomeLayout, table: FileTable, shown: Shown) -> None:
    """Delete what nobody shows and nobody can still be reading, leftovers of crashes included."""
    current = {layout.home / file.path for file in shown.files_of(table.name)}
    oldest = time.time() - GRACE_SECONDS
    folder = layout.folder(table.folder)
    for entry in os.scandir(folder) if folder.is_dir() else ():
        if Path(entry.path) in current or entry.stat().st_mtime >= oldest:
            continue
        if entry.is_dir():  # where somebody made a file, and was killed
            shutil.rmtree(entry.path, ignore_errors=True)
        else:
            Path(entry.path).unlink(missing_ok=True)

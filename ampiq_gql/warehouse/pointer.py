"""The pointer `warehouse.json`: the one small file that decides what readers see.

It names the current build and the published files, and is only ever replaced as a whole, under a
lock; so every change of the warehouse happens for all processes in one instant.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from ampiq_gql.errors import OperatorError
from ampiq_gql.warehouse.durable import write_atomically
from ampiq_gql.warehouse.errors import WarehouseDamaged
from ampiq_gql.warehouse.layout import HomeLayout
from ampiq_gql.warehouse.locks import exclusive
from ampiq_gql.warehouse.model import BuildInfo

__all__ = [
    "Pointer", "PublishedFile", "Shown", "decode_build", "decode_shown", "encode_build",
    "encode_shown",
]  # fmt: skip

FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedFile:
    """A Parquet file behind a table; `path` is relative to the home."""

    table: str
    name: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What readers see now; `files_version` grows with every change of `files`."""

    build: BuildInfo | None = None
    files_version: int = 0
    files: tuple[PublishedFile, ...] = field(default=())

    @property
    def snapshot(self) -> str:
        """Key of everything that is shown."""
        return f"{self.build.id if self.build else ''}.{self.files_version}"

    def files_of(self, table: str) -> tuple[PublishedFile, ...]:
        """Return the files behind `table`, in the order of publication."""
        return tuple(file for file in self.files if file.table == table)

    def with_files(self, files: tuple[PublishedFile, ...]) -> Shown:
        """Return the same build with other files."""
        return replace(self, files=files, files_version=self.files_version + 1)


class Pointer:
    """Reads and swaps the pointer of one home; safe between threads and processes."""

    def __init__(self, layout: HomeLayout) -> None:
        self._layout = layout
        self._guard = threading.Lock()
        self._seen: tuple[tuple[int, int, int], Shown] | None = None

    def read(self) -> Shown:
        """Return what is shown; costs one `stat` while nothing has changed."""
        with self._guard:
            try:
                status = self._layout.pointer.stat()
            except FileNotFoundError:
                return Shown()
            # A replaced file has another inode, so a change within one clock tick is seen too.
            mark = (status.st_ino, status.st_mtime_ns, status.st_size)
            if self._seen is None or self._seen[0] != mark:
                self._seen = (mark, self._decode(self._layout.pointer.read_bytes()))
            return self._seen[1]

    def _decode(self, content: bytes) -> Shown:
        try:
            return decode_shown(content)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise WarehouseDamaged(
                "The list of what the warehouse shows cannot be read.",
                place=str(self._layout.pointer),
                hint=(
                    "Restore the file from a backup, or move it away and run `ampiq build`; "
                    "uploaded lists and predictions have to be made again then."
                ),
            ) from error

    def change(self, change: Callable[[Shown], Shown]) -> Shown:
        """Replace what is shown by `change` of it and return the new state."""
        with self.held() as shown:
            after = change(shown)
            write_atomically(self._layout.pointer, encode_shown(after))
        return after

    @contextmanager
    def held(self) -> Iterator[Shown]:
        """Lend what is shown; nobody changes it meanwhile."""
        with exclusive(self._layout.pointer_lock):
            yield self.read()


def encode_shown(shown: Shown) -> bytes:
    """Return the state as JSON."""
    document = {
        "format": FORMAT,
        "build": encode_build(shown.build) if shown.build else None,
        "files_version": shown.files_version,
        "files": [
            {"table": file.table, "name": file.name, "path": file.path} for file in shown.files
        ],
    }
    return json.dumps(document, indent=2).encode()


def encode_build(build: BuildInfo) -> dict[str, object]:
    """Return the build as a JSON object."""
    return {
        "id": build.id,
        "as_of": build.as_of.isoformat(),
        "built_at": build.built_at.isoformat(),
        "time_zone": build.time_zone,
        "currency": build.currency,
        "newest_event_on": build.newest_event_on.isoformat() if build.newest_event_on else None,
        "order_columns": build.order_columns,
        "row_counts": dict(build.row_counts),
        "overridden": build.overridden,
        "has_statistics": build.has_statistics,
        "has_mark": build.has_mark,
        "attached": build.attached,
    }


def decode_shown(content: bytes) -> Shown:
    """Read what `encode_shown` wrote.

    Raises `OperatorError` (WAREHOUSE_TOO_NEW) when another version wrote it, and ValueError,
    TypeError, KeyError or AttributeError for anything else.
    """
    document = json.loads(content)
    if document["format"] != FORMAT:
        raise OperatorError(
            "WAREHOUSE_TOO_NEW",
            f"The warehouse has format {document['format']}, and this version reads {FORMAT}.",
            hint="Upgrade AmpIQ, or point AMPIQ_HOME at another home.",
        )
    return Shown(
        build=decode_build(document["build"]) if document["build"] else None,
        files_version=document["files_version"],
        files=tuple(PublishedFile(**file) for file in document["files"]),
    )


def decode_build(record: dict[str, Any]) -> BuildInfo:
    """Read what `encode_build` wrote; what older builds do not know is empty.

    Raises ValueError, TypeError or KeyError for anything else.
    """
    newest = record["newest_event_on"]
    return BuildInfo(
        id=record["id"],
        as_of=date.fromisoformat(record["as_of"]),
        built_at=datetime.fromisoformat(record["built_at"]),
        time_zone=record["time_zone"],
        currency=record["currency"],
        newest_event_on=date.fromisoformat(newest) if newest else None,
        order_columns=tuple(record.get("order_columns", ())),
        row_counts=record.get("row_counts", {}),
        overridden=tuple(record.get("overridden", ())),
        has_statistics=record.get("has_statistics", False),
        has_mark=record.get("has_mark", False),
        attached=tuple(record.get("attached", ())),
    )

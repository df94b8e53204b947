"""gzip and zip -> plain files in the spool, watched byte by byte while they grow.

What an archive says about its sizes is not believed; only what came out is counted.
"""

from __future__ import annotations

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ampiq_gql.ingest.errors import ArchiveRefused, FileUnreadable
from ampiq_gql.ingest.limits import ReadLimits
from ampiq_gql.ingest.spool import Spool

__all__ = ["PlainFile", "is_gzip", "is_zip", "unpack"]

PIECE_BYTES = 1 << 20
GZIP_MAGIC = b"\x1f\x8b"
ZIP_MAGICS = (b"PK\x03\x04", b"PK\x05\x06")
ENCRYPTED = 0x1
WORKBOOK_PART = "[Content_Types].xml"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainFile:
    """A file that can be read as it is: `name` is what people know it by."""

    path: Path
    name: str


def is_gzip(head: bytes) -> bool:
    """Say whether the first bytes are those of a gzip file."""
    return head.startswith(GZIP_MAGIC)


def is_zip(head: bytes) -> bool:
    """Say whether the first bytes are those of a zip archive."""
    return head.startswith(ZIP_MAGICS)


def unpack(path: Path, head: bytes, spool: Spool, limits: ReadLimits) -> tuple[PlainFile, ...]:
    """Unpack all of it. Raises `ArchiveRefused` for bombs and `FileUnreadable` for damage."""
    try:
        if is_gzip(head):
            return (_gunzip(path, spool, limits),)
        with zipfile.ZipFile(path) as archive:
            return tuple(_members(path, archive, spool, limits))
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError) as error:
        raise FileUnreadable(
            f"{path.name} cannot be unpacked: {error}.",
            place=str(path),
            hint="Was it copied whole? Unpack it by hand and load what comes out.",
        ) from error


def _gunzip(path: Path, spool: Spool, limits: ReadLimits) -> PlainFile:
    with gzip.open(path) as packed:
        target = _Unpacking(path, limits).write(packed, spool.new_file())
    return PlainFile(path=target, name=path.name.removesuffix(".gz"))


def _members(
    path: Path, archive: zipfile.ZipFile, spool: Spool, limits: ReadLimits
) -> Iterator[PlainFile]:
    members = [member for member in archive.infolist() if not _is_left_out(member)]
    if len(members) > limits.members:
        raise ArchiveRefused(
            f"{path.name} holds {len(members):,} files; at most {limits.members:,} are unpacked.",
            place=str(path),
        )
    if any(member.filename == WORKBOOK_PART for member in members):
        raise FileUnreadable(
            f"{path.name} is an Excel workbook.",
            place=str(path),
            hint="Save the sheet as CSV UTF-8 and load that.",
        )
    if not members:
        raise FileUnreadable(f"{path.name} holds no file.", place=str(path))
    unpacking = _Unpacking(path, limits)
    for member in members:
        name = f"{path.name}/{_shown(member.filename)}"
        if member.flag_bits & ENCRYPTED:
            raise FileUnreadable(
                f"{name} is encrypted.", place=str(path), hint="Load it without a password."
            )
        with archive.open(member) as packed:
            yield PlainFile(path=unpacking.write(packed, spool.new_file()), name=name)


def _is_left_out(member: zipfile.ZipInfo) -> bool:
    """Folders, and what macOS adds."""
    last = member.filename.rpartition("/")[2]
    return (
        member.is_dir() or member.filename.startswith("__MACOSX/") or last.startswith((".", "._"))
    )


def _shown(name: str) -> str:
    """Spell a member's name for messages: one line, no control characters, no end of pages."""
    return "".join(letter if letter.isprintable() else "?" for letter in name)[:200]


class _Unpacking:
    """Counts what comes out of one archive."""

    def __init__(self, path: Path, limits: ReadLimits) -> None:
        self._path = path
        self._limits = limits
        self._packed = max(path.stat().st_size, 1)
        self._written = 0

    def write(self, packed: IO[bytes] | gzip.GzipFile, target: Path) -> Path:
        """Copy to the target, refusing as soon as it becomes too much."""
        with target.open("wb") as plain:
            while piece := packed.read(PIECE_BYTES):
                self._written += len(piece)
                self._refuse_too_much()
                plain.write(piece)
        return target

    def _refuse_too_much(self) -> None:
        limits = self._limits
        if self._written > limits.unpacked_bytes:
            raise ArchiveRefused(
                f"{self._path.name} unpacks to more than {limits.unpacked_bytes:,} bytes.",
                place=str(self._path),
                hint="Raise AMPIQ_INGEST_MAX_UNPACKED_BYTES when it really is that large.",
            )
        is_large = self._written > limits.ratio_grace_bytes
        if is_large and self._written > self._packed * limits.unpack_ratio:
            raise ArchiveRefused(
                f"{self._path.name} unpacks to more than {limits.unpack_ratio} times its size, "
                "as archives do that are made to fill disks.",
                place=str(self._path),
                hint="Unpack it by hand, or raise AMPIQ_INGEST_MAX_UNPACK_RATIO.",
            )

"""How much of a file may come in before it is refused: bounds on memory, disk and patience."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from ampiq_gql.settings import Settings

__all__ = ["ReadLimits"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadLimits:
    """Bounds of one file, in bytes where nothing else is said.

    `line_bytes` bounds a record, `unpacked_bytes` what all members of an archive become,
    `unpack_ratio` how many times larger than packed (looked at beyond `ratio_grace_bytes`, below
    which even a bomb is harmless), `members` the files of an archive, `columns` those of a file,
    `held_rows` the bad rows of a load, `array_bytes` a JSON array, which must be read at once.
    """

    line_bytes: int = 1 << 20
    columns: int = 2_000
    unpacked_bytes: int = 64 << 30
    unpack_ratio: int = 200
    ratio_grace_bytes: int = 64 << 20
    members: int = 10_000
    held_rows: int = 1_000_000
    array_bytes: int = 256 << 20

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Take those that are settings from there."""
        return cls(
            line_bytes=settings.ingest_max_line_bytes,
            columns=settings.ingest_max_columns,
            unpacked_bytes=settings.ingest_max_unpacked_bytes,
            unpack_ratio=settings.ingest_max_unpack_ratio,
            held_rows=settings.quarantine_max_rows,
        )

"""Rows on their way to a destination: as they leave us, as they are sent, and what came of them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum

import pyarrow as pa

__all__ = ["BatchResult", "BatchStatus", "EncodedBatch", "RowBatch", "RowResult"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowBatch:
    """Some rows of a delivery in Arrow, in the order of their keys.

    Every attempt of a run cuts the same rows into the same batches, so `number` (from 0) and
    content belong together. `keys` are the customer ids, one for each row of `rows`.
    """

    number: int
    keys: pa.StringArray
    rows: pa.RecordBatch


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodedBatch:
    """A batch as the destination takes it; the smallest thing that is sent again."""

    body: bytes
    keys: tuple[str, ...]
    media_type: str = "application/octet-stream"

    @property
    def row_count(self) -> int:
        """How many rows the body holds."""
        return len(self.keys)

    @property
    def digest(self) -> str:
        """SHA-256 of the body, in hex: tells a rebuilt batch from another one."""
        return hashlib.sha256(self.body).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class RowResult:
    """One row that the destination refused. `message` must carry no personal data."""

    key: str
    code: str
    message: str
    is_retryable: bool = False


class BatchStatus(StrEnum):
    """What the destination did with a batch as a whole."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchResult:
    """The answer to one batch; `rejected_rows` names the rows of an accepted batch that failed."""

    status: BatchStatus = BatchStatus.ACCEPTED
    remote_ref: str | None = None
    rejected_rows: tuple[RowResult, ...] = ()

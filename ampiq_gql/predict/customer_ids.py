"""Ids of customers as 16 bytes each, for millions of them at once.

Bytes sort as the text form of the ids does, on every engine and without a collation.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

__all__ = ["Ids", "id_buckets", "ids_from_text", "ids_to_arrow"]

Ids: TypeAlias = NDArray[np.bytes_]
"""UUIDs as `S16`. Single items lose trailing zero bytes in numpy; compare arrays, not items."""

ID_BYTES = 16
TEXT_CHARACTERS = 36
HEX_PLACES = [place for place in range(TEXT_CHARACTERS) if place not in (8, 13, 18, 23)]
DIGIT_OF = np.zeros(256, dtype=np.uint8)
DIGIT_OF[np.frombuffer(b"0123456789abcdef", dtype=np.uint8)] = np.arange(16)


def ids_from_text(texts: pa.Array) -> Ids:
    """Read ids from their text form, 36 characters with hyphens; none may be NULL."""
    fixed = texts.cast(pa.binary()).cast(pa.binary(TEXT_CHARACTERS))
    characters = _bytes_of(fixed, TEXT_CHARACTERS)[:, HEX_PLACES]
    digits = DIGIT_OF[characters]
    pairs = np.ascontiguousarray(digits[:, 0::2] << 4 | digits[:, 1::2])
    return pairs.view(f"S{ID_BYTES}").reshape(-1)


def ids_to_arrow(ids: Ids) -> pa.ExtensionArray:
    """Return the ids as Arrow's own UUIDs."""
    content = pa.py_buffer(np.ascontiguousarray(ids).tobytes())
    storage = pa.FixedSizeBinaryArray.from_buffers(pa.binary(ID_BYTES), len(ids), [None, content])
    return pa.ExtensionArray.from_storage(pa.uuid(), storage)


def id_buckets(ids: Ids, *, seed: int, count: int) -> NDArray[np.int64]:
    """Assign each id to one of `count` buckets for good, whatever other ids there are."""
    halves = np.frombuffer(np.ascontiguousarray(ids).tobytes(), dtype=">u8").reshape(-1, 2)
    mixed = _mix(halves[:, 0] + np.uint64(seed))
    mixed = _mix(mixed ^ halves[:, 1])
    return (mixed % np.uint64(count)).astype(np.int64)


def _mix(words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Spread every bit of a word over all of it: the finaliser of SplitMix64 (Steele 2014)."""
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return words ^ (words >> np.uint64(31))


def _bytes_of(values: pa.Array, width: int) -> NDArray[np.uint8]:
    content = np.frombuffer(values.buffers()[1], dtype=np.uint8)
    start = values.offset * width
    return content[start : start + len(values) * width].reshape(-1, width)

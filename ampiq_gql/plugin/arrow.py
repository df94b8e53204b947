"""Arrow as the warehouse wants it."""

from __future__ import annotations

import pyarrow as pa

__all__ = ["uuid_array"]

_NOBODY = "00000000-0000-0000-0000-000000000000"  # fills the place of a NULL


def uuid_array(texts: pa.StringArray) -> pa.Array:
    """Turn ids in text form (36 characters, or NULL) into Arrow's UUID type."""
    digits = "".join(texts.fill_null(_NOBODY).to_pylist()).replace("-", "")
    data = pa.py_buffer(bytes.fromhex(digits))
    is_there = pa.array(texts.is_valid().to_pylist()).buffers()[1] if texts.null_count else None
    storage = pa.FixedSizeBinaryArray.from_buffers(pa.binary(16), len(texts), [is_there, data])
    return pa.ExtensionArray.from_storage(pa.uuid(), storage)

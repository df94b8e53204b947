"""Arrow as the warehouse wants it."""

from __future__ import annotations

import pyarrow as pa

__all__ = ["uuid_array"]


def uuid_array(texts: pa.StringArray) -> pa.Array:
    """Turn ids in text form (36 characters, none NULL) into Arrow's UUID type."""
    digits = "".join(texts.to_pylist()).replace("-", "")
    data = pa.py_buffer(bytes.fromhex(digits))
    storage = pa.FixedSizeBinaryArray.from_buffers(pa.binary(16), len(texts), [None, data])
    return pa.ExtensionArray.from_storage(pa.uuid(), storage)

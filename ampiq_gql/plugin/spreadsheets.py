"""Text that a spreadsheet would run: a customer may be named `=HYPERLINK(…)`."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["without_formulas"]

_FORMULA_START = r"^([=+\-@\t\r])"


def without_formulas(rows: pa.RecordBatch) -> pa.RecordBatch:
    """Put an apostrophe before text that a spreadsheet would run as a formula; numbers stay."""
    columns = [
        pc.replace_substring_regex(column, _FORMULA_START, r"'\1")
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type)
        else column
        for column in rows.columns
    ]
    return pa.RecordBatch.from_arrays(columns, names=rows.schema.names)

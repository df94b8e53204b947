"""A bounded sample of a table of the user's, looked at as a file is before it is loaded."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from ampiq_gql.ingest.looks import ColumnLook, look_at_columns
from ampiq_gql.ingest.staging import staged_table
from ampiq_gql.ingest.table_file import Native, batch_schema
from ampiq_gql.warehouse import FoundTable, Row
from ampiq_gql.warehouse.scratch import Scratch

__all__ = ["SAMPLED_ROWS", "look_at_sample"]

SAMPLED_ROWS = 1_000
"""Enough to see what a column holds, few enough for any table or view to give at once."""


def look_at_sample(
    scratch: Scratch, table: FoundTable, rows: Sequence[Row]
) -> tuple[ColumnLook, ...]:
    """Count what the values look like; `rows` are texts in the order of the table's columns."""
    headers = tuple(table.columns)
    natives = (Native.TEXT,) * len(headers)
    staged = staged_table(natives)
    staged.create(scratch.connection)
    names = batch_schema(natives).names
    places = ((number, 0, 0) for number in range(1, len(rows) + 1))
    named = [
        dict(zip(names, (*place, *row), strict=True))
        for place, row in zip(places, rows, strict=True)
    ]
    found = pa.Table.from_pylist(named, batch_schema(natives))
    scratch.load_arrow(staged, found.to_reader())
    looks = look_at_columns(scratch.connection, staged, headers, natives)
    staged.drop(scratch.connection)
    return looks

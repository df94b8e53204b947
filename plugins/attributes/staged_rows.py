"""The rows of a file as they are kept: each different row once, with the ids of its customers.

Rows that are alike collapse; rows of one key that differ are all kept, never the first alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ampiq_gql.plugin import StagedColumn, uuid_array

__all__ = ["DifferentRows", "different_rows", "staged_columns", "write_rows"]

ID = "amperity_id"
_KEY, _ROW = "key", "row"


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferentRows:
    """The rows without those that repeat another; `conflicts` counts keys whose rows differ."""

    keys: pa.Array
    columns: tuple[pa.Array, ...]
    conflicts: int


def staged_columns(headers: Sequence[str], *, key_at: int) -> tuple[StagedColumn, ...]:
    """Return a name for each column as tables name theirs, all different; never our id's."""
    taken = {ID}
    columns = []
    for at, header in enumerate(headers):
        plain = re.sub(r"[^a-z0-9]+", "_", header.casefold()).strip("_")
        name = plain if plain[:1].isalpha() else f"column_{plain or at + 1}"
        name = f"given_{ID}" if name == ID else name
        unused, count = name, 1
        while unused in taken:
            count += 1
            unused = f"{name}_{count}"
        taken.add(unused)
        label = header.strip() or unused
        columns.append(StagedColumn(name=unused, label=label, is_key=at == key_at))
    return tuple(columns)


def different_rows(keys: pa.Array, columns: Sequence[pa.Array], *, key_at: int) -> DifferentRows:
    """Return each row once; keys count in the form in which they are compared."""
    compared = {_KEY: keys} | {
        f"c{at}": column for at, column in enumerate(columns) if at != key_at
    }
    rows = pa.table({**compared, _ROW: pa.array(range(len(keys)), pa.int64())})
    first = rows.group_by(list(compared), use_threads=False).aggregate([(_ROW, "min")])
    kept = first.column(f"{_ROW}_min").combine_chunks()
    kept = kept.take(pc.sort_indices(kept))
    kept_keys = keys.take(kept)
    named = kept_keys.drop_null()
    counts = pc.value_counts(named).field("counts")
    return DifferentRows(
        keys=kept_keys,
        columns=tuple(column.take(kept) for column in columns),
        conflicts=int(pc.sum(pc.greater(counts, 1)).as_py() or 0),
    )


def write_rows(
    rows: DifferentRows, found: pa.Table, columns: Sequence[StagedColumn], output: Path
) -> None:
    """Write every row once for each of its customers, and once without id when it has none."""
    numbers = pa.array(range(len(rows.keys)), pa.int64())
    numbered = pa.table({_KEY: rows.keys, _ROW: numbers})
    joined = numbered.join(found, keys=_KEY, join_type="left outer", use_threads=False)
    joined = joined.sort_by([("id", "ascending"), (_ROW, "ascending")])  # those without id last
    at = joined.column(_ROW).combine_chunks()
    ids = joined.column("id").combine_chunks()
    named = {
        column.name: values.take(at) for column, values in zip(columns, rows.columns, strict=True)
    }
    pq.write_table(pa.table({ID: uuid_array(ids), **named}), output, compression="zstd")

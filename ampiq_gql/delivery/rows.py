"""What a delivery sends: Arrow rows of one build, cut into the same batches in every attempt."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pyarrow as pa

from ampiq_gql.delivery.columns import KEY
from ampiq_gql.plugin import RowBatch
from ampiq_gql.warehouse import AnySelect, Session

__all__ = ["Rows", "read_rows"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Rows in the order of their keys; the first column is `KEY`. They can be read once."""

    reader: pa.RecordBatchReader
    build_id: str
    pii_columns: tuple[str, ...] = ()

    @property
    def schema(self) -> pa.Schema:
        """Schema of what the destination sees: all but the key."""
        return self.reader.schema.remove(0)

    def batches(self, most_rows: int) -> Iterator[RowBatch]:
        """Cut the rows; memory holds about one batch."""
        for number, rows in enumerate(_recut(self.reader, most_rows)):
            yield RowBatch(
                number=number, keys=rows.column(0).cast(pa.string()), rows=rows.drop_columns([KEY])
            )


@contextmanager
def read_rows(
    session: Session, statement: AnySelect, *, pii_columns: tuple[str, ...]
) -> Iterator[Rows]:
    """Open the rows of a statement made by `RowColumns.select`."""
    with session.record_batch_reader(statement) as reader:
        yield Rows(reader=reader, build_id=session.build.id, pii_columns=pii_columns)


def _recut(reader: pa.RecordBatchReader, most_rows: int) -> Iterator[pa.RecordBatch]:
    """Cut at fixed places: engines choose their own, and not always the same ones."""
    pending = reader.schema.empty_table()
    for batch in reader:
        pending = pa.concat_tables([pending, pa.Table.from_batches([batch])])
        while pending.num_rows >= most_rows:
            yield _whole(pending.slice(0, most_rows))
            pending = pending.slice(most_rows)
    if pending.num_rows:
        yield _whole(pending)


def _whole(table: pa.Table) -> pa.RecordBatch:
    arrays = [column.combine_chunks() for column in table.columns]
    return pa.RecordBatch.from_arrays(arrays, schema=table.schema)

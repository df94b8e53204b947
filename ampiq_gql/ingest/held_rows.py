"""Bad rows on their way into the quarantine: with their bytes as they stand in the file."""

from __future__ import annotations

import base64
import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import pyarrow as pa
import sqlalchemy as sa

from ampiq_gql.ingest.bad_rows import BadRow
from ampiq_gql.ingest.models import SourceKind
from ampiq_gql.ingest.sources import QUARANTINE
from ampiq_gql.ingest.table_file import TableFile
from ampiq_gql.warehouse import SourcesConnection

__all__ = ["HeldRows", "hold_rows"]

BATCH_ROWS = 4_096


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRows:
    """The bad rows of one file as one kind."""

    table: TableFile
    kind: SourceKind
    file_hash: str
    rows: Sequence[BadRow]


def hold_rows(
    sources: SourcesConnection,
    held: HeldRows,
    *,
    source: str,
    load_number: int,
    raw_limit: int,
) -> int:
    """Write the rows, line by line, and return how many came to stand in the quarantine.

    Of a row longer than `raw_limit` the first bytes are kept, and its length.
    """
    if not held.rows:
        return 0
    before = _held(sources.connection, load_number)
    staged = sa.Table(
        "held_rows",
        sa.MetaData(),
        *(sa.Column(column.name, column.type) for column in QUARANTINE.columns),
        prefixes=["TEMPORARY"],
    )
    staged.create(sources.staging)
    schema = pa.schema(
        [
            pa.field(column.name, pa.int64() if _is_number(column) else pa.string())
            for column in QUARANTINE.columns
        ]
    )
    records = _records(
        held, source=source, load_number=load_number, first=before + 1, raw_limit=raw_limit
    )
    batches = (
        pa.RecordBatch.from_pylist(some, schema=schema)
        for some in iter(lambda: list(islice(records, BATCH_ROWS)), [])
    )
    sources.stage(staged, pa.RecordBatchReader.from_batches(schema, batches))
    sources.bring(
        QUARANTINE, [column.name for column in staged.columns], sa.select(*staged.columns)
    )
    staged.drop(sources.staging)
    return _held(sources.connection, load_number) - before


def _held(connection: sa.Connection, load_number: int) -> int:
    rows = sa.select(sa.func.count()).where(QUARANTINE.c.load_number == load_number)
    return int(connection.execute(rows).scalar_one())


def _is_number(column: sa.Column[object]) -> bool:
    return isinstance(column.type, sa.BigInteger)


def _records(
    held: HeldRows, *, source: str, load_number: int, first: int, raw_limit: int
) -> Iterator[dict[str, str | int | None]]:
    ordered = sorted(held.rows, key=lambda row: row.extent.line)
    for number, row in enumerate(ordered, start=first):
        raw = _raw(held.table, row, raw_limit)
        yield {
            "load_number": load_number,
            "number": number,
            "kind": held.kind.value,
            "datasource": source,
            "file": held.table.name,
            "file_hash": held.file_hash,
            "line": row.extent.line,
            "column_name": row.column,
            "rule": row.rule,
            "message": row.message,
            "value": row.value,
            "raw_base64": base64.b64encode(raw).decode(),
            "raw_bytes": max(row.extent.length, len(raw)),
        }


def _raw(table: TableFile, row: BadRow, limit: int) -> bytes:
    if table.raw is not None:
        return table.raw(row.extent, limit)
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(row.row or ())
    return text.getvalue().encode()

"""What the columns of an uploaded file hold: measured once, since the file never changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ampiq_gql.catalog import (
    AccessClass,
    ColumnProfile,
    FileTable,
    Quantiles,
    StatedClasses,
    TableProfile,
)
from ampiq_gql.catalog.file_tables import file_rows
from ampiq_gql.catalog.measuring import profile_table
from ampiq_gql.catalog.naming import describe_by_name
from ampiq_gql.ingest.looks import PATTERNS, Shape
from ampiq_gql.plugin import CustomerKey, StagedColumn
from ampiq_gql.store.lists import ListColumn, ListRecord
from ampiq_gql.warehouse import Session
from dsl.catalog import FILE_PREFIX, ID_COLUMN, DataType

__all__ = ["MeasuredFile", "measure_file", "profiled", "raised_list"]

LISTED_VALUES = 1_000
SHOWN_VALUES = 20
PERSONAL_SHARE = 0.5  # of the values of a column; what looks like an address half of the time is


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredFile:
    """The rows of a file as a table; `has_one_row_each`: at most one for each customer."""

    rows: int
    has_one_row_each: bool
    columns: tuple[ListColumn, ...]


def measure_file(path: Path, staged: Sequence[StagedColumn], key: CustomerKey) -> MeasuredFile:
    """Measure what a source has written; columns that it does not describe bear their own names."""
    table = pq.read_table(path)
    described = {column.name: column for column in staged}
    ids = table.column(ID_COLUMN).combine_chunks()
    ids = (ids.storage if isinstance(ids, pa.ExtensionArray) else ids).drop_null()
    return MeasuredFile(
        rows=table.num_rows,
        has_one_row_each=len(ids.unique()) == len(ids),
        columns=tuple(
            _measured(described.get(name, StagedColumn(name=name, label=name)), column, key)
            for name, column in zip(table.column_names, table.columns, strict=True)
            if name != ID_COLUMN
        ),
    )


def profiled(
    session: Session, file: FileTable, columns: Sequence[ListColumn]
) -> tuple[ListColumn, ...]:
    """Measure the rows of a list where they lie, as the tables of a build are measured."""
    personal = {one.name: AccessClass.PII for one in file.columns if one.is_pii}
    return _with_all_statistics(columns, profile_table(file_rows(file), session.rows, personal))


def raised_list(record: ListRecord, stated: StatedClasses) -> ListRecord:
    """Return the list with the classes that the site states of its columns, now or since."""
    table = f"{FILE_PREFIX}{record.slug}"
    return replace(
        record,
        columns=tuple(
            _restricted(one) if stated.of_column(table, one.name).is_restricted else one
            for one in record.columns
        ),
    )


def _restricted(column: ListColumn) -> ListColumn:
    """Return the column as personal data, without its values."""
    return replace(
        column,
        is_pii=True,
        minimum=None,
        maximum=None,
        values=None,
        mean=None,
        quantiles=None,
        top_values=(),
    )


def _with_all_statistics(
    columns: Sequence[ListColumn], profile: TableProfile
) -> tuple[ListColumn, ...]:
    found = {one.name: one for one in profile.columns}
    return tuple(_with_statistics(column, found[column.name]) for column in columns)


def _with_statistics(column: ListColumn, found: ColumnProfile) -> ListColumn:
    return replace(
        column,
        blanks=found.blanks,
        whitespace=found.whitespace,
        mean=found.mean,
        quantiles=None if found.quantiles is None else _in_order(found.quantiles),
        top_values=tuple((one.value, one.rows) for one in found.values[:SHOWN_VALUES]),
    )


def _in_order(found: Quantiles) -> tuple[str, ...]:
    return found.p05, found.p25, found.median, found.p75, found.p95


def _measured(staged: StagedColumn, column: pa.ChunkedArray, key: CustomerKey) -> ListColumn:
    kind = _data_type(column.type)
    is_pii = _is_personal(staged, kind, column, key)
    filled = len(column) - column.null_count
    distinct = pc.count_distinct(column).as_py()
    ends = {"min": None, "max": None}
    if filled and not is_pii and kind not in (DataType.STRING, DataType.BOOLEAN):
        ends = pc.min_max(column).as_py()
    return ListColumn(
        name=staged.name,
        label=staged.label,
        type=kind.value,
        is_pii=is_pii,
        filled=filled,
        distinct=distinct,
        minimum=None if ends["min"] is None else str(ends["min"]),
        maximum=None if ends["max"] is None else str(ends["max"]),
        values=_values(column, kind, distinct) if not is_pii else None,
    )


def _values(column: pa.ChunkedArray, kind: DataType, distinct: int) -> tuple[str, ...] | None:
    if kind is not DataType.STRING or not 0 < distinct <= LISTED_VALUES:
        return None
    return tuple(sorted(column.drop_null().unique().to_pylist()))


def _is_personal(
    staged: StagedColumn, kind: DataType, column: pa.ChunkedArray, key: CustomerKey
) -> bool:
    """Tell by what it is for, by its name, and by what its values look like."""
    if staged.is_key and key is not CustomerKey.AMPERITY_ID:
        return True
    if describe_by_name(staged.name, kind).is_pii:
        return True
    if kind is not DataType.STRING:
        return False
    values = column.drop_null()
    return any(_share(values, shape) >= PERSONAL_SHARE for shape in (Shape.EMAIL, Shape.PHONE))


def _share(values: pa.ChunkedArray, shape: Shape) -> float:
    fitting = pc.sum(pc.match_substring_regex(values, PATTERNS[shape])).as_py() or 0
    return fitting / len(values) if len(values) else 0.0


def _data_type(kind: pa.DataType) -> DataType:
    if pa.types.is_boolean(kind):
        return DataType.BOOLEAN
    if pa.types.is_integer(kind):
        return DataType.INTEGER
    if pa.types.is_decimal(kind):
        return DataType.DECIMAL
    if pa.types.is_floating(kind):
        return DataType.FLOAT
    if pa.types.is_timestamp(kind):
        return DataType.DATETIME
    return DataType.DATE if pa.types.is_date(kind) else DataType.STRING

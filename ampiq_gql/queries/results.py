"""Results of queries: a few rows to look at, a file to keep, or a list of customers.

A list is checked inside the database before a row of it is kept: every key there, none twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain, count
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import sqlalchemy as sa

from ampiq_gql.catalog import standard_metadata
from ampiq_gql.catalog.naming import normalise
from ampiq_gql.errors import Invalid
from ampiq_gql.insights.table_files import TableFormat, open_table
from ampiq_gql.plugin import CustomerKey, StagedColumn
from ampiq_gql.queries.errors import QueryResultUnusable
from ampiq_gql.queries.models import MAX_CSV_ROWS, QueryResult
from ampiq_gql.segments.list_columns import MeasuredFile, measure_file
from ampiq_gql.store.queries import QueryRecord
from ampiq_gql.warehouse import BUILD_SCHEMA, AnySelect, Session
from ampiq_gql.warehouse.ids import IdText
from ampiq_gql.warehouse.user_sql import UserSql
from dsl.catalog import ID_COLUMN

__all__ = ["Kept", "all_rows", "first_rows", "keep"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What a run has left: rows of the query, and customers on the list it makes."""

    rows: int
    customers: int | None
    measured: MeasuredFile | None = None


def first_rows(session: Session, query: UserSql, limit: int, *, may_read_pii: bool) -> QueryResult:
    """Return up to `limit` rows, with personal values left out for those who may not read them."""
    rows = session.rows(query.statement(may_read_pii=may_read_pii).limit(limit + 1))
    return QueryResult(
        columns=query.columns,
        rows=tuple(rows[:limit]),
        is_cut=len(rows) > limit,
        build_id=session.build.id,
        as_of=session.build.as_of,
    )


@contextmanager
def all_rows(
    session: Session, query: UserSql, file_format: TableFormat, *, may_read_pii: bool
) -> Iterator[pa.RecordBatchReader]:
    """Stream the rows for a file, without personal values for those who may not read them.

    A CSV file has at most `MAX_CSV_ROWS`; they are counted before the first row leaves, since a
    broken-off file can look whole. Raises `Invalid` (RESULT_TOO_LARGE).
    """
    if file_format is TableFormat.CSV:
        _refuse_too_many(session, query)
    with session.record_batch_reader(query.statement(may_read_pii=may_read_pii)) as reader:
        yield reader


def _refuse_too_many(session: Session, query: UserSql) -> None:
    rows = query.statement().limit(MAX_CSV_ROWS + 1).subquery("result")
    ((counted,),) = session.rows(sa.select(sa.func.count()).select_from(rows))
    if counted > MAX_CSV_ROWS:
        raise Invalid(
            "RESULT_TOO_LARGE",
            f"The result has more than {MAX_CSV_ROWS:,} rows, the most that a CSV file has.",
            hint="Take it as Parquet or Arrow, or narrow the query.",
        )


def keep(session: Session, record: QueryRecord, query: UserSql, path: Path) -> Kept:
    """Run the query; with a key, write its result to a Parquet file, led by the customers' ids.

    Without one the rows are counted and not kept: nobody could ask for them. Raises
    `QueryResultUnusable` when the result is not what the record promises.
    """
    if record.key is None:
        counted = sa.select(sa.func.count()).select_from(query.statement().subquery("result"))
        ((rows,),) = session.rows(counted)
        _check_rows(record, rows)
        return Kept(rows=rows, customers=None)
    key = CustomerKey(record.key)
    if key.value not in {column.name for column in query.columns}:
        raise QueryResultUnusable(
            "QUERY_KEY_MISSING",
            f'The result has no column "{key.value}".',
            hint=f"Name one: … AS {key.value}.",
        )
    result = session.materialise("query", query.statement())
    rows = _count(session, record, result, key)
    names = _names([column.name for column in query.columns if column.name != ID_COLUMN])
    reader = session.record_batch_reader(_with_ids(result, key, names))
    with open_table(TableFormat.PARQUET, path, reader.schema) as writer:
        for batch in reader:
            writer.write_batch(batch)
    return Kept(rows=rows, customers=_customers(path), measured=_measured(path, query, key, names))


def _names(results: Sequence[str]) -> dict[str, str]:
    """Return what the columns of a result are called in expressions: each by another name."""
    names: dict[str, str] = {}
    for result in results:
        name = normalise(result) or "column"
        taken = {ID_COLUMN, *names.values()}
        numbered = (f"{name}_{number}" for number in count(2))
        names[result] = next(one for one in chain((name,), numbered) if one not in taken)
    return names


def _measured(
    path: Path, query: UserSql, key: CustomerKey, names: Mapping[str, str]
) -> MeasuredFile:
    """Measure the columns; what is made of personal data is personal, whatever it looks like."""
    staged = [
        StagedColumn(name=name, label=result, is_key=result == key.value)
        for result, name in names.items()
    ]
    measured = measure_file(path, staged, key)
    personal = {names[one.name] for one in query.columns if one.is_pii and one.name in names}
    return replace(
        measured,
        columns=tuple(
            replace(one, is_pii=True, minimum=None, maximum=None, values=None)
            if one.name in personal
            else one
            for one in measured.columns
        ),
    )


def _customers(path: Path) -> int:
    ids = pq.read_table(path, columns=[ID_COLUMN]).column(0)
    return len(ids.unique())


def _count(session: Session, record: QueryRecord, result: sa.Table, key: CustomerKey) -> int:
    column = result.c[key.value]
    statement = sa.select(
        sa.func.count(), sa.func.count(column), sa.func.count(sa.distinct(column))
    ).select_from(result)
    ((rows, filled, different),) = session.rows(statement)
    _check_rows(record, rows)
    if filled < rows:
        raise QueryResultUnusable(
            "QUERY_KEY_NULL",
            f"{rows - filled:,} of {rows:,} rows have no {key.value}.",
            hint=f"Leave them out: WHERE {key.value} IS NOT NULL.",
        )
    if different < rows:
        raise QueryResultUnusable(
            "QUERY_KEY_REPEATED",
            f"{rows:,} rows name {different:,} different values of {key.value}.",
            hint=f"Return one row each: GROUP BY {key.value}.",
        )
    return int(rows)


def _check_rows(record: QueryRecord, rows: int) -> None:
    fewest, most = record.fewest_rows, record.most_rows
    if (fewest is not None and rows < fewest) or (most is not None and rows > most):
        expected = f"{fewest or 0:,} or more" if most is None else f"{fewest or 0:,} to {most:,}"
        raise QueryResultUnusable(
            "QUERY_ROWS_UNEXPECTED",
            f"The result has {rows:,} rows; {expected} are expected.",
            hint="Look at the data, or change what is expected. The former result stays.",
        )


def _with_ids(result: sa.Table, key: CustomerKey, names: Mapping[str, str]) -> AnySelect:
    """Return the rows, led by the ids of the customers who have the key."""
    others = [result.c[column].label(name) for column, name in names.items()]
    customers = standard_metadata().tables[f"{BUILD_SCHEMA}.merged_customers"]
    identity: sa.ColumnElement[Any] = IdText(customers.c[ID_COLUMN]).label(ID_COLUMN)
    known: sa.ColumnElement[Any] = customers.c[key.value]
    named: sa.ColumnElement[Any] = result.c[key.value]
    if key is CustomerKey.EMAIL:  # in whatever case it is written
        known, named = (sa.func.lower(sa.func.trim(one)) for one in (known, named))
    matches = known == named
    return sa.select(identity, *others).join_from(result, customers, matches)

"""What queries can read: the tables of the catalog, under their own names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from ampiq_gql.catalog import WarehouseCatalog
from ampiq_gql.errors import Invalid
from ampiq_gql.warehouse import Dialect
from ampiq_gql.warehouse.user_sql import ReadableColumn, ReadableTable, UserSql, guard
from dsl.catalog import ID_COLUMN, DataType

__all__ = ["engine_failures_told", "judged", "refuse_probes"]

_SQL_TYPES = {
    DataType.STRING: "TEXT",
    DataType.BOOLEAN: "BOOLEAN",
    DataType.DATE: "DATE",
    DataType.DATETIME: "TIMESTAMP",
    DataType.INTEGER: "BIGINT",
    DataType.DECIMAL: "DECIMAL(38, 4)",
    DataType.FLOAT: "DOUBLE",
}


def judged(text: str, dialect: Dialect, catalog: WarehouseCatalog) -> UserSql:
    """Hold a query against the catalog and the uploaded files. Raises `SqlRefused`."""
    return guard(text, dialect, [*_readable(catalog), *_readable_files(catalog)])


def refuse_probes(query: UserSql, *, may_read_pii: bool) -> None:
    """Refuse a query that filters or groups by what its reader may not see (readings.md 22)."""
    if query.probes and not may_read_pii:
        raise Invalid(
            "PII_RESTRICTED",
            f"The query filters, groups or sorts by personal data: {', '.join(query.probes)}.",
            hint="Show such columns (their values stay hidden) or leave them out.",
        )


@contextmanager
def engine_failures_told(*, may_read_pii: bool) -> Iterator[None]:
    """Tell what the engine says of a judged query that it cannot compute, such as a bad cast.

    The engine quotes values, so that its words are for those who may see them. Raises `Invalid`
    (SQL_FAILED).
    """
    try:
        yield
    except (sa.exc.DBAPIError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # of a file; a stream of rows reports an OSError that has nothing but a text
        said = str(error.orig if isinstance(error, sa.exc.DBAPIError) else error)
        first = next((line.strip() for line in said.splitlines() if line.strip()), "")
        raise Invalid(
            "SQL_FAILED",
            f"The database cannot compute the query{f': {first}' if may_read_pii else '.'}",
            hint="A cast that may fail is written TRY_CAST where the engine has it.",
        ) from error


def _readable(catalog: WarehouseCatalog) -> Iterable[ReadableTable]:
    return [
        ReadableTable(
            name=table.name,
            relation=table.name,
            columns=tuple(
                ReadableColumn(name=one.name, type=_SQL_TYPES[one.type], is_pii=one.is_pii)
                for one in table.columns
            ),
        )
        for table in catalog.tables
    ]


def _readable_files(catalog: WarehouseCatalog) -> Iterable[ReadableTable]:
    """Uploaded files are `upload_<name>`; rows that name nobody have no id."""
    identity = ReadableColumn(name=ID_COLUMN, type=_SQL_TYPES[DataType.STRING], is_pii=False)
    return [
        ReadableTable(
            name=f"upload_{file.slug}",
            relation=file.relation,
            columns=(
                identity,
                *(
                    ReadableColumn(name=one.name, type=_SQL_TYPES[one.type], is_pii=one.is_pii)
                    for one in file.columns
                ),
            ),
        )
        for file in catalog.uploaded
    ]

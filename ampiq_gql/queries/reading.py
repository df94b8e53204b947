"""What queries can read: the tables of the catalog, under their own names."""

from __future__ import annotations

from collections.abc import Iterable

from ampiq_gql.catalog import WarehouseCatalog
from ampiq_gql.errors import Invalid
from ampiq_gql.warehouse import Dialect
from ampiq_gql.warehouse.user_sql import ReadableColumn, ReadableTable, UserSql, guard
from dsl.catalog import DataType

__all__ = ["judged", "refuse_probes"]

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
    """Hold a query against the catalog. Raises `SqlRefused`."""
    return guard(text, dialect, _readable(catalog))


def refuse_probes(query: UserSql, *, may_read_pii: bool) -> None:
    """Refuse a query that filters or groups by what its reader may not see (readings.md 22)."""
    if query.probes and not may_read_pii:
        raise Invalid(
            "PII_RESTRICTED",
            f"The query filters, groups or sorts by personal data: {', '.join(query.probes)}.",
            hint="Show such columns (their values stay hidden) or leave them out.",
        )


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

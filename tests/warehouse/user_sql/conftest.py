"""Two tables of a customer-360, small enough to see through, and an uploaded file."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ampiq_gql.warehouse import Dialect
from ampiq_gql.warehouse.user_sql import ReadableColumn, ReadableTable, UserSql, guard

Guard = Callable[..., UserSql]

PERSONAL = {"email", "phone"}
TABLES = {
    "merged_customers": {"amperity_id": "UUID", "email": "TEXT", "phone": "TEXT", "city": "TEXT"},
    "unified_transactions": {
        "amperity_id": "UUID",
        "order_id": "TEXT",
        "order_datetime": "TIMESTAMP",
        "order_revenue": "DECIMAL(18, 4)",
    },
    "file_vips": {"amperity_id": "UUID", "tier": "TEXT"},
}
RELATIONS = {"file_vips": "list_5f0c"}


def readable() -> tuple[ReadableTable, ...]:
    """Return what queries of these tests may read."""
    return tuple(
        ReadableTable(
            name=name,
            relation=RELATIONS.get(name, name),
            columns=tuple(
                ReadableColumn(name=column, type=kind, is_pii=column in PERSONAL)
                for column, kind in columns.items()
            ),
        )
        for name, columns in TABLES.items()
    )


@pytest.fixture
def guarded() -> Guard:
    def guarded(text: str, dialect: Dialect = Dialect.DUCKDB) -> UserSql:
        return guard(text, dialect, readable())

    return guarded

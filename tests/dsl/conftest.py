"""A DuckDB that holds the fixture's customer-360."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from tests.dsl.fixture import METADATA, Warehouse


@pytest.fixture(scope="module")
def warehouse() -> Iterator[Warehouse]:
    """The fixture's tables, empty until a test fills them."""
    engine = sa.create_engine("duckdb:///:memory:")
    with engine.connect() as connection:
        connection.execute(sa.schema.CreateSchema("c360"))
        METADATA.create_all(connection)
        yield Warehouse(connection)
    engine.dispose()

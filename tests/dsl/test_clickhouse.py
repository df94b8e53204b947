"""The statements mean the same on ClickHouse as on DuckDB."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from ampiq_gql.warehouse.clickhouse import DRIVER_NAME, MEANING
from dsl import AsOf
from tests.clickhouse_server import serve
from tests.dsl.fixture import AS_OF, METADATA, Data, Warehouse
from tests.dsl.random_customers import customers_of
from tests.dsl.test_compiler_sql import CASES
from tests.dsl.test_postgresql import FURTHER, WEST


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """The fixture's tables on a ClickHouse of their own."""
    with serve(tmp_path_factory.mktemp("clickhouse")) as port:
        url = sa.URL.create(
            DRIVER_NAME,
            host="127.0.0.1",
            port=port,
            database="default",
            query={**MEANING, "compress": "false"},
        )
        engine = sa.create_engine(url)
        with engine.connect() as connection:
            connection.execute(sa.text("CREATE DATABASE c360"))
            for table in METADATA.sorted_tables:
                connection.execute(sa.schema.CreateTable(table))
            yield Warehouse(connection)
        engine.dispose()


def fill(server: Warehouse, data: Data) -> None:
    """Insert as the driver does it for many rows."""
    client = server.connection.connection.driver_connection.client
    for table in METADATA.sorted_tables:
        blank = dict.fromkeys(table.c.keys())
        rows = [list((blank | row).values()) for row in data.get(table.name, ())]
        if rows:
            # Told whole: the driver would take what stands before a point for the database.
            name = f"`{table.schema}`.`{table.name}`"
            client.insert(name, rows, column_names=list(blank))


def test_both_engines_find_the_same_customers(warehouse: Warehouse, server: Warehouse) -> None:
    data = customers_of(0)
    warehouse.fill(data)
    fill(server, data)
    as_of = AsOf.on(AS_OF)
    for text in (*CASES.values(), *FURTHER):
        assert server.ids(text, WEST, as_of) == warehouse.ids(text, WEST, as_of), text

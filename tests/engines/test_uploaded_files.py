"""An uploaded file is the same table on every engine; rows that name nobody have no id there."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa

from ampiq_gql.catalog.file_tables import FileColumn, FileTable, file_table_entry
from ampiq_gql.warehouse import open_warehouse
from dsl.catalog import DataType
from tests.engines.conftest import SERVERS, NewHome
from tests.engines.test_postgresql_builds import build
from tests.warehouse.builders import customer_id, source_customers

VALUES: dict[str, tuple[DataType, pa.DataType, Any]] = {
    "stars": (DataType.INTEGER, pa.int64(), 5),
    "paid": (DataType.DECIMAL, pa.decimal128(18, 4), Decimal("19.9000")),
    "share": (DataType.FLOAT, pa.float64(), 0.25),
    "likes": (DataType.BOOLEAN, pa.bool_(), True),
    "day": (DataType.DATE, pa.date32(), date(2026, 2, 28)),
    "at": (DataType.DATETIME, pa.timestamp("us"), datetime(2026, 2, 28, 10, 30)),  # noqa: DTZ001
    "note": (DataType.STRING, pa.string(), "Ünï, “quoted”"),
}


def columns() -> tuple[FileColumn, ...]:
    return tuple(
        FileColumn(name=name, label=name, type=kind, is_pii=False, filled=1, distinct=1)
        for name, (kind, _, _) in VALUES.items()
    )


@pytest.mark.parametrize("engine", ["duckdb", *SERVERS])
def test_every_type_comes_back(new_home: NewHome, engine: str, tmp_path: Path) -> None:
    path = tmp_path / "file.parquet"
    ids = pa.array([customer_id(1).bytes, None, None], pa.uuid())
    rows = {name: pa.array([value, value, None], kind) for name, (_, kind, value) in VALUES.items()}
    pq.write_table(pa.table({"amperity_id": ids, **rows}), path)
    warehouse = open_warehouse(new_home(engine))
    with warehouse.sources("ingest of the test") as sources, sources.connection.begin():
        source_customers.create(sources.connection)
        sources.connection.execute(source_customers.insert().values(customer_id="1", city="Rome"))
    build(warehouse, "b1", rows=3)
    warehouse.publish_file("lists", "survey", path)
    table = file_table_entry(
        FileTable(
            slug="survey",
            label="Survey",
            relation="list_survey",
            rows=3,
            has_one_row_each=True,
            columns=columns(),
        )
    )
    assert table.id_column is not None
    wanted = sa.select(table.id_column, *(one.element for one in table.columns))
    values = tuple(value for _, _, value in VALUES.values())
    with warehouse.read() as session:
        found = session.rows(wanted.where(table.columns[0].element.is_not(None)))
        nobody = session.rows(sa.select(sa.func.count()).where(table.id_column.is_(None)))
    warehouse.close()
    by_name = sorted(found, key=lambda row: row[0] is None)
    assert by_name == [(customer_id(1), *values), (None, *values)]
    assert nobody == [(2,)]

"""The Complete Journey, 1.47 million receipt lines, and a synthetic shop of 2,000 customers are the
same on every engine, to the cent.

Takes minutes and is no part of the routine suite: `make test-engines` runs it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa

from ampiq_gql.build import BuildService
from ampiq_gql.demo import journey
from ampiq_gql.ingest import IngestRequest, IngestService
from ampiq_gql.progress import Silent
from ampiq_gql.warehouse import Session, open_warehouse
from tests.engines.checksums import built_tables
from tests.engines.conftest import SERVERS, NewHome
from tests.engines.test_identical_tables import synthetic_checksums


def checksums(new_home: NewHome, engine: str) -> dict[str, str]:
    """Load and build the Journey; return rows and a hash of each column and of whole rows."""
    settings = new_home(engine)
    warehouse = open_warehouse(settings)
    files = journey.write_files(settings.home / "demo", Silent())
    service = IngestService(warehouse, settings)
    for file in files:
        service.load(IngestRequest(files=(file.path,), kind=file.kind, source="journey"), Silent())
    BuildService(warehouse, settings).run(journey.as_of(files), Silent())
    with warehouse.read(timeout_seconds=600) as session:
        found = dict(_sums(session, settings.home / "table.parquet"))
    warehouse.close()
    return found


def _sums(session: Session, file: Path) -> Iterator[tuple[str, str]]:
    for table in built_tables(session):
        with (
            session.record_batch_reader(sa.select(*table.columns)) as reader,
            pq.ParquetWriter(file, reader.schema) as writer,
        ):
            for batch in reader:
                writer.write_batch(batch)
        texts = {name: f'CAST("{name}" AS VARCHAR)' for name in table.columns.keys()}  # noqa: SIM118 - not a dict
        texts["*"] = f"concat_ws('|', {', '.join(texts.values())})"
        hashes = ", ".join(f"sum(hash({text}))" for text in texts.values())
        with duckdb.connect() as database:
            query = f"SELECT count(*), {hashes} FROM read_parquet('{file}')"
            rows, *found = database.execute(query).fetchall()[0]
        for name, value in zip(texts, found, strict=True):
            yield f"{table.name}.{name}", f"{rows} {value}"


@pytest.fixture(scope="session")
def expected(new_home: NewHome) -> dict[str, str]:
    return checksums(new_home, "duckdb")


@pytest.mark.parametrize("engine", SERVERS)
def test_the_journey_is_the_same_in_every_column(
    new_home: NewHome, engine: str, expected: dict[str, str]
) -> None:
    found = checksums(new_home, engine)
    differing = {name for name in expected if found.get(name) != expected[name]}
    assert differing == set()
    assert found.keys() == expected.keys()
    assert int(expected["unified_itemized_transactions.*"].split()[0]) > 1_000_000


CUSTOMERS = 2_000


@pytest.fixture(scope="session")
def expected_shop(new_home: NewHome) -> dict[str, str]:
    return synthetic_checksums(new_home, "duckdb", CUSTOMERS)


@pytest.mark.parametrize("engine", SERVERS)
def test_a_larger_synthetic_shop_is_the_same_in_every_column(
    new_home: NewHome, engine: str, expected_shop: dict[str, str]
) -> None:
    assert synthetic_checksums(new_home, engine, CUSTOMERS) == expected_shop

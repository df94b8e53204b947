"""Builds on a PostgreSQL server appear all at once, stay while they are read, and then go."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa

from ampiq_gql.errors import Fault
from ampiq_gql.settings import Settings
from ampiq_gql.warehouse import BuildInfo, SourcesBusy, Warehouse
from tests.warehouse.builders import build_info, customer_id, customers, fill, source_customers

CITIES = sa.select(customers.c.city, sa.func.count()).group_by(customers.c.city)


def build(warehouse: Warehouse, build_id: str, *, city: str = "Rome", rows: int = 3) -> BuildInfo:
    with warehouse.start_build(build_info(build_id)) as writer:
        fill(writer.connection, city, rows)
        return writer.publish()


def cities(warehouse: Warehouse) -> list[tuple[str, int]]:
    with warehouse.read() as session:
        return session.rows(CITIES)


def schemas(settings: Settings, prefix: str) -> list[str]:
    assert settings.warehouse_url is not None
    engine = sa.create_engine(settings.warehouse_url)
    with engine.connect() as connection:
        found = sa.inspect(connection).get_schema_names()
    engine.dispose()
    return sorted(name for name in found if name.startswith(prefix))


def test_a_published_build_is_read_at_once(warehouse: Warehouse) -> None:
    build(warehouse, "b1", city="Rome", rows=3)
    assert cities(warehouse) == [("Rome", 3)]
    build(warehouse, "b2", city="Oslo", rows=2)
    assert cities(warehouse) == [("Oslo", 2)]
    assert warehouse.current_build() == build_info("b2")


def test_a_build_reads_the_sources_and_cannot_write_them(warehouse: Warehouse) -> None:
    with warehouse.start_build(build_info("b1")) as writer:
        assert writer.connection.execute(sa.select(source_customers)).all() == [("1", "Rome")]
        (table,) = writer.source_tables().sorted_tables
        assert table.fullname == "sources.customers"
        with pytest.raises(Fault, match="read-only"):
            writer.connection.execute(source_customers.delete())


def test_a_build_that_is_not_published_leaves_nothing(
    warehouse: Warehouse, postgres_settings: Settings
) -> None:
    build(warehouse, "b1")
    with warehouse.start_build(build_info("b2")) as writer:
        fill(writer.connection, "Oslo", 1)
    assert schemas(postgres_settings, "ampiq_build_") == ["ampiq_build_b1"]
    assert cities(warehouse) == [("Rome", 3)]


def test_an_open_session_stays_with_its_build_until_it_ends(
    warehouse: Warehouse, postgres_settings: Settings
) -> None:
    build(warehouse, "b1")
    with warehouse.read() as session:
        for number in range(2, 7):
            build(warehouse, f"b{number}", city="Oslo")
        assert session.rows(CITIES) == [("Rome", 3)]
        assert "ampiq_build_b1" in schemas(postgres_settings, "ampiq_build_")
    build(warehouse, "b7")
    kept = [f"ampiq_build_b{number}" for number in (5, 6, 7)]
    assert schemas(postgres_settings, "ampiq_build_") == kept


KILLED_BUILD = """
    import signal, sys
    from ampiq_gql.settings import Settings
    from ampiq_gql.warehouse import open_warehouse
    from tests.warehouse.builders import build_info, fill

    warehouse = open_warehouse(Settings(home=sys.argv[1], warehouse_url=sys.argv[2]))
    with warehouse.start_build(build_info("b2")) as writer:
        fill(writer.connection, "Oslo", 100)
        print("building", flush=True)
        signal.pause()
"""


def test_a_killed_build_changes_nothing_and_the_next_one_is_clean(
    warehouse: Warehouse, postgres_settings: Settings
) -> None:
    build(warehouse, "b1")
    home, url = str(postgres_settings.home), str(postgres_settings.warehouse_url)
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(KILLED_BUILD), home, url], stdout=subprocess.PIPE
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"building\n"
        with pytest.raises(SourcesBusy, match="build b2"), warehouse.sources("too early"):
            pass
        process.send_signal(signal.SIGKILL)
    assert "ampiq_build_b2" in schemas(postgres_settings, "ampiq_build_")
    assert cities(warehouse) == [("Rome", 3)]
    build(warehouse, "b2", city="Lima", rows=4)
    assert cities(warehouse) == [("Lima", 4)]


def test_a_second_opener_is_told_who_has_the_sources(warehouse: Warehouse) -> None:
    with (
        warehouse.sources("ingest orders.csv"),
        pytest.raises(SourcesBusy, match=r"ingest orders\.csv \(process \d+, since 20"),
        warehouse.sources("ingest other.csv"),
    ):
        pass


def test_what_is_not_committed_is_lost(warehouse: Warehouse) -> None:
    with warehouse.sources("load") as opened:
        opened.connection.execute(source_customers.insert().values(customer_id="2"))
    with warehouse.sources("look") as opened:
        assert len(opened.connection.execute(sa.select(source_customers)).all()) == 1


def test_published_files_are_tables_and_never_change_under_a_reader(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    build(warehouse, "b1")
    vips = sa.table(
        "list_vips", sa.column("amperity_id", sa.Uuid), sa.column("tier"), schema="c360"
    )
    _publish(warehouse, tmp_path / "one.parquet", "gold")
    with warehouse.read() as session:
        _publish(warehouse, tmp_path / "two.parquet", "silver")
        assert session.rows(sa.select(vips)) == [(customer_id(1), "gold")]
    with warehouse.read() as session:
        assert session.rows(sa.select(vips)) == [(customer_id(1), "silver")]
        assert session.snapshot == "b1.2"


def _publish(warehouse: Warehouse, path: Path, tier: str) -> None:
    pq.write_table(pa.table({"amperity_id": [str(customer_id(1))], "tier": [tier]}), path)
    warehouse.publish_file("lists", "vips", path)
    assert not path.exists()

"""What a reader cannot do, even when a part of its statement is text that a user wrote."""

from __future__ import annotations

import stat

import duckdb
import pyarrow as pa
import pytest
import sqlalchemy as sa

from ampiq_gql.errors import Fault
from ampiq_gql.settings import Settings
from ampiq_gql.warehouse import Warehouse
from ampiq_gql.warehouse.duckdb.instance import raw_connection
from ampiq_gql.warehouse.duckdb.session import DuckDBSession
from tests.warehouse.builders import customers
from tests.warehouse.conftest import Build


def user_sql(text: str) -> sa.Select[str]:
    """A statement as a SQL segment would make it, without the parser that guards it."""
    return sa.select(sa.literal_column("*")).select_from(sa.text(text))


@pytest.mark.parametrize(
    "source",
    [
        "read_text('/etc/passwd')",
        "read_csv('/etc/passwd')",
        "glob('/etc/*')",
        "read_text('{home}/warehouse.json')",
        "read_text('{home}/sources.duckdb')",
        "read_parquet('https://example.com/a.parquet')",
        "parquet_scan('s3://bucket/a.parquet')",
    ],
)
def test_files_and_addresses_are_out_of_reach(
    warehouse: Warehouse, build: Build, settings: Settings, source: str
) -> None:
    build("b1")
    with warehouse.read() as session, pytest.raises(sa.exc.DBAPIError) as caught:
        session.rows(user_sql(source.format(home=settings.home)))
    assert "disabled" in str(caught.value)


@pytest.mark.parametrize(
    "smuggled",
    [
        "SET memory_limit = '10GB'",
        "SET enable_external_access = true",
        "ATTACH '/tmp/other.duckdb'",
        "COPY (SELECT 1) TO '{home}/builds/evil.csv'",
        "COPY (SELECT 1) TO '{home}/builds/b1.duckdb' (FORMAT csv, USE_TMP_FILE false)",
        "CREATE TABLE memory.main.x (i INT)",
        "DROP VIEW c360.merged_customers",
        "INSERT INTO build.c360.merged_customers VALUES (NULL, 'x', 1)",
        "INSTALL httpfs",
        "PRAGMA database_list",
        "EXPORT DATABASE '/tmp/x'",
    ],
)
def test_a_second_statement_is_refused(
    warehouse: Warehouse, build: Build, settings: Settings, smuggled: str
) -> None:
    build("b1")
    text = f"(SELECT 1); {smuggled.format(home=settings.home)}"
    with warehouse.read() as session:
        with pytest.raises(Fault, match="one SELECT"):
            session.rows(user_sql(text))
        with pytest.raises(Fault, match="one CREATE"):
            session.materialise("x", user_sql(text))
    assert not (settings.home / "builds" / "evil.csv").exists()


@pytest.mark.parametrize(
    ("smuggled", "refusal"),
    [
        ("SET memory_limit = '10GB'", "configuration has been locked"),
        ("ATTACH '{home}/other.duckdb' AS other", "disabled by configuration"),
        ("COPY (SELECT 1) TO '{home}/builds/evil.csv'", "disabled by configuration"),
        ("COPY (SELECT 1) TO '{home}/lists/evil.csv'", "disabled by configuration"),
        ("INSERT INTO build.c360.merged_customers VALUES (NULL, 'x', 1)", "read-only mode"),
        ("LOAD httpfs", "disabled"),
    ],
)
def test_the_database_itself_refuses_what_the_guard_would_let_pass(
    warehouse: Warehouse, build: Build, settings: Settings, smuggled: str, refusal: str
) -> None:
    build("b1")
    with warehouse.read() as session:
        assert isinstance(session, DuckDBSession)
        raw = raw_connection(session._connection)
        with pytest.raises(duckdb.Error, match=refusal):
            raw.execute(smuggled.format(home=settings.home))


def test_variables_of_the_process_are_no_tables(warehouse: Warehouse, build: Build) -> None:
    build("b1")
    secrets = pa.table({"password": ["x"]})
    with warehouse.read() as session, pytest.raises(sa.exc.DBAPIError, match="does not exist"):
        session.rows(user_sql("secrets"))
    assert secrets.num_rows == 1


def test_finished_files_cannot_be_written(
    warehouse: Warehouse, build: Build, settings: Settings
) -> None:
    build("b1")
    assert stat.filemode((settings.home / "builds" / "b1.duckdb").stat().st_mode) == "-r--r--r--"


@pytest.mark.parametrize(
    "text",
    [
        "SELECT 'x' AS found FROM information_schema.tables",
        "SELECT name AS found FROM duckdb_settings()",
        "SELECT 'x' AS found FROM duckdb_tables",
        "SELECT 'x' AS found FROM c360.merged_customers, pg_catalog.pg_class",
        "WITH x AS (SELECT * FROM pragma_database_list()) SELECT 'x' AS found FROM x",
        "SELECT (SELECT count(*) FROM sqlite_master)::text AS found",
    ],
)
def test_text_of_users_reaches_no_catalog_of_the_engine(
    warehouse: Warehouse, build: Build, text: str
) -> None:
    build("b1")
    asked = sa.text(text.replace("::", r"\:\:")).columns(sa.column("found", sa.Text))
    with warehouse.read() as session:
        for use in (session.rows, lambda wanted: session.materialise("found", wanted)):
            with pytest.raises(Fault, match="may not read"):
                use(sa.select(asked.subquery().c.found))


def test_text_of_users_reads_the_build_and_what_was_materialised(
    warehouse: Warehouse, build: Build
) -> None:
    build("b1", rows=3)
    with warehouse.read() as session:
        kept = session.materialise("kept", sa.select(customers))
        text = f"SELECT count(*) AS n FROM c360.merged_customers JOIN {kept.name} USING (city)"
        assert session.rows(sa.text(text).columns(sa.column("n", sa.BigInteger))) == [(9,)]

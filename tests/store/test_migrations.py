"""The tables that migrations make are the tables that the models describe."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from ampiq_gql.errors import Conflict, Invalid
from ampiq_gql.settings import Settings
from ampiq_gql.store import Store, engine
from ampiq_gql.store.base import Base
from ampiq_gql.store.migrate import bring_up_to_date


def test_migrations_make_exactly_what_the_models_describe(settings: Settings) -> None:
    migrator = engine.for_migration(settings)
    bring_up_to_date(migrator)
    with migrator.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []


def test_constraints_of_migrations_are_named_as_in_the_models(settings: Settings) -> None:
    bring_up_to_date(engine.for_migration(settings))
    with sqlite3.connect(settings.home / "store.sqlite") as connection:
        sql = "\n".join(row[0] or "" for row in connection.execute("SELECT sql FROM sqlite_master"))
    connection.close()
    named = [
        str(constraint.name)
        for table in Base.metadata.tables.values()
        for constraint in (*table.constraints, *table.indexes)
    ]
    assert [name for name in named if name not in sql] == []


def test_opening_again_changes_nothing(settings: Settings) -> None:
    Store.open(settings).close()
    before = (settings.home / "store.sqlite").read_bytes()
    Store.open(settings).close()
    assert (settings.home / "store.sqlite").read_bytes() == before


def test_threads_may_open_a_new_store_together(settings: Settings) -> None:
    with ThreadPoolExecutor(4) as pool:
        stores = list(pool.map(lambda _: Store.open(settings), range(4)))
    for store in stores:
        store.close()


def test_processes_may_open_a_new_store_together(settings: Settings) -> None:
    code = (
        "from ampiq_gql.settings import Settings; from ampiq_gql.store import Store; import sys;"
        "Store.open(Settings(home=sys.argv[1])).close()"
    )
    openers = [subprocess.Popen([sys.executable, "-c", code, str(settings.home)]) for _ in range(3)]
    assert [opener.wait() for opener in openers] == [0, 0, 0]


def test_a_store_of_a_newer_version_is_refused(settings: Settings) -> None:
    Store.open(settings).close()
    with sqlite3.connect(settings.home / "store.sqlite") as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'f999'")
    connection.close()
    with pytest.raises(Conflict, match="newer AmpIQ") as refused:
        Store.open(settings)
    assert refused.value.code == "STORE_TOO_NEW"


def test_an_address_that_is_no_database_is_refused(settings: Settings) -> None:
    with pytest.raises(Invalid) as refused:
        Store.open(settings.model_copy(update={"store_url": "no database"}))
    assert (refused.value.code, refused.value.place) == ("STORE_URL_INVALID", "store_url")

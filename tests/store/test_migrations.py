"""The tables that migrations make are the tables that the models describe."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Inspector, inspect, text

from ampiq_gql.errors import Conflict, OperatorError
from ampiq_gql.settings import Settings
from ampiq_gql.store import Store, engine, migrate
from ampiq_gql.store.base import Base
from ampiq_gql.store.migrate import bring_up_to_date, newest_revision
from tests.store.builders import segment


def test_migrations_make_exactly_what_the_models_describe(settings: Settings) -> None:
    migrator = engine.for_migration(settings)
    bring_up_to_date(migrator)
    with migrator.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []


def test_constraints_of_migrations_are_named_as_in_the_models(settings: Settings) -> None:
    migrator = engine.for_migration(settings)
    bring_up_to_date(migrator)
    found = names_in(inspect(migrator))
    tables = Base.metadata.tables.values()
    described = {str(part.name) for table in tables for part in table.constraints}
    described |= {str(part.name) for table in tables for part in table.indexes}
    assert described - found == set()


def names_in(database: Inspector) -> set[str | None]:
    tables = database.get_table_names()
    parts = [
        *(part for table in tables for part in database.get_unique_constraints(table)),
        *(part for table in tables for part in database.get_check_constraints(table)),
        *(part for table in tables for part in database.get_foreign_keys(table)),
        *(part for table in tables for part in database.get_indexes(table)),
        *(database.get_pk_constraint(table) for table in tables),
    ]
    return {part["name"] for part in parts}


def test_revisions_are_the_numbers_of_their_files() -> None:
    folder = Path(migrate.__file__).with_name("migrations")
    scripts = ScriptDirectory(str(folder))
    assert newest_revision() == scripts.get_current_head()
    for script in scripts.walk_revisions():
        assert Path(script.path).name.startswith(f"{script.revision}_")


def test_opening_again_keeps_what_is_there(settings: Settings) -> None:
    kept = segment()
    for _ in range(2):
        store = Store.open(settings)
        with store.begin() as work:
            if work.segments.get(kept.id) is None:
                work.segments.add(kept)
            assert work.segments.names() == (kept.name,)
        store.close()


def test_threads_may_open_a_new_store_together(settings: Settings) -> None:
    with ThreadPoolExecutor(4) as pool:
        stores = list(pool.map(lambda _: Store.open(settings), range(4)))
    for store in stores:
        store.close()


def test_processes_may_open_a_new_store_together(settings: Settings) -> None:
    code = (
        "from ampiq_gql.settings import Settings; from ampiq_gql.store import Store; import sys;"
        "Store.open(Settings(home=sys.argv[1], store_url=sys.argv[2] or None)).close()"
    )
    openers = [
        subprocess.Popen([sys.executable, "-c", code, str(settings.home), settings.store_url or ""])
        for _ in range(2)
    ]
    assert [opener.wait() for opener in openers] == [0, 0]


def test_a_store_of_a_newer_version_is_refused(settings: Settings) -> None:
    Store.open(settings).close()
    with engine.for_migration(settings).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'f999'"))
    with pytest.raises(Conflict, match="newer AmpIQ") as refused:
        Store.open(settings)
    assert refused.value.code == "STORE_TOO_NEW"


def test_an_address_that_is_no_database_is_refused(settings: Settings) -> None:
    with pytest.raises(OperatorError) as refused:
        Store.open(settings.model_copy(update={"store_url": "no database"}))
    assert (refused.value.code, refused.value.place) == ("STORE_URL_INVALID", "store_url")

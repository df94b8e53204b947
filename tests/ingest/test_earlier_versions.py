"""A home whose sources an earlier version made is told so, not broken."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.schema import CreateTable

from ampiq_gql.build import BuildService
from ampiq_gql.ingest.errors import SourcesOutdated
from ampiq_gql.progress import Silent
from ampiq_gql.settings import Settings
from ampiq_gql.warehouse import SOURCES_SCHEMA, open_warehouse

FORMER_LOADS = sa.Table(
    "loads",
    sa.MetaData(schema=SOURCES_SCHEMA),
    sa.Column("load_id", sa.Text),
    sa.Column("kind", sa.Text),
)


def test_sources_of_an_earlier_version_are_refused_with_a_way_out(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    warehouse = open_warehouse(settings)
    with warehouse.sources("an earlier version") as sources, sources.connection.begin():
        sources.connection.execute(CreateTable(FORMER_LOADS))
    with pytest.raises(SourcesOutdated) as caught:
        BuildService(warehouse, settings).run(None, Silent())
    assert "AMPIQ_HOME" in (caught.value.hint or "")
    warehouse.close()

"""A fresh home for every test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ampiq_gql.settings import Settings
from ampiq_gql.warehouse import open_warehouse
from tests.ingest.builders import Loading


@pytest.fixture
def loading(tmp_path: Path) -> Iterator[Loading]:
    settings = Settings(home=tmp_path / "home")
    warehouse = open_warehouse(settings)
    yield Loading(tmp_path, settings, warehouse)
    warehouse.close()

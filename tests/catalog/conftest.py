"""Warehouses in temporary homes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ampiq_gql.settings import Settings
from ampiq_gql.warehouse import Warehouse, open_warehouse


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    opened = open_warehouse(Settings.load(home=tmp_path / "home"))
    yield opened
    opened.close()

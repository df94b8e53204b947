"""Homes to build in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ampiq_gql.settings import Settings
from ampiq_gql.warehouse import open_warehouse
from tests.build.house import House


@pytest.fixture(scope="module")
def new_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., House]]:
    """Open homes that live as long as the module's tests."""
    opened: list[House] = []

    def open_house(time_zone: str = "UTC") -> House:
        folder: Path = tmp_path_factory.mktemp("house")
        settings = Settings(home=folder / "home", time_zone=time_zone)
        opened.append(House(folder, settings, open_warehouse(settings)))
        return opened[-1]

    yield open_house
    for house in opened:
        house.warehouse.close()

"""A warehouse per test, and one with the Complete Journey and its model for the whole session."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ampiq_gql.predict import PredictService, TrainReport
from ampiq_gql.settings import Settings
from ampiq_gql.warehouse import Warehouse, open_warehouse
from tests.predict.builders import publish_journey


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.load(home=tmp_path / "home")


@pytest.fixture
def warehouse(settings: Settings) -> Iterator[Warehouse]:
    opened = open_warehouse(settings)
    with opened.sources("tests"):
        pass  # a build needs the file of the sources, empty as it is here
    yield opened
    opened.close()


class Journey:
    """The Complete Journey, built and trained once."""

    def __init__(self, home: Path) -> None:
        self.settings = Settings.load(home=home)
        self.warehouse = open_warehouse(self.settings)
        with self.warehouse.sources("tests"):
            pass
        self.build = publish_journey(self.warehouse)
        self.service = PredictService(self.warehouse, self.settings)
        self.report: TrainReport = self.service.train(90)


@pytest.fixture(scope="session")
def journey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journey]:
    trained = Journey(tmp_path_factory.mktemp("journey"))
    yield trained
    trained.warehouse.close()

"""One training from end to end on a shop that has more rows than may train."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

import pytest

from ampiq_gql.errors import Invalid
from ampiq_gql.predict import PredictService, TrainReport
from ampiq_gql.predict.registry import ModelRegistry
from ampiq_gql.settings import Settings
from ampiq_gql.warehouse import open_warehouse
from tests.predict.builders import Simulation, publish_build

MOST = 2_000


@dataclass
class Counted:
    """A progress that remembers how far each step came."""

    steps: dict[str, tuple[int, int | None]] = field(default_factory=dict)
    present: str = ""

    def start(self, title: str, total: int | None = None) -> None:
        self.present = title
        self.steps[title] = (0, total)

    def advance(self, units: int = 1) -> None:
        done, total = self.steps[self.present]
        self.steps[self.present] = (done + units, total)

    def finish(self) -> None:
        pass


@dataclass(frozen=True)
class Shop:
    """A shop whose model was trained on a sample."""

    settings: Settings
    service: PredictService
    report: TrainReport
    progress: Counted
    customers: int


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    allowed = Settings.load(home=tmp_path_factory.mktemp("large"))
    settings = allowed.model_copy(update={"max_training_rows": MOST})
    warehouse = open_warehouse(settings)
    with warehouse.sources("tests"):
        pass
    bought = Simulation(customers=3_000, days=540).orders(date(2025, 1, 1))
    publish_build(warehouse, bought, as_of=date(2026, 6, 25))
    service, progress = PredictService(warehouse, settings), Counted()
    report = service.train(90, progress)
    yield Shop(settings, service, report, progress, len({order.customer for order in bought}))
    warehouse.close()


def test_no_more_rows_train_than_may(shop: Shop) -> None:
    rows = shop.report.rows
    assert rows is not None
    assert 0.95 * MOST < rows.used <= MOST < rows.there


def test_the_card_tells_how_many_rows_there_were_and_how_many_trained(shop: Shop) -> None:
    card = ModelRegistry(shop.settings.home / "models").active()
    rows = shop.report.rows
    assert card is not None
    assert rows is not None
    assert (card.training_rows, card.available_rows) == (rows.used, rows.there)


def test_the_sample_is_tested_and_everybody_is_scored(shop: Shop) -> None:
    assert shop.report.evaluation.customers < MOST
    assert (shop.report.evaluation.model.auc or 0) > 0.7
    assert shop.service.predict(shop.progress).rows == shop.customers


def test_the_progress_ends_where_it_said_it_would(shop: Shop) -> None:
    shop.service.predict(shop.progress)
    assert len(shop.progress.steps) == 2
    for title, (done, total) in shop.progress.steps.items():
        assert done == total, title


def test_a_cap_that_leaves_too_little_to_learn_from_is_refused() -> None:
    with pytest.raises(Invalid, match="max_training_rows"):
        Settings.load(max_training_rows=9_999)

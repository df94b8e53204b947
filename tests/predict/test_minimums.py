from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ampiq_gql.errors import Invalid
from ampiq_gql.predict import DataUnfit, PredictService
from ampiq_gql.predict.minimums import Extent, shortages
from ampiq_gql.settings import Settings
from ampiq_gql.warehouse import NoBuild, Warehouse
from tests.predict.builders import Order, Simulation, at, publish_build

ENOUGH = Extent(
    first_order_at=at("2025-01-01"), days=270, orders=5_000, customers=1_000, returners=900
)


def codes(extent: Extent, horizon_days: int = 90) -> list[str]:
    return [problem.code for problem in shortages(extent, horizon_days=horizon_days)]


def test_data_at_every_minimum_is_enough() -> None:
    assert codes(ENOUGH) == []


@pytest.mark.parametrize(
    ("extent", "code"),
    [
        pytest.param(replace(ENOUGH, days=269), "PRED_HISTORY_SHORT", id="days"),
        pytest.param(replace(ENOUGH, orders=4_999), "PRED_TOO_FEW_ORDERS", id="orders"),
        pytest.param(
            replace(ENOUGH, customers=999, returners=800), "PRED_TOO_FEW_CUSTOMERS", id="people"
        ),
        pytest.param(replace(ENOUGH, returners=99), "PRED_TOO_FEW_POSITIVES", id="returners"),
        pytest.param(replace(ENOUGH, returners=901), "PRED_TOO_FEW_POSITIVES", id="others"),
        pytest.param(replace(ENOUGH, returners=0), "PRED_SINGLE_CLASS", id="nobody returns"),
        pytest.param(replace(ENOUGH, returners=1_000), "PRED_SINGLE_CLASS", id="all return"),
    ],
)
def test_each_shortage_has_its_code(extent: Extent, code: str) -> None:
    assert codes(extent) == [code]


@pytest.mark.parametrize(("horizon_days", "days"), [(90, 270), (180, 450), (365, 912)])
def test_longer_horizons_need_longer_histories(horizon_days: int, days: int) -> None:
    assert codes(replace(ENOUGH, days=days), horizon_days) == []
    assert codes(replace(ENOUGH, days=days - 1), horizon_days) == ["PRED_HISTORY_SHORT"]


def test_all_shortages_of_a_small_shop_are_told_at_once(
    warehouse: Warehouse, settings: Settings
) -> None:
    bought = Simulation(customers=300, days=365).orders(date(2025, 1, 1))
    publish_build(warehouse, bought, as_of=date(2026, 1, 1))
    with pytest.raises(DataUnfit) as refused:
        PredictService(warehouse, settings).train(90)
    found = [problem.code for problem in refused.value.problems]
    assert "PRED_TOO_FEW_ORDERS" in found
    assert "PRED_TOO_FEW_CUSTOMERS" in found
    assert all(str(p.needed) in p.message.replace(",", "") for p in refused.value.problems)


def test_a_few_days_of_orders_are_too_short_a_history(
    warehouse: Warehouse, settings: Settings
) -> None:
    publish_build(warehouse, [Order(customer=1, at=at("2026-01-01"))], as_of=date(2026, 1, 2))
    with pytest.raises(DataUnfit, match="There are 1 days of orders") as refused:
        PredictService(warehouse, settings).train(365)
    assert refused.value.code == "PRED_HISTORY_SHORT"
    assert refused.value.hint is not None


def test_only_three_horizons_are_on_offer(warehouse: Warehouse, settings: Settings) -> None:
    with pytest.raises(Invalid, match="30 days") as refused:
        PredictService(warehouse, settings).train(30)
    assert refused.value.code == "PRED_HORIZON"


def test_training_before_any_build_says_so(warehouse: Warehouse, settings: Settings) -> None:
    with pytest.raises(NoBuild):
        PredictService(warehouse, settings).train(90)

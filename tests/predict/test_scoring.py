from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from ampiq_gql.predict.registry import ModelRegistry
from ampiq_gql.predict.scoring import Scored, score
from ampiq_gql.progress import Silent
from ampiq_gql.warehouse import Warehouse
from tests.predict.builders import publish_build
from tests.predict.conftest import Journey


def scored(journey: Journey, warehouse: Warehouse, chunk_customers: int) -> Scored:
    card, model = ModelRegistry(journey.settings.home / "models").load(threads=2)
    with warehouse.read() as session:
        return score(session, model, card, Silent(), chunk_customers=chunk_customers)


@pytest.mark.parametrize("chunk_customers", [2_468, 700])
def test_many_chunks_score_as_one_does(journey: Journey, chunk_customers: int) -> None:
    whole = scored(journey, journey.warehouse, 10_000)
    parts = scored(journey, journey.warehouse, chunk_customers)
    assert len(whole) == 2_469
    assert (np.sort(whole.ids) == whole.ids).all()
    for column in (
        lambda of: of.ids,
        lambda of: of.outlook.spend,
        lambda of: of.lifetime_orders,
        lambda of: of.days_since_last_order,
    ):
        assert column(parts).tobytes() == column(whole).tobytes()


def test_a_build_without_orders_scores_nobody(journey: Journey, warehouse: Warehouse) -> None:
    publish_build(warehouse, [], as_of=date(2026, 12, 31))
    assert len(scored(journey, warehouse, 10)) == 0

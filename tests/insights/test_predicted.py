"""Predicted revenue is averaged over the members whom a model has scored; else it is None."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa

from ampiq_gql.insights import Figure, InsightService, PredictedRevenue
from ampiq_gql.segments import SegmentService
from ampiq_gql.store import Store
from ampiq_gql.warehouse import Warehouse, open_warehouse
from tests.shop import make_shop


def _card(insights: InsightService, expression: str) -> PredictedRevenue | None:
    found = insights.summary(expression, figures={Figure.PREDICTED_REVENUE})
    return found.predicted_revenue


def test_without_a_model_there_is_no_card(insights: InsightService) -> None:
    assert _card(insights, "everyone") is None


def _score_half(warehouse: Warehouse, file: Path) -> dict[int, Decimal]:
    """Publish scores of the customers with even numbers; return the revenue by number."""
    table = sa.table(
        "customer_360", sa.column("amperity_id", sa.Uuid()), sa.column("customer_id"), schema="c360"
    )
    with warehouse.read() as session:
        ids = {int(key[1:]): found for found, key in session.rows(sa.select(*table.c))}
    scored = {number: Decimal(number) + Decimal("0.25") for number in sorted(ids) if not number % 2}
    money = pa.decimal128(18, 4)
    columns = {
        "amperity_id": pa.array([ids[number].bytes for number in scored], pa.binary(16)).cast(
            pa.uuid()
        ),
        "predicted_clv_next_365d": pa.array(scored.values(), money),
        "predicted_average_order_revenue_next_365d": pa.array([Decimal(10)] * len(scored), money),
        "predicted_order_frequency_next_365d": pa.array([number / 10 for number in scored]),
    }
    pq.write_table(pa.table(columns), file)
    warehouse.publish_file("predicted_clv_attributes", "scores", file)
    return scored


def test_the_card_averages_over_scored_members(tmp_path: Path) -> None:
    settings = make_shop(tmp_path / "home")
    warehouse, store = open_warehouse(settings), Store.open(settings)
    insights = InsightService(warehouse, SegmentService(store, warehouse, settings), settings)
    assert _card(insights, "everyone") is None
    scored = _score_half(warehouse, tmp_path / "scores.parquet")

    card = _card(insights, 'city is "Chicago"')
    # Chicago is every fifth number, unless the address is missing (number % 7 == 3).
    ours = [number for number in scored if number % 5 == 0 and number % 7 != 3]
    assert card is not None
    assert card.customers.value == len(ours)
    assert card.customers.baseline == len(scored)
    total = sum((scored[number] for number in ours), Decimal(0))
    assert card.revenue.value == total
    assert card.revenue.share == float(total / sum(scored.values()))
    assert card.revenue_per_customer.value == pytest.approx(total / len(ours), abs=Decimal("1e-9"))
    assert card.average_order_value.value == 10
    assert card.average_order_value.change == 0
    orders = Decimal(sum(ours)) / 10 / len(ours)
    assert card.orders_per_customer.value == pytest.approx(orders, abs=Decimal("1e-6"))
    store.close()
    warehouse.close()

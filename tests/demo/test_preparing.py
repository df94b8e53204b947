"""A demonstration home: samples saved, figures right, and nothing done twice."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from ampiq_gql.demo.loading import prepare
from ampiq_gql.demo.samples import CAMPAIGN, JOURNEY_SEGMENTS
from ampiq_gql.errors import Conflict
from ampiq_gql.ingest import IngestRequest, SourceKind
from ampiq_gql.progress import Silent
from ampiq_gql.services import Services
from ampiq_gql.settings import Settings
from ampiq_gql.store.segments import SegmentStatus
from tests.demo.by_hand import MEMBERS, ByHand, figures_by_hand
from tests.demo.conftest import HOUSEHOLDS, Prepared


@pytest.fixture(scope="module")
def by_hand(prepared: Prepared) -> dict[str, ByHand]:
    return figures_by_hand(prepared.files, prepared.first.build.as_of)


def test_the_eight_samples_are_saved_and_active(prepared: Prepared) -> None:
    samples = [(sample.name, sample.expression) for sample in JOURNEY_SEGMENTS]
    assert [(one.name, one.text) for one in prepared.first.segments] == samples
    assert len(samples) == 8
    assert {one.status for one in prepared.first.segments} == {SegmentStatus.ACTIVE}


def test_the_campaign_writes_to_all_but_its_control_group(prepared: Prepared) -> None:
    campaign = prepared.first.campaign
    plan = campaign.definition
    assert campaign.name == CAMPAIGN.name
    assert plan.control_bp == CAMPAIGN.control
    assert plan.control_bp + sum(one.share_bp for one in plan.treatments) == 10_000
    lapsing = prepared.services.segments.get(name=CAMPAIGN.audience)
    assert plan.include_segment_ids == (lapsing.id,)


def test_a_second_time_nothing_is_built_trained_or_saved_again(prepared: Prepared) -> None:
    first, second = prepared.first, prepared.second
    assert second.build == first.build
    assert second.training is None
    assert second.segments == first.segments
    assert second.campaign == first.campaign


@pytest.mark.parametrize("name", MEMBERS)
def test_the_table_says_what_sql_over_the_files_says(
    prepared: Prepared, by_hand: dict[str, ByHand], name: str
) -> None:
    found = prepared.services.insights.summary(prepared.services.segments.get(name=name))
    truth, everyone = by_hand[name], by_hand["All customers"]
    tree = found.revenue_tree
    assert tree is not None
    assert found.unique_customers is not None
    assert found.reachable_customers is not None
    assert found.unique_customers.value == truth.customers
    assert found.unique_customers.baseline == everyone.customers == HOUSEHOLDS
    assert found.reachable_customers.value == truth.reachable
    assert tree.customers.value == truth.active
    assert tree.net_revenue.value == truth.revenue
    if truth.active:
        orders, units = Decimal(truth.orders), Decimal(truth.units)
        assert tree.orders_per_customer.value == pytest.approx(orders / truth.active)
        assert tree.units_per_transaction.value == pytest.approx(units / orders)


def test_no_sample_is_empty_or_everyone_by_accident(by_hand: dict[str, ByHand]) -> None:
    sizes = {name: truth.customers for name, truth in by_hand.items()}
    assert [name for name, size in sizes.items() if size == HOUSEHOLDS] == ["All customers"]
    assert [name for name, size in sizes.items() if size == 0] == []


def test_a_home_with_other_data_is_left_alone(tmp_path: Path) -> None:
    services = Services.open(Settings(home=tmp_path / "home"))
    file = tmp_path / "customers.csv"
    file.write_text("customer_id,city\nc1,Chicago\n", encoding="utf-8")
    request = IngestRequest(files=(file,), kind=SourceKind.CUSTOMERS, source="my-shop")
    services.ingest.load(request, Silent())
    with pytest.raises(Conflict, match="my-shop") as refused:
        prepare(services, Silent(), synthetic_customers=None)
    services.close()
    assert refused.value.code == "HOME_HOLDS_OTHER_DATA"
    assert "--home" in (refused.value.hint or "")
    assert not (tmp_path / "home" / "demo").exists()

"""What works with which data, and the sentences that say what to supply."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from ampiq_gql.build.features import Feature, FeatureService, FeatureState, Lack, readiness
from tests.build.house import House

CUSTOMERS = "customer_id,email\n" + "".join(f"{n},u{n}@x.com\n" for n in range(40))
ORDERS = "order_id,customer_id,date,total\no1,1,2025-01-01,5\n"


def states(house: House) -> dict[Feature, FeatureState]:
    return {one.feature: one.state for one in FeatureService(house.warehouse).features()}


def test_before_the_first_build_nothing_works_and_customers_are_asked_for() -> None:
    found = readiness({}, date(2026, 6, 30))
    assert {one.state for one in found} == {FeatureState.MISSING}
    assert found[0].sentence == (
        "Segments cannot work yet: load a file of customers, or orders that name their customers."
    )
    assert {lacking.lack for one in found for lacking in one.lacking} == {Lack.ABSENT}


def test_customers_alone_can_be_sent_to(new_house: Callable[..., House]) -> None:
    house = new_house()
    house.load(customers=CUSTOMERS)
    house.build()
    assert states(house) == {
        Feature.SEGMENTS: FeatureState.DEGRADED,
        Feature.INSIGHTS: FeatureState.MISSING,
        Feature.CAMPAIGNS: FeatureState.DEGRADED,
        Feature.PREDICTIONS: FeatureState.MISSING,
    }


def test_orders_alone_reach_nobody(new_house: Callable[..., House]) -> None:
    house = new_house()
    house.load(orders=ORDERS)
    house.build()
    found = {one.feature: one for one in FeatureService(house.warehouse).features()}
    assert found[Feature.INSIGHTS].state is FeatureState.DEGRADED
    campaigns = found[Feature.CAMPAIGNS]
    assert campaigns.state is FeatureState.MISSING
    assert campaigns.sentence.endswith("an email address, a phone number or an address of people.")


def test_what_is_there_but_too_little_is_below_the_threshold(
    new_house: Callable[..., House],
) -> None:
    house = new_house()
    # One email among 41 people, and half a year of orders.
    nobody = "".join(f"{number},\n" for number in range(40))
    house.load(customers=f"customer_id,email\n{nobody}a,a@x.com\n", orders=ORDERS)
    house.build()
    found = {one.feature: one for one in FeatureService(house.warehouse).features()}
    lacking = {one.column: one for one in found[Feature.PREDICTIONS].lacking}
    assert lacking["email"].lack is Lack.BELOW_THRESHOLD
    assert lacking["order_datetime"].lack is Lack.BELOW_THRESHOLD
    assert "180 days" in lacking["order_datetime"].supply

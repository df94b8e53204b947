"""Tiles, revenue tree and cards say what a person with the files and a calculator would find."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from ampiq_gql.errors import Invalid
from ampiq_gql.insights import Figure, InsightService, Metric, RevenueTree
from tests.insights.figures_by_hand import SEGMENTS, ByHand, Member, by_hand
from tests.shop import SHOP_DAY

segments = pytest.mark.parametrize(
    ("expression", "is_member"),
    [pytest.param(text, member, id=name) for name, text, member in SEGMENTS],
)
EVERYONE = by_hand(lambda customer: True)


@segments
def test_tiles_hold_the_totals_of_the_files_and_their_share_of_everyone(
    insights: InsightService, expression: str, is_member: Member
) -> None:
    found = insights.summary(expression)
    truth = by_hand(is_member)
    totals: dict[str, tuple[Decimal | int, Decimal | int]] = {
        "unique_customers": (truth.customers, EVERYONE.customers),
        "active_customers": (truth.active, EVERYONE.active),
        "revenue": (truth.revenue, EVERYONE.revenue),
    }
    for name, (value, baseline) in totals.items():
        tile: Metric = getattr(found, name)
        assert (tile.value, tile.baseline) == (value, baseline), name
        assert tile.share == float(Decimal(value) / baseline)
        assert tile.change is None


def _tree_by_hand(totals: ByHand) -> dict[str, Decimal | None]:
    def ratio(dividend: Decimal | int, divisor: int) -> Decimal | None:
        return None if divisor == 0 else Decimal(dividend) / divisor

    return {
        "net_revenue": totals.revenue,
        "customers": Decimal(totals.active),
        "revenue_per_customer": ratio(totals.revenue, totals.active),
        "orders_per_customer": ratio(totals.orders, totals.active),
        "average_order_value": ratio(totals.revenue, totals.orders),
        "units_per_transaction": ratio(totals.items, totals.orders),
        "average_unit_revenue": ratio(totals.revenue, totals.items),
    }


def _tree(insights: InsightService, expression: str) -> RevenueTree:
    tree = insights.summary(expression, figures={Figure.REVENUE_TREE}).revenue_tree
    assert tree is not None
    return tree


@segments
def test_every_node_of_the_tree_is_the_quotient_of_the_totals(
    insights: InsightService, expression: str, is_member: Member
) -> None:
    tree = _tree(insights, expression)
    for name, truth in _tree_by_hand(by_hand(is_member)).items():
        found: Metric = getattr(tree, name)
        assert found.value == (None if truth is None else pytest.approx(truth, abs=Decimal("1e-9")))


@segments
def test_the_tree_multiplies_back(
    insights: InsightService, expression: str, is_member: Member
) -> None:
    tree = _tree(insights, expression)
    products = (
        (tree.net_revenue, tree.customers, tree.revenue_per_customer),
        (tree.revenue_per_customer, tree.orders_per_customer, tree.average_order_value),
        (tree.average_order_value, tree.units_per_transaction, tree.average_unit_revenue),
    )
    for whole, one, other in products:
        if one.value is None or other.value is None:
            assert by_hand(is_member).active == 0
            continue
        assert whole.value == pytest.approx(one.value * other.value, rel=Decimal("1e-9"))


@segments
def test_ratios_tell_their_change_against_everyone_and_no_share(
    insights: InsightService, expression: str, is_member: Member
) -> None:
    tree = _tree(insights, expression)
    ours, theirs = _tree_by_hand(by_hand(is_member)), _tree_by_hand(EVERYONE)
    for name in ("revenue_per_customer", "orders_per_customer", "average_unit_revenue"):
        found: Metric = getattr(tree, name)
        value, baseline = ours[name], theirs[name]
        assert found.share is None
        assert baseline is not None
        if value is None:
            assert found.change is None
        else:
            assert found.change == pytest.approx(float((value - baseline) / baseline), abs=1e-9)


def test_a_segment_without_buyers_has_zero_totals_and_no_ratios(insights: InsightService) -> None:
    found = insights.summary("has not purchased")
    tree, history = found.revenue_tree, found.historical_revenue
    assert tree is not None
    assert history is not None
    assert tree.net_revenue.value == 0 == tree.customers.value
    assert tree.net_revenue.share == 0
    ratios = [tree.revenue_per_customer, tree.orders_per_customer, tree.average_order_value,
              tree.units_per_transaction, tree.average_unit_revenue,
              history.revenue_per_customer, history.average_order_value]  # fmt: skip
    assert {(ratio.value, ratio.change) for ratio in ratios} == {(None, None)}
    assert all(ratio.baseline is not None for ratio in ratios)


def test_the_card_of_history_repeats_the_nodes_of_the_tree(insights: InsightService) -> None:
    found = insights.summary('city is "Seattle"')
    tree, card = found.revenue_tree, found.historical_revenue
    assert tree is not None
    assert card is not None
    assert (card.revenue_per_customer, card.orders_per_customer, card.average_order_value) == (
        tree.revenue_per_customer, tree.orders_per_customer, tree.average_order_value,
    )  # fmt: skip


@pytest.mark.parametrize(
    "day", [date(2026, 6, 29), date(2026, 2, 28), date(2025, 3, 31), date(2024, 6, 30)], ids=str
)
def test_on_another_day_the_year_is_summed_from_the_orders(
    insights: InsightService, day: date
) -> None:
    found = insights.summary('city is "Chicago"', as_of=day)
    truth = by_hand(lambda customer: customer.city == "Chicago", day)
    tree = found.revenue_tree
    assert found.as_of == day
    assert tree is not None
    assert found.active_customers is not None
    assert found.active_customers.value == truth.active
    assert tree.net_revenue.value == truth.revenue
    assert tree.net_revenue.baseline == by_hand(lambda customer: True, day).revenue
    assert tree.orders_per_customer.value == pytest.approx(
        Decimal(truth.orders) / truth.active, abs=Decimal("1e-9")
    )
    assert tree.units_per_transaction.value == pytest.approx(
        Decimal(truth.items) / truth.orders, abs=Decimal("1e-9")
    )


def test_orders_give_the_same_year_as_the_prebuilt_attributes(insights: InsightService) -> None:
    """The day after the build's, nothing is new but the oldest day is gone: sums from orders."""
    day = date(2026, 7, 1)
    found = insights.summary("everyone", as_of=day).revenue
    assert found is not None
    assert found.value == by_hand(lambda customer: True, day).revenue
    today = insights.summary("everyone", as_of=SHOP_DAY).revenue
    assert today is not None
    assert today.value == EVERYONE.revenue


def test_several_segments_are_answered_in_their_order(insights: InsightService) -> None:
    texts = ['city is "Seattle"', "everyone", "has not purchased"]
    several = insights.summaries(texts, figures={Figure.UNIQUE_CUSTOMERS})
    sizes = [found.unique_customers and found.unique_customers.value for found in several]
    assert sizes == [insights.counted(text).customers for text in texts]


@segments
def test_a_count_and_the_count_of_its_opposite_are_everyone(
    insights: InsightService, expression: str, is_member: Member
) -> None:
    found = insights.counted(expression).customers
    assert found == by_hand(is_member).customers
    assert found + insights.counted(f"not ({expression})").customers == EVERYONE.customers


@pytest.mark.parametrize("day", [date.min, date.max])
def test_a_day_at_the_end_of_the_calendar_is_refused(insights: InsightService, day: date) -> None:
    with pytest.raises(Invalid) as refused:
        insights.summaries(["everyone"], as_of=day, figures={Figure.REVENUE})
    assert (refused.value.code, refused.value.place) == ("AS_OF_INVALID", "as_of")

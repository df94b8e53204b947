"""Who can be reached by what: completion of the contact, or consent where there is consent data."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from ampiq_gql.build import BuildService
from ampiq_gql.ingest import IngestRequest, IngestService, SourceKind
from ampiq_gql.insights import Channel, Figure, Insights, InsightService, Reachability
from ampiq_gql.progress import Silent
from ampiq_gql.segments import SegmentService
from ampiq_gql.store import Store
from ampiq_gql.warehouse import open_warehouse
from tests.insights.figures_by_hand import Member, members
from tests.shop import SHOP_DAY, ShopCustomer, customers, make_shop

CHANNELS: dict[Channel, Member] = {
    Channel.DIRECT_MAIL: lambda customer: customer.address is not None,
    Channel.EMAIL: lambda customer: customer.email is not None,
    Channel.PHONE: lambda customer: customer.phone is not None,
    Channel.PAID_MEDIA: lambda customer: (customer.email or customer.phone) is not None,
}


def _rows(found: Insights) -> dict[Channel, Reachability]:
    assert found.reachability is not None
    return {row.channel: row for row in found.reachability}


@pytest.mark.parametrize("city", ["Seattle", "Chicago", "Portland"])
def test_channels_count_the_members_with_a_complete_contact(
    insights: InsightService, city: str
) -> None:
    rows = _rows(insights.summary(f'city is "{city}"', figures={Figure.REACHABILITY}))
    ours = members(lambda customer: customer.city == city)
    assert list(rows) == list(CHANNELS)
    for channel, has_contact in CHANNELS.items():
        reached = [customer for customer in ours if has_contact(customer)]
        row = rows[channel]
        assert row.customers.value == len(reached), channel
        assert row.customers.baseline == len(members(has_contact))
        assert row.share_of_segment == len(reached) / len(ours)
        assert row.unknown == 0


def test_nobody_is_reached_in_an_empty_segment(insights: InsightService) -> None:
    for row in _rows(insights.summary('city is "Seattle" and city is "Portland"')).values():
        assert row.customers.value == 0
        assert row.share_of_segment is None
        assert row.unknown == 0


def test_the_tile_counts_who_is_reached_by_mail_or_email_or_phone(
    insights: InsightService,
) -> None:
    def is_reached(customer: ShopCustomer) -> bool:
        return any(has(customer) for channel, has in CHANNELS.items())

    tile = insights.summary('city is "Seattle"').reachable_customers
    ours = members(lambda customer: customer.city == "Seattle" and is_reached(customer))
    assert tile is not None
    assert tile.value == len(ours)
    assert tile.baseline == len(members(is_reached))
    assert tile.share == len(ours) / len(members(is_reached))


ANSWERS = {0: True, 1: False, 2: True}
"""Consent by the last digit of the customer's number; all other digits never answered."""


def _answer(customer: ShopCustomer) -> bool | None:
    return None if customer.email is None else ANSWERS.get(int(customer.customer_id[-1]))


@pytest.fixture(scope="module")
def asked_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InsightService]:
    """A shop that has asked some of its customers whether it may write to them."""
    folder = tmp_path_factory.mktemp("asked")
    settings = make_shop(folder / "home")
    warehouse, store = open_warehouse(settings), Store.open(settings)
    request = IngestRequest(
        files=(_write_consent(folder / "consent.csv"),),
        kind=SourceKind.EMAIL_OPT_STATUS,
        source="shop",
    )
    IngestService(warehouse, settings).load(request, Silent())
    BuildService(warehouse, settings).run(SHOP_DAY, Silent())
    yield InsightService(warehouse, SegmentService(store, warehouse, settings), settings)
    store.close()
    warehouse.close()


def _write_consent(path: Path) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["email", "is_email_opted_in"])
        for customer in customers():
            answer = _answer(customer)
            if answer is not None:
                writer.writerow([customer.email, "true" if answer else "false"])
    return path


def test_with_consent_data_who_was_never_asked_is_unknown(asked_shop: InsightService) -> None:
    rows = _rows(asked_shop.summary("everyone", figures={Figure.REACHABILITY}))
    answers = [_answer(customer) for customer in customers()]
    email = rows[Channel.EMAIL]
    assert email.customers.value == answers.count(True)
    assert email.unknown == answers.count(None)
    assert email.share_of_segment == answers.count(True) / len(answers)
    assert rows[Channel.PHONE].unknown == 0

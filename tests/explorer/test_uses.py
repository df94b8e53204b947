"""Which segments, queries, campaigns and destinations use a column."""

from __future__ import annotations

import pytest

from ampiq_gql.campaigns import CreateCampaign, TreatmentInput
from ampiq_gql.delivery import CreateDestination
from ampiq_gql.queries import SaveQuery
from ampiq_gql.segments import SaveSegment
from ampiq_gql.services import Services

ADA = "ada"


def users(services: Services, column: str, table: str = "customer_360") -> list[str]:
    uses = services.explorer.uses().get((table, column), ())
    return [f"{one.kind.lower()} {one.name}" + (f" by {one.through}" if one.through else "")
            for one in uses]  # fmt: skip


def save(services: Services, name: str, text: str) -> str:
    saved = services.segments.save(SaveSegment(name=name, text=text), ADA)
    return services.segments.activate(saved.id, ADA).id


def test_nothing_uses_a_column_that_nobody_named(services: Services) -> None:
    assert services.explorer.uses() == {}


def test_segments_use_what_their_own_expressions_read(services: Services) -> None:
    save(services, "Chicago", 'city is "Chicago"')
    save(services, "Chicago women", 'member of segment "Chicago" and gender is "F"')
    assert users(services, "city") == ["segment Chicago"]
    assert users(services, "gender") == ["segment Chicago women"]


def test_labels_and_conditions_of_rows_are_names_too(services: Services) -> None:
    save(services, "Sock lovers", 'has purchased where (product_category is "socks")')
    save(services, "Big spenders", "`Lifetime Order Revenue` > 100")
    lines = "unified_itemized_transactions"
    assert users(services, "product_category", lines) == ["segment Sock lovers"]
    assert users(services, "is_return", lines) == ["segment Sock lovers"]
    assert users(services, "lifetime_order_revenue") == ["segment Big spenders"]
    assert users(services, "order_id", "unified_transactions") == []


def test_drafts_count(services: Services) -> None:
    services.segments.save(SaveSegment(name="Idea", text='city is "Oslo"'), ADA)
    assert users(services, "city") == ["segment Idea"]


def test_queries_use_what_they_read_under_any_name(services: Services) -> None:
    text = "SELECT count(*) AS n FROM (SELECT email AS x FROM merged_customers) WHERE x IS NULL"
    services.queries.save(SaveQuery(name="No email", text=text), ADA)
    assert users(services, "email", "merged_customers") == ["query No email"]
    assert users(services, "city", "merged_customers") == []


@pytest.mark.parametrize("column", ["city", "email"])
def test_campaigns_use_what_they_send_and_what_their_segments_read(
    services: Services, column: str
) -> None:
    segment = save(services, "Chicago", 'city is "Chicago"')
    files = CreateDestination(type="local_file", name="House files", settings={})
    destination = services.delivery.destinations.create(files, ADA)
    treatment = TreatmentInput(name="Mail", share_bp=10_000, destination_ids=[destination.id])
    wanted = CreateCampaign(
        name="Spring", include_segment_ids=[segment], treatments=[treatment], columns=["email"]
    )
    services.campaigns.create(wanted, ADA)
    expected = {
        "city": ["segment Chicago", "campaign Spring by Chicago"],
        "email": ["campaign Spring", "destination House files by Spring"],
    }
    assert users(services, column) == expected[column]


def test_what_changed_is_seen_at_once(services: Services) -> None:
    saved = services.segments.save(SaveSegment(name="Idea", text='city is "Oslo"'), ADA)
    assert users(services, "city") == ["segment Idea"]
    change = SaveSegment(id=saved.id, revision=saved.revision, text='state is "IL"')
    services.segments.save(change, ADA)
    assert (users(services, "city"), users(services, "state")) == ([], ["segment Idea"])

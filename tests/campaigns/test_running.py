"""A campaign goes to its treatments' destinations and to nobody of the control group."""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa

from ampiq_gql.campaigns import (
    CampaignStateConflict,
    TreatmentInput,
    UpdateCampaign,
)
from ampiq_gql.campaigns.assignment import cells_of, draw_of
from ampiq_gql.campaigns.audience import CONTROL_ID
from ampiq_gql.catalog import standard_metadata
from ampiq_gql.delivery import IdempotencyKeyReused
from ampiq_gql.plugin import BatchResult, DestinationError
from ampiq_gql.settings import Settings
from ampiq_gql.store import PageRequest
from ampiq_gql.store.campaign_runs import CampaignRunState
from ampiq_gql.store.campaigns import CampaignFilter, CampaignRecord, CampaignState
from ampiq_gql.store.deliveries import DeliveryState
from tests.campaigns.builders import campaign, run
from tests.delivery.house import ADA, House, open_house
from tests.delivery.receivers import Inbox, ReceiverPlugin, plugin
from tests.shop import customers

RECIPIENTS = standard_metadata().tables["c360.campaign_recipients"]


@pytest.fixture
def home(own_shop: Settings) -> Settings:
    """Runs add to the recipients of the shop."""
    return own_shop


def all_ids(house: House) -> set[str]:
    frame = standard_metadata().tables["c360.merged_customers"]
    with house.warehouse.read() as session:
        return {str(one) for (one,) in session.rows(sa.select(frame.c.amperity_id))}


def expected_cells(house: House, of: CampaignRecord) -> dict[str, set[str]]:
    """Draw in Python, customer by customer."""
    shares = [of.definition.control_bp, *(one.share_bp for one in of.definition.treatments)]
    names = ["Control", *(one.name for one in of.definition.treatments)]
    draws = {one: draw_of(of.salt, one) for one in all_ids(house)}
    return {
        name: {one for one, draw in draws.items() if cell.holds(draw)}
        for name, cell in zip(names, cells_of(shares), strict=True)
    }


def sent_ids(house: House, run_id: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for delivery in house.campaigns.deliveries(run_id):
        for artefact in delivery.artefacts:
            with Path(artefact.location).open(encoding="utf-8", newline="") as file:
                ids = {row["amperity_id"] for row in csv.DictReader(file)}
            found[delivery.treatment_name or ""] = ids
    return found


def test_each_treatment_gets_its_customers_and_the_control_group_nothing(house: House) -> None:
    spring = campaign(house)
    finished = run(house, spring)
    expected = expected_cells(house, spring)
    controls = expected.pop("Control")
    assert finished.state is CampaignRunState.SUCCEEDED
    assert sent_ids(house, finished.id) == expected
    assert controls
    assert not controls & set().union(*expected.values())


def test_files_are_named_after_campaign_and_treatment(house: House) -> None:
    finished = run(house, campaign(house))
    names = [one.artefacts[0].name for one in house.campaigns.deliveries(finished.id)]
    assert [name[:9] for name in names] == ["Spring_A ", "Spring_B "]


def test_every_customer_is_recorded_once(house: House) -> None:
    spring = campaign(house)
    finished = run(house, spring)
    columns = (RECIPIENTS.c.amperity_id, RECIPIENTS.c.treatment_name, RECIPIENTS.c.is_control)
    with house.warehouse.read() as session:
        rows = session.rows(sa.select(*columns).where(RECIPIENTS.c.workflow_id == finished.id))
    found = {name: {str(one) for one, other, _ in rows if other == name} for _, name, _ in rows}
    assert found == expected_cells(house, spring)
    assert {name for _, name, is_control in rows if is_control} == {"Control"}
    assert len(rows) == len(customers())


def test_the_record_has_the_documented_columns(house: House) -> None:
    spring = campaign(house)
    finished = run(house, spring)
    (file,) = (house.settings.home / "recipients").glob("*.parquet")
    table = pq.read_table(file)
    assert table.column_names == [column.name for column in RECIPIENTS.columns]
    assert len(table.column_names) == 22
    for row in table.to_pylist():
        is_control = row["is_control"]
        assert (row["destination_id"] is None) is (row["delivery_datetime"] is None) is is_control
        assert (row["campaign_id"], row["workflow_id"]) == (spring.id, finished.id)
        assert (row["treatment_id"] == CONTROL_ID) is is_control
        assert row["dataset_version"] == finished.build_id
    assert len(set(table["pk"].to_pylist())) == table.num_rows


def test_recipients_can_be_named_in_expressions(house: House) -> None:
    run(house, campaign(house))
    with house.warehouse.read() as session:
        audience = house.segments.audience(session, 'member of campaign "spring"')
        assert len(session.rows(audience.ids)) == len(customers())


def test_the_preview_counts_what_the_run_will_do(house: House) -> None:
    spring = campaign(house, exclude='city is "Chicago"')
    preview = house.campaigns.preview(spring.id)
    finished = run(house, spring)
    assert (preview.funnel, preview.cells) == (finished.funnel, finished.cells)
    in_chicago = sum(one.city == "Chicago" for one in customers())
    assert preview.funnel.excluded == in_chicago
    assert preview.funnel.assigned == len(customers()) - in_chicago
    assert sum(cell.customers for cell in preview.cells) == preview.funnel.assigned
    assert [cell.is_control for cell in preview.cells] == [True, False, False]


def test_a_customer_stays_in_the_cell_whoever_else_is_there(house: House) -> None:
    spring = campaign(house)
    everybody = expected_cells(house, spring)
    run(house, spring)
    small = house.segment("Small", 'city is "Chicago"').id
    revision = house.campaigns.get(spring.id).revision
    wanted = UpdateCampaign(id=spring.id, revision=revision, include_segment_ids=(small,))
    house.campaigns.update(wanted, ADA)
    for name, ids in sent_ids(house, run(house, house.campaigns.get(spring.id)).id).items():
        assert ids <= everybody[name]


def test_a_treatment_without_destination_is_recorded_but_not_sent(house: House) -> None:
    spring = campaign(house)
    first, second = spring.definition.treatments
    treatments = [
        TreatmentInput(
            id=first.id, name="A", share_bp=4_000, destination_ids=first.destination_ids
        ),
        TreatmentInput(id=second.id, name="B", share_bp=3_000),
    ]
    house.campaigns.update(UpdateCampaign(id=spring.id, revision=1, treatments=treatments), ADA)
    finished = run(house, spring)
    assert set(sent_ids(house, finished.id)) == {"A"}
    statement = sa.select(sa.func.count()).where(
        RECIPIENTS.c.treatment_name == "B", RECIPIENTS.c.delivery_datetime.is_(None)
    )
    with house.warehouse.read() as session:
        assert session.rows(statement) == [(len(expected_cells(house, spring)["B"]),)]


# --- failures ------------------------------------------------------------------------------------


def failing(call: int) -> BatchResult:
    raise DestinationError("GONE", "It is gone.")


def test_one_failed_delivery_makes_the_run_partial(home: Settings) -> None:
    with open_house(home, plugin("receiver", ReceiverPlugin(Inbox(answer=failing)))) as house:
        places = (house.destination().id, house.destination("R", "receiver").id)
        spring = campaign(house, destination_ids=places)
        finished = run(house, spring)
        states = [one.state for one in house.campaigns.deliveries(finished.id)]
        after = house.campaigns.get(spring.id)
    assert finished.state is CampaignRunState.PARTIAL
    assert states == [DeliveryState.SUCCEEDED, DeliveryState.FAILED] * 2
    assert after.state is CampaignState.COMPLETED


def test_a_run_that_reached_nobody_is_not_recorded(home: Settings) -> None:
    with open_house(home, plugin("receiver", ReceiverPlugin(Inbox(answer=failing)))) as house:
        spring = campaign(house, destination_ids=(house.destination("R", "receiver").id,))
        finished = run(house, spring)
        with house.warehouse.read() as session:
            count = session.rows(sa.select(sa.func.count()).select_from(RECIPIENTS))
        assert house.campaigns.get(spring.id).state is CampaignState.ERROR
    assert finished.state is CampaignRunState.FAILED
    assert count == [(0,)]


def test_a_failed_campaign_can_be_run_again(home: Settings) -> None:
    inbox = Inbox(answer=failing)
    with open_house(home, plugin("receiver", ReceiverPlugin(inbox))) as house:
        spring = campaign(house, destination_ids=(house.destination("R", "receiver").id,))
        run(house, spring)
        inbox.answer = lambda _: BatchResult()
        again = run(house, spring)
    assert (again.state, again.sequence) == (CampaignRunState.SUCCEEDED, 2)


def test_nobody_in_the_audience_skips_the_run(house: House) -> None:
    spring = campaign(house, include="not everyone")
    assert run(house, spring).state is CampaignRunState.SKIPPED
    assert house.campaigns.get(spring.id).state is CampaignState.SCHEDULED


def test_a_run_that_broke_off_goes_on_without_repeating(home: Settings) -> None:
    """The process closes in the first delivery; the next one sends the rest, nobody twice."""
    inbox = Inbox()
    with open_house(home, plugin("receiver", ReceiverPlugin(inbox))) as house:

        def interrupt(call: int) -> BatchResult:
            house.delivery.jobs.interrupt()
            return BatchResult()

        inbox.answer = interrupt
        spring = campaign(house, destination_ids=(house.destination("R", "receiver").id,))
        broken = run(house, spring)
        expected = expected_cells(house, spring)
    assert (broken.state, broken.owner) == (CampaignRunState.SENDING, None)
    inbox.answer = lambda _: BatchResult()
    with open_house(home, plugin("receiver", ReceiverPlugin(inbox))) as house:
        assert house.delivery.resume_unfinished() == ()
        assert house.campaigns.resume_unfinished() == (broken.id,)
        finished = house.campaigns.wait(broken.id, timeout_seconds=60)
    assert finished.state is CampaignRunState.SUCCEEDED
    assert sorted(inbox.rows) == sorted(expected["A"] | expected["B"])


def test_stopping_cancels_what_has_not_ended(home: Settings) -> None:
    inbox = Inbox()
    with open_house(home, plugin("receiver", ReceiverPlugin(inbox))) as house:

        def stop(call: int) -> BatchResult:
            (newest,) = house.campaigns.runs(spring.id, PageRequest()).items
            house.campaigns.stop(newest.id, ADA)
            return BatchResult()

        inbox.answer = stop
        spring = campaign(house, destination_ids=(house.destination("R", "receiver").id,))
        finished = run(house, spring)
    assert (finished.state, inbox.calls) == (CampaignRunState.STOPPED, 1)


# --- the life of a campaign ----------------------------------------------------------------------


def test_a_campaign_comes_from_draft_to_completed(house: House) -> None:
    spring = campaign(house)
    scheduled = house.campaigns.schedule(spring.id, ADA, revision=1)
    assert scheduled.state is CampaignState.SCHEDULED
    draft = house.campaigns.unschedule(spring.id, ADA, revision=2)
    assert draft.state is CampaignState.DRAFT
    run(house, draft)
    done = house.campaigns.get(spring.id)
    assert (done.state, done.version) == (CampaignState.COMPLETED, 1)
    wanted = UpdateCampaign(id=done.id, revision=done.revision, control_bp=2_000)
    edited = house.campaigns.update(wanted, ADA)
    assert (edited.state, edited.version, edited.salt) == (CampaignState.DRAFT, 2, spring.salt)


def test_a_repeated_key_answers_with_the_first_run(house: House) -> None:
    spring = campaign(house)
    first = run(house, spring, "once")
    assert house.campaigns.run(spring.id, ADA, idempotency_key="once") == first
    other = campaign(house, "Autumn")
    with pytest.raises(IdempotencyKeyReused):
        house.campaigns.run(other.id, ADA, idempotency_key="once")


def test_a_completed_campaign_must_be_edited_before_it_runs_again(house: House) -> None:
    spring = campaign(house)
    run(house, spring)
    with pytest.raises(CampaignStateConflict) as refused:
        house.campaigns.run(spring.id, ADA)
    assert refused.value.present is CampaignState.COMPLETED


def test_only_what_never_ran_is_deleted(house: House) -> None:
    spring, autumn = campaign(house), campaign(house, "Autumn")
    house.campaigns.delete(autumn.id, ADA, revision=1)
    run(house, spring)
    revision = house.campaigns.get(spring.id).revision
    with pytest.raises(CampaignStateConflict):
        house.campaigns.delete(spring.id, ADA, revision=revision)
    assert [one.name for one in house.campaigns.page(CampaignFilter(), PageRequest()).items] == [
        "Spring"
    ]


def test_every_change_is_audited(house: House) -> None:
    spring = campaign(house)
    run(house, spring)
    with house.store.read() as work:
        page = work.audit.list_page(PageRequest(), target_id=spring.id)
    actions = [entry.action for entry in page.items]
    assert actions == ["campaign.run_succeeded", "campaign.run", "campaign.create"]
    assert spring.salt not in str([entry.details for entry in page.items])

"""A segment goes to a destination: which rows, which columns, and what is written down."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa

from ampiq_gql.catalog import standard_metadata
from ampiq_gql.delivery import (
    ColumnsRestricted,
    DeliverSegment,
    DeliveryStateConflict,
    DestinationNotFound,
    IdempotencyKeyReused,
)
from ampiq_gql.delivery.errors import SegmentIsDraft
from ampiq_gql.errors import Invalid
from ampiq_gql.plugin import (
    BatchResult,
    BatchStatus,
    DestinationError,
    Finding,
    FindingLevel,
    RowResult,
)
from ampiq_gql.segments import SaveSegment
from ampiq_gql.settings import Settings
from ampiq_gql.store import PageRequest
from ampiq_gql.store.deliveries import DeliveryFilter, DeliveryRecord, DeliveryState
from tests.delivery.house import ADA, House, open_house
from tests.delivery.receivers import ROWS_PER_BATCH, Inbox, ReceiverPlugin, plugin
from tests.shop import customers


def rows_of(delivery: DeliveryRecord) -> list[dict[str, str]]:
    (artefact,) = delivery.artefacts
    with Path(artefact.location).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_file_holds_the_asked_columns_of_everybody(house: House) -> None:
    delivery = house.deliver(
        house.segment(), house.destination(), ["customer_id", "city", "amperity_id"]
    )
    rows = rows_of(delivery)
    assert delivery.state is DeliveryState.SUCCEEDED
    assert list(rows[0]) == ["customer_id", "city", "amperity_id"]
    assert {(row["customer_id"], row["city"] or None) for row in rows} == {
        (customer.customer_id, customer.city) for customer in customers()
    }


def test_rows_come_in_the_order_of_the_ids(house: House) -> None:
    ids = [
        row["amperity_id"] for row in rows_of(house.deliver(house.segment(), house.destination()))
    ]
    assert ids == sorted(ids)
    assert [str(UUID(one)) for one in ids] == ids


def test_only_the_segment_is_sent(house: House) -> None:
    chicago = house.segment("Chicago", 'city is "Chicago"')
    rows = rows_of(house.deliver(chicago, house.destination(), ["customer_id"]))
    expected = {one.customer_id for one in customers() if one.city == "Chicago"}
    assert {row["customer_id"] for row in rows} == expected


def test_columns_of_several_tables_are_joined(house: House) -> None:
    columns = ["customer_360.city", "transaction_attributes_extended.lifetime_order_frequency"]
    delivery = house.deliver(house.segment(), house.destination(format="parquet"), columns)
    table = pq.read_table(delivery.artefacts[0].location)
    assert table.column_names == ["city", "lifetime_order_frequency"]
    assert table.num_rows == len(customers())


def test_amounts_keep_their_digits(house: House) -> None:
    frame = standard_metadata().tables["c360.transaction_attributes_extended"]
    delivery = house.deliver(house.segment(), house.destination(), ["lifetime_order_revenue"])
    with house.warehouse.read() as session:
        stored = session.rows(sa.select(frame.c.lifetime_order_revenue))
    expected = sorted(str(value) for (value,) in stored if value is not None)
    found = [row["lifetime_order_revenue"] for row in rows_of(delivery)]
    assert sorted(value for value in found if value) == expected


def test_the_ledger_adds_up(home: Settings) -> None:
    inbox = Inbox()
    with open_house(home, plugin("receiver", ReceiverPlugin(inbox))) as house:
        delivery = house.deliver(house.segment(), house.destination(type_key="receiver"))
        chunks = house.delivery.chunks(delivery.id)
    assert [chunk.number for chunk in chunks] == list(range(len(customers()) // ROWS_PER_BATCH))
    assert sum(chunk.row_count for chunk in chunks) == delivery.rows_accepted == len(customers())
    assert len(set(inbox.rows)) == len(customers())


def test_refused_rows_are_kept_with_their_reason(home: Settings) -> None:
    refused = (
        RowResult(key="k1", code="EMAIL_INVALID", message="No address."),
        RowResult(key="k1", code="EMAIL_INVALID", message="Told twice."),
        RowResult(key="k2", code="TOO_OLD", message="Too old.", is_retryable=True),
    )
    inbox = Inbox(answer=lambda call: BatchResult(rejected_rows=() if call else refused))
    with open_house(home, plugin("receiver", ReceiverPlugin(inbox))) as house:
        delivery = house.deliver(house.segment(), house.destination(type_key="receiver"))
        errors = house.delivery.row_errors(delivery.id)
    assert delivery.state is DeliveryState.SUCCEEDED_WITH_ROW_ERRORS
    assert (delivery.rows_accepted, delivery.rows_rejected) == (len(customers()) - 2, 2)
    assert [(error.row_key, error.code) for error in errors] == [
        ("k1", "EMAIL_INVALID"),
        ("k2", "TOO_OLD"),
    ]


def test_a_refused_batch_counts_with_all_its_rows(home: Settings) -> None:
    inbox = Inbox(
        answer=lambda call: BatchResult(
            status=BatchStatus.ACCEPTED if call else BatchStatus.REJECTED
        )
    )
    with open_house(home, plugin("receiver", ReceiverPlugin(inbox))) as house:
        delivery = house.deliver(house.segment(), house.destination(type_key="receiver"))
    assert delivery.rows_rejected == ROWS_PER_BATCH


def test_nobody_to_send_is_skipped(house: House) -> None:
    nobody = house.segment("Nobody", "not everyone")
    delivery = house.deliver(nobody, house.destination())
    assert delivery.state is DeliveryState.SKIPPED
    assert not list((house.settings.home / "exports").glob("*.csv*"))


# --- refusals ------------------------------------------------------------------------------------


def test_the_same_key_answers_with_the_first_delivery(house: House) -> None:
    segment, destination = house.segment(), house.destination()
    first = house.deliver(segment, destination, key="once")
    assert house.deliver(segment, destination, key="once") == first
    assert len(house.delivery.page(DeliveryFilter(), PageRequest()).items) == 1


def test_the_same_key_for_another_command_is_refused(house: House) -> None:
    segment, destination = house.segment(), house.destination()
    house.deliver(segment, destination, key="once")
    with pytest.raises(IdempotencyKeyReused):
        house.deliver(segment, destination, ["city"], key="once")


@pytest.mark.parametrize(
    ("column", "code"),
    [
        ("citty", "COLUMN_UNKNOWN"),
        ("unified_transactions.order_revenue", "COLUMN_REPEATS"),
        ("nowhere.city", "COLUMN_UNKNOWN"),
    ],
)
def test_columns_that_cannot_be_sent_are_refused(house: House, column: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        house.deliver(house.segment(), house.destination(), [column])
    assert refused.value.code == code


def test_personal_data_need_the_permission(house: House) -> None:
    wanted = DeliverSegment(
        segment_id=house.segment().id,
        destination_id=house.destination().id,
        columns=["city", "email"],
    )
    with pytest.raises(ColumnsRestricted, match="email"):
        house.delivery.deliver_segment(wanted, ADA, may_read_pii=False)


def test_unless_the_destination_allows_those_without_it(house: House) -> None:
    destination = house.destination()
    with house.store.begin() as work:
        work.destinations.update(replace(destination, allows_limited_pii=True, revision=2))
    wanted = DeliverSegment(
        segment_id=house.segment().id, destination_id=destination.id, columns=["email"]
    )
    started = house.delivery.deliver_segment(wanted, ADA, may_read_pii=False)
    assert house.delivery.wait(started.id).state is DeliveryState.SUCCEEDED


def test_drafts_are_not_sent(house: House) -> None:
    draft = house.segments.save(SaveSegment(name="Half", text="everyone"), ADA)
    wanted = DeliverSegment(segment_id=draft.id, destination_id=house.destination().id)
    with pytest.raises(SegmentIsDraft, match='"Half"'):
        house.delivery.deliver_segment(wanted, ADA)


def test_a_missing_destination_is_told(house: House) -> None:
    wanted = DeliverSegment(segment_id=house.segment().id, destination_id="0" * 32)
    with pytest.raises(DestinationNotFound):
        house.delivery.deliver_segment(wanted, ADA)


# --- failures ------------------------------------------------------------------------------------


def raises(error: Exception) -> Callable[[int], BatchResult]:
    def answer(call: int) -> BatchResult:
        if call == 2:
            raise error
        return BatchResult()

    return answer


@pytest.mark.parametrize(
    ("error", "state", "code"),
    [
        (DestinationError("GONE", "It is gone."), DeliveryState.FAILED, "GONE"),
        (
            DestinationError("BUSY", "Later.", is_retryable=True),
            DeliveryState.FAILED_RETRYABLE,
            "BUSY",
        ),
        (ZeroDivisionError("secret"), DeliveryState.FAILED, "FAULT"),
    ],
)
def test_a_failure_is_a_record_with_its_reason(
    home: Settings, error: Exception, state: DeliveryState, code: str
) -> None:
    inbox = Inbox(answer=raises(error))
    with open_house(home, plugin("receiver", ReceiverPlugin(inbox))) as house:
        delivery = house.deliver(house.segment(), house.destination(type_key="receiver"))
    assert delivery.state is state
    assert delivery.problem is not None
    assert delivery.problem.code == code
    assert "secret" not in delivery.problem.message
    assert (inbox.aborted, inbox.finalized, delivery.owner) == (1, 0, None)


def test_a_retry_sends_only_what_was_not_accepted(home: Settings) -> None:
    inbox = Inbox(answer=raises(DestinationError("BUSY", "Later.", is_retryable=True)))
    with open_house(home, plugin("receiver", ReceiverPlugin(inbox))) as house:
        failed = house.deliver(house.segment(), house.destination(type_key="receiver"))
        house.delivery.retry(failed.id, ADA)
        delivery = house.delivery.wait(failed.id, timeout_seconds=30)
    assert (delivery.state, delivery.attempts) == (DeliveryState.SUCCEEDED, 2)
    assert inbox.calls == len(customers()) // ROWS_PER_BATCH + 1
    assert len(inbox.rows) == len(set(inbox.rows)) == delivery.rows_accepted == len(customers())


def test_only_what_may_work_later_is_retried(house: House) -> None:
    delivery = house.deliver(house.segment(), house.destination())
    with pytest.raises(DeliveryStateConflict):
        house.delivery.retry(delivery.id, ADA)


def test_a_policy_can_stop_a_delivery(home: Settings) -> None:
    finding = Finding(level=FindingLevel.ERROR, code="NO_CONSENT", message="Consent is missing.")
    inbox = Inbox()
    implementation = ReceiverPlugin(
        inbox, policy=lambda plan: [finding] if plan.pii_columns else []
    )
    with open_house(home, plugin("receiver", implementation)) as house:
        segment, destination = house.segment(), house.destination(type_key="receiver")
        stopped = house.deliver(segment, destination, ["email"])
        passed = house.deliver(segment, destination, ["city"])
    assert stopped.problem is not None
    assert (stopped.state, stopped.problem.code) == (DeliveryState.FAILED, "NO_CONSENT")
    assert passed.state is DeliveryState.SUCCEEDED
    assert implementation.events[-1].rows_accepted == len(customers())


def test_listeners_hear_every_state(home: Settings) -> None:
    implementation = ReceiverPlugin(Inbox())
    with open_house(home, plugin("receiver", implementation)) as house:
        house.deliver(house.segment(), house.destination(type_key="receiver"))
    assert [event.state for event in implementation.events] == [
        "VALIDATING",
        "SENDING",
        "SUCCEEDED",
    ]


def test_a_destination_that_went_away_fails_the_delivery(home: Settings) -> None:
    with open_house(home, plugin("receiver", ReceiverPlugin(Inbox()))) as house:
        segment, destination = house.segment(), house.destination(type_key="receiver")
    with open_house(home) as house:
        delivery = house.deliver(segment, destination)
    assert delivery.problem is not None
    assert delivery.problem.code == "DESTINATION_TYPE_UNAVAILABLE"


def test_cancelling_undoes_and_ends(home: Settings) -> None:
    inbox = Inbox()
    with open_house(home, plugin("receiver", ReceiverPlugin(inbox))) as house:

        def cancel_at_the_second(call: int) -> BatchResult:
            if call == 1:
                (delivery,) = house.delivery.page(DeliveryFilter(), PageRequest()).items
                house.delivery.cancel(delivery.id, ADA)
            return BatchResult()

        inbox.answer = cancel_at_the_second
        delivery = house.deliver(house.segment(), house.destination(type_key="receiver"))
        with pytest.raises(DeliveryStateConflict):
            house.delivery.cancel(delivery.id, ADA)
    assert delivery.state is DeliveryState.CANCELLED
    assert (inbox.calls, inbox.aborted, inbox.finalized) == (2, 1, 0)

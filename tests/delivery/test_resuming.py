"""Deliveries outlive the process that drives them: nothing is lost and nothing comes twice."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from ampiq_gql.delivery.owner import ProcessOwner
from ampiq_gql.plugin import BatchResult
from ampiq_gql.settings import Settings
from ampiq_gql.store import PageRequest, Store
from ampiq_gql.store.base import utc_now
from ampiq_gql.store.deliveries import DeliveryFilter, DeliveryRecord, DeliveryState
from tests.delivery.house import House, open_house
from tests.delivery.receivers import (
    ROWS_PER_BATCH,
    Inbox,
    OnceOnly,
    Receiver,
    ReceiverPlugin,
    plugin,
)
from tests.shop import customers

REPOSITORY = Path(__file__).parents[2]


def only_delivery(store: Store) -> DeliveryRecord | None:
    with store.read() as work:
        return next(iter(work.deliveries.list_page(DeliveryFilter(), PageRequest()).items), None)


def wait_for_chunks(store: Store, number: int) -> DeliveryRecord:
    """Wait until some chunks were accepted."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        delivery = only_delivery(store)
        if delivery is not None and delivery.rows_accepted >= 5 * number:
            return delivery
        time.sleep(0.02)
    raise TimeoutError


@pytest.mark.parametrize("chunks", [0, 2])
def test_a_delivery_killed_on_the_way_is_finished_by_the_next_process(
    own_shop: Settings, chunks: int
) -> None:
    with open_house(own_shop) as house:
        segment, destination = house.segment(), house.destination(file_name="{{list_name}}")
    script = [sys.executable, "-m", "tests.delivery.killed_sender"]
    sender = subprocess.Popen(
        [*script, str(own_shop.home), segment.id, destination.id], cwd=REPOSITORY
    )
    store = Store.open(own_shop)
    killed = wait_for_chunks(store, chunks)
    sender.send_signal(signal.SIGKILL)
    assert sender.wait() == -signal.SIGKILL
    assert not list((own_shop.home / "exports").glob("*.csv"))
    with open_house(own_shop) as house:
        assert house.delivery.resume_unfinished() == (killed.id,)
        delivery = house.delivery.wait(killed.id, timeout_seconds=30)
    store.close()
    lines = (own_shop.home / "exports" / "Everybody.csv").read_text(encoding="utf-8").split()
    assert (delivery.state, delivery.rows_accepted) == (DeliveryState.SUCCEEDED, len(customers()))
    assert len(lines) == len(set(lines)) == len(customers()) + 1
    assert not list((own_shop.home / "exports").glob(".*"))


def interrupted(home: Settings, inbox: Inbox, receiver: type[Receiver] = Receiver) -> str:
    """Close the house while the third chunk is on its way."""
    with open_house(home, plugin("receiver", ReceiverPlugin(inbox, receiver=receiver))) as house:

        def close_at_the_third(call: int) -> BatchResult:
            if call == 2:
                house.delivery.jobs.interrupt()
            return BatchResult()

        inbox.answer = close_at_the_third
        delivery = house.deliver(house.segment(), house.destination(type_key="receiver"))
    assert (delivery.state, delivery.owner) == (DeliveryState.SENDING, None)
    inbox.answer = lambda _: BatchResult()
    return delivery.id


def resumed(house: House, delivery_id: str) -> DeliveryRecord:
    assert house.delivery.resume_unfinished() == (delivery_id,)
    return house.delivery.wait(delivery_id, timeout_seconds=30)


def test_closing_ends_the_chunk_and_the_next_process_goes_on(home: Settings) -> None:
    inbox = Inbox()
    delivery_id = interrupted(home, inbox)
    assert (inbox.calls, inbox.aborted) == (3, 0)
    with open_house(home, plugin("receiver", ReceiverPlugin(inbox))) as house:
        delivery = resumed(house, delivery_id)
    assert delivery.state is DeliveryState.SUCCEEDED
    assert inbox.calls == len(customers()) // ROWS_PER_BATCH
    assert len(inbox.rows) == len(set(inbox.rows)) == len(customers())


def in_doubt(home: Settings, delivery_id: str) -> None:
    """Turn the last accepted chunk back to leased: as if killed before its answer was noted."""
    store = Store.open(home)
    with store.begin() as work:
        last = work.ledger.chunks(delivery_id)[-1]
        work.ledger.lease(delivery_id, last.number, digest=last.digest, row_count=last.row_count)
    store.close()


def test_a_chunk_in_doubt_is_sent_again_under_its_key(home: Settings) -> None:
    inbox = Inbox()
    delivery_id = interrupted(home, inbox)
    in_doubt(home, delivery_id)
    with open_house(home, plugin("receiver", ReceiverPlugin(inbox))) as house:
        delivery = resumed(house, delivery_id)
    assert delivery.state is DeliveryState.SUCCEEDED
    assert inbox.calls == len(customers()) // ROWS_PER_BATCH + 1
    assert len(inbox.rows) == len(customers())


def test_a_chunk_in_doubt_is_left_when_it_would_count_twice(home: Settings) -> None:
    inbox = Inbox()
    delivery_id = interrupted(home, inbox, OnceOnly)
    in_doubt(home, delivery_id)
    implementation = ReceiverPlugin(inbox, receiver=OnceOnly)
    with open_house(home, plugin("receiver", implementation)) as house:
        delivery = resumed(house, delivery_id)
    assert (delivery.state, inbox.calls, inbox.aborted) == (DeliveryState.UNKNOWN, 3, 0)


def test_rows_of_another_build_are_not_mixed_in(home: Settings) -> None:
    inbox = Inbox()
    delivery_id = interrupted(home, inbox)
    store = Store.open(home)
    with store.begin() as work:
        found = work.deliveries.get(delivery_id)
        assert found is not None
        work.deliveries.save(replace(found, build_id="an older one"))
    store.close()
    with open_house(home, plugin("receiver", ReceiverPlugin(inbox))) as house:
        delivery = resumed(house, delivery_id)
    assert delivery.problem is not None
    assert (delivery.state, delivery.problem.code) == (DeliveryState.FAILED, "SNAPSHOT_EXPIRED")


@pytest.mark.parametrize(
    ("owner", "minutes_left", "expected"),
    [
        pytest.param("elsewhere:1:aa", 5, 0, id="another host is believed alive"),
        pytest.param("elsewhere:1:aa", -5, 1, id="until its lease runs out"),
        pytest.param(None, 0, 1, id="nobody drives it"),
    ],
)
def test_only_what_nobody_drives_is_resumed(
    home: Settings, owner: str | None, minutes_left: int, expected: int
) -> None:
    inbox = Inbox()
    delivery_id = interrupted(home, inbox)
    with open_house(home, plugin("receiver", ReceiverPlugin(inbox))) as house:
        with house.store.begin() as work:
            found = work.deliveries.get(delivery_id)
            assert found is not None
            until = utc_now() + timedelta(minutes=minutes_left)
            work.deliveries.save(replace(found, owner=owner, lease_until=until))
        assert len(house.delivery.resume_unfinished()) == expected


def test_a_finished_process_is_known_to_be_dead() -> None:
    me = ProcessOwner.present()
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    assert me.knows_dead(replace(me, process_id=child.pid))
    assert me.knows_dead(replace(me, start="earlier"))
    assert not me.knows_dead(me)
    assert not me.knows_dead(replace(me, process_id=1))
    assert not me.knows_dead(replace(me, host="elsewhere", process_id=child.pid))


def test_a_signature_reads_back() -> None:
    me = ProcessOwner.present()
    assert ProcessOwner.parse(str(me)) == me
    assert me.dead_among(str(me)) == frozenset()

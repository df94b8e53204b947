"""The laws of Relay paging, over a real list of segments in every order."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st
from sqlalchemy import event

from ampiq_gql.errors import Invalid
from ampiq_gql.store import Page, PageRequest, Store
from ampiq_gql.store.segments import (
    SegmentFilter,
    SegmentOrder,
    SegmentOrderField,
    SegmentRecord,
    SegmentStatus,
)
from tests.store.builders import segment

ROWS = 13
ORDERS = [
    SegmentOrder(field=field, is_descending=is_descending)
    for field in SegmentOrderField
    for is_descending in (False, True)
]


@pytest.fixture(scope="module")
def listed(shared_store: Store) -> Store:
    """Many ties: five instants, two states."""
    with shared_store.begin() as work:
        for number in range(ROWS):
            status = SegmentStatus.ACTIVE if number % 3 else SegmentStatus.DRAFT
            name = f"{'Segment' if number % 2 else 'segment'} {number * 5 % ROWS}"
            work.segments.add(segment(name, status=status, minutes=number % 5))
    return shared_store


def page(store: Store, order: SegmentOrder, request: PageRequest) -> Page[SegmentRecord]:
    with store.read() as work:
        return work.segments.list_page(SegmentFilter(), order, request)


def everything(store: Store, order: SegmentOrder) -> tuple[SegmentRecord, ...]:
    return page(store, order, PageRequest(first=1000)).items


def walk_forward(store: Store, order: SegmentOrder, rows: int) -> list[SegmentRecord]:
    found: list[SegmentRecord] = []
    after = None
    while True:
        part = page(store, order, PageRequest(first=rows, after=after))
        assert part.has_previous is (after is not None)
        found += part.items
        if not part.has_next:
            return found
        assert len(part.items) == rows
        after = part.cursors[-1]


def walk_backward(store: Store, order: SegmentOrder, rows: int) -> list[SegmentRecord]:
    found: list[SegmentRecord] = []
    before = None
    while True:
        part = page(store, order, PageRequest(last=rows, before=before))
        assert part.has_next is (before is not None)
        found = [*part.items, *found]
        if not part.has_previous:
            return found
        before = part.cursors[0]


@pytest.mark.parametrize("order", ORDERS, ids=str)
@pytest.mark.parametrize("rows", [1, 4, 100])
@pytest.mark.parametrize("walk", [walk_forward, walk_backward])
def test_a_walk_meets_every_row_once_in_order(
    listed: Store,
    order: SegmentOrder,
    rows: int,
    walk: Callable[[Store, SegmentOrder, int], list[SegmentRecord]],
) -> None:
    expected = everything(listed, order)
    assert len({record.id for record in expected}) == ROWS
    assert tuple(walk(listed, order, rows)) == expected


@pytest.mark.parametrize("order", ORDERS, ids=str)
def test_descending_is_ascending_read_backwards(listed: Store, order: SegmentOrder) -> None:
    mirror = SegmentOrder(field=order.field, is_descending=not order.is_descending)
    assert everything(listed, mirror) == everything(listed, order)[::-1]


def test_names_sort_without_regard_to_case(store: Store) -> None:
    with store.begin() as work:
        for name in ("beta", "Alpha", "GAMMA", "alpha 2", "Beta 2"):
            work.segments.add(segment(name))
    found = everything(store, SegmentOrder(field=SegmentOrderField.NAME, is_descending=False))
    assert [record.name for record in found] == ["Alpha", "alpha 2", "beta", "Beta 2", "GAMMA"]


@limits(deadline=None, max_examples=40)
@given(low=st.integers(0, ROWS - 1), high=st.integers(0, ROWS - 1), rows=st.integers(0, ROWS))
def test_both_cursors_bound_the_page(listed: Store, low: int, high: int, rows: int) -> None:
    order = ORDERS[0]
    whole = page(listed, order, PageRequest(first=1000))
    after, before = whole.cursors[low], whole.cursors[high]
    inside = whole.items[low + 1 : high]
    head = page(listed, order, PageRequest(first=rows, after=after, before=before))
    tail = page(listed, order, PageRequest(last=rows, after=after, before=before))
    assert head.items == inside[:rows]
    assert tail.items == inside[max(0, len(inside) - rows) :]


def test_cursors_survive_inserts_and_the_loss_of_their_row(store: Store) -> None:
    order = SegmentOrder(field=SegmentOrderField.NAME, is_descending=False)
    with store.begin() as work:
        for name in "bdfh":
            work.segments.add(segment(name))
    cursor = page(store, order, PageRequest(first=2)).cursors[-1]
    with store.begin() as work:
        lost = work.segments.by_name("d")
        assert lost is not None
        work.segments.remove(replace(lost, revision=2))
        work.segments.add(segment("a"))
        work.segments.add(segment("e"))
    following = page(store, order, PageRequest(first=10, after=cursor))
    assert [record.name for record in following.items] == ["e", "f", "h"]


@pytest.mark.parametrize(
    ("arguments", "place"),
    [
        pytest.param({"first": 1, "last": 1}, "last", id="both"),
        pytest.param({"first": -1}, "first", id="negative first"),
        pytest.param({"last": -1}, "last", id="negative last"),
        pytest.param({"first": 1001}, "first", id="first too large"),
        pytest.param({"last": 1001}, "last", id="last too large"),
    ],
)
def test_impossible_pages_are_refused(arguments: dict[str, int], place: str) -> None:
    with pytest.raises(Invalid) as refused:
        PageRequest(**arguments)  # type: ignore[arg-type]
    assert (refused.value.code, refused.value.place) == ("PAGE_INVALID", place)


def forged(json: str) -> str:
    return urlsafe_b64encode(json.encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        pytest.param("", id="empty"),
        pytest.param("!!!", id="not base64"),
        pytest.param("é", id="not ascii"),
        pytest.param(forged("{}"), id="not a list"),
        pytest.param(forged("[]"), id="empty list"),
        pytest.param(forged('["segments NAME asc","x","y"]'), id="another order"),
        pytest.param(
            forged('["segments UPDATED_AT desc","2026-01-01T00:00:00+00:00","x"]'), id="short"
        ),
        pytest.param(forged('["segments UPDATED_AT desc",1,"x","y"]'), id="wrong type"),
        pytest.param(forged('["segments UPDATED_AT desc","soon","x","y"]'), id="no instant"),
        pytest.param(
            forged('["segments UPDATED_AT desc","2026-01-01T00:00:00","x","y"]'), id="no zone"
        ),
    ],
)
def test_forged_cursors_are_refused(store: Store, cursor: str) -> None:
    with pytest.raises(Invalid) as refused:
        page(store, SegmentOrder(), PageRequest(first=1, after=cursor))
    assert (refused.value.code, refused.value.place) == ("PAGE_INVALID", "after")


@limits(deadline=None, max_examples=40)
@given(text=st.text(max_size=60))
def test_no_text_as_cursor_does_more_than_be_refused(listed: Store, text: str) -> None:
    for cursor in (text, forged(text)):
        with pytest.raises(Invalid):
            page(listed, SegmentOrder(), PageRequest(first=1, before=cursor))


def statements(store: Store, order: SegmentOrder, request: PageRequest) -> int:
    seen: list[str] = []

    def note(*arguments: object) -> None:
        seen.append(str(arguments[2]))

    event.listen(store._engine, "before_cursor_execute", note)
    try:
        page(store, order, request)
    finally:
        event.remove(store._engine, "before_cursor_execute", note)
    return sum(statement.startswith("SELECT") for statement in seen)


def test_a_page_costs_the_same_statements_whatever_its_size(listed: Store) -> None:
    order = SegmentOrder()
    assert statements(listed, order, PageRequest(first=1)) == statements(
        listed, order, PageRequest(first=20)
    )

"""What was checked is kept, as long as a check would find the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from ampiq_gql.segments import CheckedExpression, SaveSegment, SegmentService
from ampiq_gql.segments.catalog_names import StoredNames
from ampiq_gql.segments.kept_checks import AskedNames, CheckKey, KeptChecks
from ampiq_gql.store import Store
from ampiq_gql.warehouse import Session
from dsl import AsOf
from tests.segments.conftest import Draft

DAY = date(2026, 6, 30)
NOON, EVENING = (
    AsOf.on(DAY, datetime.fromisoformat(now)) for now in ("2026-06-30T12:00", "2026-06-30T18:00")
)


def key(text: str = "everyone", snapshot: str = "b1.0") -> CheckKey:
    return CheckKey(text=text, snapshot=snapshot, day=DAY, saved_as=None, may_read_pii=True)


@pytest.fixture
def names(store: Store) -> StoredNames:
    return StoredNames(store)


@pytest.fixture
def checked(service: SegmentService, session: Session) -> CheckedExpression:
    return service.expression(session, "everyone")


def test_an_expression_is_checked_once_for_all_who_ask(
    service: SegmentService, session: Session
) -> None:
    text = 'city is "Chicago"'
    shown = service.expression(session, text)
    assert service.audience(session, text).ids is shown.ids
    assert service.audience(session, text, DAY).ids is shown.ids
    assert service.audience(session, text, date(2026, 1, 1)).ids is not shown.ids
    assert service.audience(session, f"{text} ").ids is not shown.ids


def test_a_changed_segment_is_checked_again_for_who_names_it(
    service: SegmentService, session: Session, draft: Draft
) -> None:
    inner = draft("Inner", 'city is "Chicago"', active=True)
    draft("Middle", 'member of segment "Inner"', active=True)
    text = 'not member of segment "Middle"'
    before = service.audience(session, text).ids
    assert service.audience(session, text).ids is before
    changed = SaveSegment(id=inner.id, revision=inner.revision, text='city is "Seattle"')
    service.save(changed, "ada")
    after = service.audience(session, text).ids
    assert session.sql(before) != session.sql(after)
    assert service.audience(session, text).ids is after


def test_errors_are_not_kept(service: SegmentService, session: Session, draft: Draft) -> None:
    text = 'member of segment "Late"'
    assert not service.expression(session, text).is_valid
    draft("Late", active=True)
    assert service.expression(session, text).is_valid


@pytest.mark.parametrize("reads_clock", [True, False])
def test_what_reads_the_clock_holds_for_its_second(
    checked: CheckedExpression, names: StoredNames, reads_clock: bool
) -> None:
    kept = KeptChecks(100)
    at_noon, at_evening = (replace(checked, as_of=at) for at in (NOON, EVENING))
    kept.add(key(), at_noon, AskedNames(names), reads_clock=reads_clock)
    assert kept.get(key(), NOON, names) == at_noon
    assert kept.get(key(), EVENING, names) == (None if reads_clock else at_evening)


def test_the_least_recently_used_goes_first(checked: CheckedExpression, names: StoredNames) -> None:
    kept = KeptChecks(2)  # characters, and so two of them
    for text in ("a", "b"):
        kept.add(key(text), checked, AskedNames(names), reads_clock=False)
    assert kept.get(key("a"), NOON, names)
    kept.add(key("c"), checked, AskedNames(names), reads_clock=False)
    assert [text for text in "abc" if kept.get(key(text), NOON, names)] == ["a", "c"]


def test_checks_go_with_their_snapshot(checked: CheckedExpression, names: StoredNames) -> None:
    kept = KeptChecks(100)
    kept.add(key(snapshot="b1.0"), checked, AskedNames(names), reads_clock=False)
    assert kept.get(key(snapshot="b1.1"), NOON, names) is None
    kept.add(key(snapshot="b1.1"), checked, AskedNames(names), reads_clock=False)
    assert kept.get(key(snapshot="b1.0"), NOON, names) is None


def test_room_is_taken_by_texts_and_by_those_of_named_segments(
    checked: CheckedExpression, names: StoredNames, draft: Draft
) -> None:
    draft("Wide", "everyone")
    asked = AskedNames(names)
    assert asked.segment("Wide") is not None
    kept = KeptChecks(len("everyone") + 3)
    kept.add(key("abc"), checked, AskedNames(names), reads_clock=False)
    kept.add(key("de"), checked, asked, reads_clock=False)
    assert [text for text in ("abc", "de") if kept.get(key(text), NOON, names)] == ["de"]
    kept.add(key("too long for this"), checked, AskedNames(names), reads_clock=False)
    assert kept.get(key("too long for this"), NOON, names) is None


def test_what_is_checked_again_takes_its_room_once(
    checked: CheckedExpression, names: StoredNames
) -> None:
    kept = KeptChecks(2)
    for text in ("a", "b", "b", "b"):
        kept.add(key(text), checked, AskedNames(names), reads_clock=False)
    assert [text for text in "ab" if kept.get(key(text), NOON, names)] == ["a", "b"]

"""Expressions held against the shop: audiences, their hashes, findings."""

from __future__ import annotations

from datetime import date

import pytest

from ampiq_gql.segments import InvalidExpression, SaveSegment, SegmentService
from ampiq_gql.warehouse import Session
from dsl.diagnostics import has_errors
from tests import shop
from tests.segments.conftest import Draft


def count(service: SegmentService, session: Session, text: str) -> int:
    return len(session.rows(service.audience(session, text).ids))


def test_audiences_are_what_the_rows_say(service: SegmentService, session: Session) -> None:
    chicago = sum(customer.city == "Chicago" for customer in shop.customers())
    without_email = sum(customer.email is None for customer in shop.customers())
    assert count(service, session, "everyone") == len(shop.customers())
    assert count(service, session, 'city is "chicago"') == chicago
    assert count(service, session, "email is null") == without_email
    assert count(service, session, 'not (city is "chicago")') == len(shop.customers()) - chicago


def test_a_saved_segment_stands_for_its_expression(
    service: SegmentService, session: Session, draft: Draft
) -> None:
    saved = draft("Windy", 'city is "Chicago"', active=True)
    named = count(service, session, 'member of segment "windy"')
    assert named == len(session.rows(service.audience(session, saved).ids)) > 0


def test_the_day_is_the_builds_unless_asked(service: SegmentService, session: Session) -> None:
    assert service.expression(session, "everyone").as_of.day == shop.SHOP_DAY
    asked = service.expression(session, "everyone", date(2026, 1, 1))
    assert asked.as_of.day == date(2026, 1, 1)


def test_findings_are_told_not_raised(service: SegmentService, session: Session) -> None:
    checked = service.expression(session, 'citi is "Chicago"')
    assert has_errors(checked.diagnostics)
    assert not checked.is_valid
    assert (checked.ids, checked.definition_hash) == (None, None)
    with pytest.raises(InvalidExpression):
        service.audience(session, 'citi is "Chicago"')


def test_spelling_does_not_change_the_hash(service: SegmentService, session: Session) -> None:
    one = service.audience(session, 'city is "Chicago" and state is "IL"')
    two = service.audience(session, '( city = "Chicago" )  and\n state is "IL" -- yes')
    other = service.audience(session, 'city is "Chicago" or state is "IL"')
    assert one.definition_hash == two.definition_hash != other.definition_hash


def test_the_hash_covers_what_is_named_at_any_depth(
    service: SegmentService, session: Session, draft: Draft
) -> None:
    inner = draft("Inner", 'city is "Chicago"', active=True)
    draft("Middle", 'member of segment "Inner"', active=True)
    text = 'not member of segment "Middle"'
    before = service.audience(session, text).definition_hash
    assert service.audience(session, text).definition_hash == before
    changed = SaveSegment(id=inner.id, revision=inner.revision, text='city is "Seattle"')
    service.save(changed, "ada")
    assert service.audience(session, text).definition_hash != before


def test_what_an_expression_names_is_known_by_id(
    service: SegmentService, session: Session, draft: Draft
) -> None:
    a = draft("A", active=True)
    b = draft("B", 'member of segment "A"', active=True)
    assert service.expression(session, 'member of segment "b"').referenced_segment_ids == {b.id}
    both = 'member of segment "A" exclude member of segment "B"'
    assert service.expression(session, both).referenced_segment_ids == {a.id, b.id}

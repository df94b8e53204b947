"""A fingerprint stands for the members: never the same for two statements."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from ampiq_gql.segments import SaveSegment, SegmentService
from ampiq_gql.segments.expressions import fingerprint_of
from ampiq_gql.warehouse import Session
from dsl import AsOf, ResolvedSegment, check
from tests.dsl.corpus import ACCEPTANCE, ACCEPTED
from tests.segments.conftest import Draft

DAY = date(2026, 6, 30)


def fingerprint(service: SegmentService, session: Session, text: str) -> str:
    return service.audience(session, text).fingerprint


def resolved(service: SegmentService, session: Session, text: str, now: str) -> ResolvedSegment:
    as_of = AsOf.on(DAY, datetime.fromisoformat(f"2026-06-30T{now}"))
    segment = check(text, service.catalog(session), as_of).segment
    assert segment is not None
    return segment


def test_one_fingerprint_means_one_statement(service: SegmentService, session: Session) -> None:
    statements: dict[str, set[str]] = {}
    for text in (*ACCEPTANCE, *ACCEPTED):
        checked = service.expression(session, text)
        if checked.ids is not None and checked.fingerprint is not None:
            statements.setdefault(checked.fingerprint, set()).add(session.sql(checked.ids))
    assert len(statements) > 30
    assert [found for found in statements.values() if len(found) > 1] == []


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("l12m_order_revenue >= $500", "l12m_order_revenue >= $500.01"),
        ('city is "Chicago"', 'not (city is "Chicago")'),
        ("has purchased in last 30 days", "has purchased in last 31 days"),
    ],
)
def test_other_members_have_another_fingerprint(
    service: SegmentService, session: Session, text: str, other: str
) -> None:
    assert fingerprint(service, session, text) != fingerprint(service, session, other)
    assert fingerprint(service, session, text) == fingerprint(service, session, f"({text})")


def test_it_changes_with_a_segment_that_is_named(
    service: SegmentService, session: Session, draft: Draft
) -> None:
    inner = draft("Inner", 'city is "Chicago"', active=True)
    text = 'not member of segment "Inner"'
    before = fingerprint(service, session, text)
    service.save(SaveSegment(id=inner.id, revision=inner.revision, text='city is "Seattle"'), "ada")
    assert fingerprint(service, session, text) != before


def test_it_changes_with_the_table_behind_a_list(service: SegmentService, session: Session) -> None:
    segment = resolved(service, session, "everyone", "12:00")
    assert fingerprint_of(segment, ["list_a"]) != fingerprint_of(segment, ["list_b"])


@pytest.mark.parametrize(
    ("text", "is_same"),
    [
        ("latest_order_datetime before now", False),
        ("latest_order_datetime in last 3 hours", False),
        ("latest_order_datetime before today", True),
        ("has purchased in last 30 days", True),
    ],
)
def test_it_holds_all_day_unless_the_clock_is_read(
    service: SegmentService, session: Session, text: str, is_same: bool
) -> None:
    noon, evening = (
        fingerprint_of(resolved(service, session, text, now), ()) for now in ("12:00", "18:00")
    )
    assert (noon == evening) is is_same


def test_a_segment_that_reads_the_clock_passes_that_on(
    service: SegmentService, session: Session, draft: Draft
) -> None:
    draft("Until now", "latest_order_datetime before now", active=True)
    text = 'not member of segment "until now"'
    noon, evening = (resolved(service, session, text, now) for now in ("12:00", "18:00"))
    assert fingerprint_of(noon, ()) != fingerprint_of(evening, ())

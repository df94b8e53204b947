"""Segments that name segments: references hold through renames, loops and drafts are refused."""

from __future__ import annotations

import pytest

from ampiq_gql.errors import Conflict
from ampiq_gql.segments import InvalidExpression, SaveSegment, SegmentService
from ampiq_gql.segments.integrity import require_still_right
from ampiq_gql.segments.models import Definition
from ampiq_gql.store import PageRequest, Store
from ampiq_gql.store.segments import SegmentRecord
from ampiq_gql.warehouse import Session
from tests.segments.conftest import Draft


def change(segment: SegmentRecord, **values: str) -> SaveSegment:
    return SaveSegment(id=segment.id, revision=segment.revision, **values)  # type: ignore[arg-type]


def ids(service: SegmentService, session: Session, source: SegmentRecord | str) -> set[object]:
    return {row[0] for row in session.rows(service.audience(session, source).ids)}


def test_a_rename_is_followed_by_those_who_name_it(
    service: SegmentService, session: Session, draft: Draft
) -> None:
    used = draft("Windy", 'city is "Chicago"', active=True)
    user = draft("Others", '-- all but "Windy"\nnot member of segment "WINDY"')
    before = ids(service, session, user)
    service.save(change(used, name='The "windy" city'), "bob")
    followed = service.get(user.id)
    assert followed.text == '-- all but "Windy"\nnot member of segment "The \\"windy\\" city"'
    assert (followed.revision, followed.updated_by) == (2, "bob")
    assert ids(service, session, followed) == before


def test_following_a_rename_is_audited(service: SegmentService, store: Store, draft: Draft) -> None:
    used = draft("Old", active=True)
    user = draft("User", 'member of segment "Old"')
    service.save(change(used, name="New"), "bob")
    with store.read() as work:
        newest = work.audit.list_page(PageRequest(first=1), target_id=user.id).items[0]
    assert newest.action == "segment.follow_rename"
    assert newest.details == {"renamed": used.id, "from": "Old", "to": "New"}


def test_loops_are_refused_and_named(service: SegmentService, draft: Draft) -> None:
    a = draft("A", active=True)
    draft("B", 'member of segment "A"', active=True)
    draft("C", 'everyone exclude member of segment "B"', active=True)
    text = 'city is "Chicago" or member of segment "C"'
    with pytest.raises(InvalidExpression, match=r"A.*C.*B.*A") as refused:
        service.save(change(a, text=text), "ada")
    (error, *_) = refused.value.diagnostics
    assert error.code == "E203"
    assert text[error.span.start : error.span.end] == '"C"'


def test_a_segment_cannot_name_itself(service: SegmentService, draft: Draft) -> None:
    a = draft("A", active=True)
    with pytest.raises(InvalidExpression, match=r"A.*A"):
        service.save(change(a, text='not member of segment "a"'), "ada")


def test_drafts_cannot_be_named(service: SegmentService, draft: Draft) -> None:
    part = draft("Part")
    with pytest.raises(InvalidExpression, match="draft"):
        draft("Whole", 'member of segment "Part"')
    service.activate(part.id, "ada")
    assert draft("Whole", 'member of segment "Part"', active=True).is_active


def test_a_loop_closed_between_check_and_write_is_refused(store: Store, draft: Draft) -> None:
    a, b = draft("A", active=True), draft("B", 'member of segment "A"', active=True)
    checked_before = Definition(text="…", hash="…", referenced_ids=frozenset({b.id}))
    with store.begin() as work, pytest.raises(Conflict) as refused:
        require_still_right(work, a.id, checked_before)
    assert refused.value.code == "SEGMENTS_CHANGED"


def test_a_name_deleted_between_check_and_write_is_refused(
    service: SegmentService, store: Store, draft: Draft
) -> None:
    gone = draft("Gone", active=True)
    checked_before = Definition(text="…", hash="…", referenced_ids=frozenset({gone.id}))
    service.delete(gone.id, "ada")
    with store.begin() as work, pytest.raises(Conflict):
        require_still_right(work, "new", checked_before)


def test_used_in_lists_the_users_of_many_at_once(service: SegmentService, draft: Draft) -> None:
    a, b, c = (draft(name, active=True) for name in "ABC")
    draft("Y", 'member of segment "A" and member of segment "B"')
    draft("X", 'member of segment "A"')
    found = service.used_in(frozenset({a.id, b.id, c.id}))
    names = {segment_id: [use.name for use in uses] for segment_id, uses in found.items()}
    assert names == {a.id: ["X", "Y"], b.id: ["Y"], c.id: []}

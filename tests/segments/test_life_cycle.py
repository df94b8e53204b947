"""A segment's life: draft, changes guarded by revisions, active, deleted."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ampiq_gql.errors import Invalid
from ampiq_gql.segments import (
    ROOT_FOLDER,
    FolderNotFound,
    FolderService,
    InvalidExpression,
    InvalidName,
    InvalidProperty,
    RevisionConflict,
    SaveSegment,
    SegmentInUse,
    SegmentNameTaken,
    SegmentNotFound,
    SegmentService,
)
from ampiq_gql.store import PageRequest, Store
from ampiq_gql.store.segments import SegmentFilter, SegmentOrder, SegmentRecord, SegmentStatus
from tests.segments.conftest import Draft

ALL = PageRequest(first=100)


def change(segment: SegmentRecord, **values: object) -> SaveSegment:
    return SaveSegment(id=segment.id, revision=segment.revision, **values)  # type: ignore[arg-type]


def test_a_new_segment_is_a_draft_that_can_be_read_back(service: SegmentService) -> None:
    saved = service.save(
        SaveSegment(
            name="Chicago", text='city is "Chicago"', description="Windy", labels=("daily", "VIP")
        ),
        "ada",
    )
    assert service.get(saved.id) == service.get(name="CHICAGO") == saved
    assert (saved.status, saved.revision, saved.created_by) == (SegmentStatus.DRAFT, 1, "ada")
    assert (saved.description, saved.labels) == ("Windy", ("daily", "VIP"))


def test_what_a_change_leaves_out_stays(service: SegmentService) -> None:
    first = SaveSegment(name="A", text="everyone", description="d", labels=("x",))
    saved = service.save(first, "ada")
    changed = service.save(change(saved, text="not everyone"), "bob")
    assert (changed.name, changed.description, changed.labels) == ("A", "d", ("x",))
    assert (changed.text, changed.revision, changed.updated_by) == ("not everyone", 2, "bob")
    cleared = service.save(change(changed, description="", labels=()), "bob")
    assert (cleared.description, cleared.labels) == ("", ())


def test_a_change_of_nothing_makes_no_revision(service: SegmentService, draft: Draft) -> None:
    saved = draft("A")
    assert service.save(change(saved, name="A", text="everyone"), "bob") == saved


def test_versions_tell_the_whole_story(service: SegmentService, draft: Draft) -> None:
    saved = draft("A")
    renamed = service.save(change(saved, name="B"), "bob")
    service.activate(renamed.id, "eve")
    versions = service.versions(saved.id, ALL).items
    assert [(one.revision, one.name, one.status.value, one.saved_by) for one in versions] == [
        (3, "B", "ACTIVE", "eve"),
        (2, "B", "DRAFT", "bob"),
        (1, "A", "DRAFT", "ada"),
    ]


@pytest.mark.parametrize(
    ("wanted", "error"),
    [
        pytest.param(SaveSegment(name="a/b", text="everyone"), InvalidName, id="name"),
        pytest.param(SaveSegment(text="everyone"), InvalidName, id="no name"),
        pytest.param(
            SaveSegment(name="A", text="everyone", labels=("no way",)), InvalidProperty, id="label"
        ),
        pytest.param(
            SaveSegment(name="A", text="everyone", folder_id="x"), FolderNotFound, id="folder"
        ),
        pytest.param(SaveSegment(name="A"), InvalidExpression, id="no text"),
        pytest.param(SaveSegment(name="A", text="citi is 1"), InvalidExpression, id="expression"),
        pytest.param(SaveSegment(id="x", revision=1, name="A"), SegmentNotFound, id="unknown"),
        pytest.param(SaveSegment(id="x", name="A"), Invalid, id="no revision"),
    ],
)
def test_what_is_wrong_is_not_saved(
    service: SegmentService, wanted: SaveSegment, error: type[Exception]
) -> None:
    with pytest.raises(error):
        service.save(wanted, "ada")
    assert service.count(SegmentFilter()) == 0


def test_all_findings_come_with_the_text(service: SegmentService) -> None:
    with pytest.raises(InvalidExpression) as refused:
        service.save(SaveSegment(name="A", text='citi is "x" and stat is "y"'), "ada")
    assert refused.value.text == 'citi is "x" and stat is "y"'
    assert [found.code for found in refused.value.diagnostics] == ["E201", "E201"]


def test_names_are_taken_once_whatever_their_case(service: SegmentService, draft: Draft) -> None:
    first, other = draft("West coast"), draft("Other")
    with pytest.raises(SegmentNameTaken) as refused:
        draft("WEST COAST")
    assert refused.value.existing_id == first.id
    with pytest.raises(SegmentNameTaken):
        service.save(change(other, name="west coast"), "ada")


Attempt = Callable[[SegmentService, SegmentRecord], SegmentRecord]
ATTEMPTS: dict[str, Attempt] = {
    "save": lambda service, seen: service.save(change(seen, name="B"), "ada"),
    "activate": lambda service, seen: service.activate(seen.id, "ada", revision=seen.revision),
    "delete": lambda service, seen: service.delete(seen.id, "ada", revision=seen.revision),
}


@pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=ATTEMPTS.keys())
def test_an_older_revision_is_refused(
    service: SegmentService, draft: Draft, attempt: Attempt
) -> None:
    seen = draft("A")
    service.save(change(seen, text="not everyone"), "bob")
    with pytest.raises(RevisionConflict) as refused:
        attempt(service, seen)
    assert (refused.value.expected, refused.value.found) == (1, 2)


def test_activation_is_done_once(service: SegmentService, draft: Draft) -> None:
    active = draft("A", active=True)
    assert (active.status, active.revision) == (SegmentStatus.ACTIVE, 2)
    assert service.activate(active.id, "bob") == active


def test_a_deleted_segment_is_gone_and_its_name_free(service: SegmentService, draft: Draft) -> None:
    saved = draft("A")
    assert service.delete(saved.id, "ada") == saved
    with pytest.raises(SegmentNotFound):
        service.get(saved.id)
    with pytest.raises(SegmentNotFound):
        service.delete(saved.id, "ada")
    assert draft("A").id != saved.id


def test_an_unknown_name_brings_the_nearest(service: SegmentService, draft: Draft) -> None:
    draft("West coast loyal")
    with pytest.raises(SegmentNotFound) as refused:
        service.get(name="West cost loyal")
    assert refused.value.hint == 'Did you mean "West coast loyal"?'


def test_segments_live_in_folders(service: SegmentService, store: Store) -> None:
    folder = FolderService(store).create("Brands", "ada")
    saved = service.save(SaveSegment(name="A", text="everyone", folder_id=folder.id), "ada")
    inside = SegmentFilter(folder_ids=(folder.id,))
    assert service.page(inside, SegmentOrder(), ALL).items == (saved,)
    moved = service.save(change(saved, folder_id=ROOT_FOLDER), "ada")
    assert moved.folder_id is None
    assert service.count(inside) == 0


def test_every_change_is_audited(service: SegmentService, store: Store, draft: Draft) -> None:
    saved = draft("A")
    saved = service.save(change(saved, name="B", labels=("x",)), "bob")
    service.activate(saved.id, "bob")
    service.delete(saved.id, "eve")
    with store.read() as work:
        log = work.audit.list_page(ALL, target_type="segment", target_id=saved.id).items
    assert [(entry.actor, entry.action, dict(entry.details)) for entry in reversed(log)] == [
        ("ada", "segment.create", {"name": "A", "text": "everyone"}),
        ("bob", "segment.save", {"name": "B", "labels": ["x"]}),
        ("bob", "segment.activate", {"status": "ACTIVE"}),
        ("eve", "segment.delete", {"name": "B"}),
    ]


def test_a_segment_in_use_cannot_be_deleted(service: SegmentService, draft: Draft) -> None:
    used = draft("Used", active=True)
    user = draft("User", 'not member of segment "used"')
    with pytest.raises(SegmentInUse, match='segment "User"') as refused:
        service.delete(used.id, "ada")
    assert [use.id for use in refused.value.uses] == [user.id]
    service.delete(user.id, "ada")
    service.delete(used.id, "ada")

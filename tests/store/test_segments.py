"""Saved segments in the store: names, revisions, versions, references, filters."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ampiq_gql.store import PageRequest, Store
from ampiq_gql.store.errors import NameNotUnique, StaleRevision
from ampiq_gql.store.segments import (
    SegmentRecord,
)
from tests.store.builders import segment

ALL = PageRequest(first=1000)


def add(store: Store, *segments: SegmentRecord) -> None:
    with store.begin() as work:
        for record in segments:
            work.segments.add(record)


@pytest.mark.parametrize(
    ("taken", "wanted"),
    [
        pytest.param("West coast", "WEST Coast", id="case"),
        pytest.param("Straße", "STRASSE", id="sharp s"),
        pytest.param("Café", "Cafe\u0301", id="composed and decomposed"),
    ],
)
def test_names_that_read_alike_are_the_same(store: Store, taken: str, wanted: str) -> None:
    add(store, segment(taken))
    with pytest.raises(NameNotUnique), store.begin() as work:
        work.segments.add(segment(wanted))
    with store.read() as work:
        found = work.segments.by_name(wanted)
    assert found is not None
    assert found.name == taken


def test_a_refused_name_does_not_spoil_the_unit(store: Store) -> None:
    with store.begin() as work:
        work.segments.add(segment("A"))
        with pytest.raises(NameNotUnique):
            work.segments.add(segment("a"))
        work.segments.add(segment("B"))
    with store.read() as work:
        assert work.segments.names() == ("A", "B")


def test_every_change_leaves_a_version(store: Store) -> None:
    first = segment("Old", text="everyone", labels=("a",))
    second = replace(first, name="New", text="not everyone", labels=("b",), revision=2)
    with store.begin() as work:
        work.segments.add(first)
        work.segments.update(second, ())
        assert work.segments.get(first.id) == second
        versions = work.segments.versions_page(first.id, ALL).items
    assert [
        (version.revision, version.name, version.text, version.labels) for version in versions
    ] == [
        (2, "New", "not everyone", ("b",)),
        (1, "Old", "everyone", ("a",)),
    ]


@pytest.mark.parametrize("revision", [1, 3], ids=["repeated", "skipped"])
def test_only_the_next_revision_is_taken(store: Store, revision: int) -> None:
    stored = segment()
    add(store, stored)
    with pytest.raises(StaleRevision), store.begin() as work:
        work.segments.update(replace(stored, text="x", revision=revision), ())


def test_deleting_frees_the_name_and_hides_the_segment(store: Store) -> None:
    stored = segment("West")
    add(store, stored)
    with store.begin() as work:
        work.segments.remove(replace(stored, revision=2))
        work.segments.add(segment("West"))
        assert work.segments.get(stored.id) is None
        with pytest.raises(StaleRevision):
            work.segments.update(replace(stored, revision=3), ())


def test_labels_differ_by_more_than_case(store: Store) -> None:
    stored = segment(labels=("VIP", "vip", "daily"))
    add(store, stored)
    with store.begin() as work:
        found = work.segments.get(stored.id)
        assert found is not None
        assert found.labels == ("daily", "vip")
        work.segments.update(replace(found, labels=("Vip",), revision=2), ())
        changed = work.segments.get(stored.id)
    assert changed is not None
    assert changed.labels == ("Vip",)

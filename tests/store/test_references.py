"""The graph of segments that name each other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ampiq_gql.store import Store
from ampiq_gql.store.segments import SegmentRecord
from tests.store.builders import segment


@pytest.fixture
def chain(store: Store) -> list[SegmentRecord]:
    """a names b and c, b names c, c names d; e stands alone."""
    a, b, c, d, e = segments = [segment(name) for name in "abcde"]
    with store.begin() as work:
        for record, named in ((e, ()), (d, ()), (c, (d,)), (b, (c,)), (a, (b, c, c))):
            work.segments.add(record, [other.id for other in named])
    return segments


def test_users_are_those_who_name_it(store: Store, chain: list[SegmentRecord]) -> None:
    a, b, c, _, e = chain
    with store.read() as work:
        users = work.references.users_of(frozenset({c.id, e.id}))
        assert work.references.named_by(a.id) == {b.id, c.id}
    assert users == {c.id: {a.id, b.id}, e.id: frozenset()}


def test_what_is_reached_includes_the_start_and_ends_on_loops(
    store: Store, chain: list[SegmentRecord]
) -> None:
    _, b, c, d, e = chain
    with store.begin() as work:
        assert work.references.reached_from(frozenset({b.id})) == {b.id, c.id, d.id}
        assert work.references.reached_from(frozenset({e.id})) == {e.id}
        work.references.replace(d.id, [b.id])
        assert work.references.reached_from(frozenset({d.id})) == {b.id, c.id, d.id}


def test_a_deleted_segment_uses_nothing(store: Store, chain: list[SegmentRecord]) -> None:
    a, b, *_ = chain
    with store.begin() as work:
        work.segments.remove(replace(a, revision=2))
        assert work.references.users_of(frozenset({b.id})) == {b.id: frozenset()}

"""The audit log tells who did what, in order."""

from __future__ import annotations

from ampiq_gql.store import PageRequest, Store


def test_the_log_is_read_newest_first_and_by_its_target(store: Store) -> None:
    with store.begin() as work:
        work.audit.record("ada", "segment.create", "segment", "s1", {"name": "West"})
        work.audit.record("bob", "list.upload", "list", "l1")
        work.audit.record("ada", "segment.activate", "segment", "s1")
    with store.read() as work:
        everything = work.audit.list_page(PageRequest())
        about_s1 = work.audit.list_page(PageRequest(), target_type="segment", target_id="s1")
        by_bob = work.audit.list_page(PageRequest(), actor="bob")
    assert [entry.action for entry in everything.items] == [
        "segment.activate",
        "list.upload",
        "segment.create",
    ]
    assert [dict(entry.details) for entry in about_s1.items] == [{}, {"name": "West"}]
    assert [entry.target_id for entry in by_bob.items] == ["l1"]

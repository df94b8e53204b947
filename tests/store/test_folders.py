"""Folders form a shallow tree with unique names."""

from __future__ import annotations

import pytest

from ampiq_gql.store import Store
from ampiq_gql.store.base import new_id
from ampiq_gql.store.errors import NameNotUnique
from ampiq_gql.store.folders import FolderRecord
from tests.store.builders import LONG_AGO


def folder(name: str, parent: FolderRecord | None = None) -> FolderRecord:
    return FolderRecord(
        id=new_id(),
        name=name,
        parent_id=parent.id if parent else None,
        level=1 + (parent.level if parent else 0),
        created_by="ada",
        created_at=LONG_AGO,
    )


def test_the_tree_lists_parents_first(store: Store) -> None:
    brands, regions = folder("Brands"), folder("a regions")
    with store.begin() as work:
        for record in (brands, folder("Acme", brands), regions, folder("West", regions)):
            work.folders.add(record)
        assert [record.name for record in work.folders.tree()] == [
            "a regions",
            "Brands",
            "Acme",
            "West",
        ]


def test_names_are_unique_in_the_whole_tree(store: Store) -> None:
    brands = folder("Brands")
    with store.begin() as work:
        work.folders.add(brands)
        with pytest.raises(NameNotUnique):
            work.folders.add(folder("BRANDS", brands))


def test_folders_are_found_by_id_and_name(store: Store) -> None:
    brands = folder("Brands")
    with store.begin() as work:
        work.folders.add(brands)
        assert work.folders.get(brands.id) == work.folders.by_name("bRANDS") == brands
        assert work.folders.get_many(frozenset({brands.id, "x"})) == {brands.id: brands}
        assert work.folders.get("x") is None

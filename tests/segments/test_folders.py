"""Folders are made three levels deep at most, under unique names."""

from __future__ import annotations

import pytest

from ampiq_gql.segments import FolderNameTaken, FolderNotFound, FolderService, InvalidName
from ampiq_gql.segments import InvalidProperty as TooDeep
from ampiq_gql.store import Store


@pytest.fixture
def folders(store: Store) -> FolderService:
    return FolderService(store)


def test_three_levels_are_the_most(folders: FolderService) -> None:
    first = folders.create("One", "ada")
    second = folders.create("Two", "ada", parent_id=first.id)
    third = folders.create("Three", "ada", parent_id=second.id)
    with pytest.raises(TooDeep, match="4 levels"):
        folders.create("Four", "ada", parent_id=third.id)
    assert folders.tree() == (first, second, third)


def test_names_are_unique_and_writable(folders: FolderService) -> None:
    first = folders.create("One", "ada")
    with pytest.raises(FolderNameTaken):
        folders.create("ONE", "ada", parent_id=first.id)
    with pytest.raises(InvalidName):
        folders.create("a/b", "ada")


def test_a_parent_must_exist(folders: FolderService) -> None:
    with pytest.raises(FolderNotFound):
        folders.create("One", "ada", parent_id="nowhere")

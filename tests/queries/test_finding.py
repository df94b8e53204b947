"""Queries lie in folders and are found by status, folder, owner and words."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ampiq_gql.errors import NotFound
from ampiq_gql.queries import QueryService, SaveQuery
from ampiq_gql.segments import FolderService
from ampiq_gql.store import Store
from ampiq_gql.store.base import utc_now
from ampiq_gql.store.paging import PageRequest
from ampiq_gql.store.queries import INACTIVE_AFTER, QueryFilter, QueryStatus
from tests.queries.conftest import Active

ALL = "SELECT amperity_id FROM merged_customers"


def found(queries: QueryService, **wanted: Any) -> list[str]:
    passing = QueryFilter(**{"now": utc_now()} | wanted)
    page = queries.page(PageRequest(), passing)
    assert len(page.items) == queries.count(passing)
    return [query.name for query in page.items]


@pytest.fixture
def every_status(queries: QueryService, active: Active, store: Store) -> None:
    """One query of each status, named like it."""
    queries.save(SaveQuery(name="draft", text=ALL), "ada")
    active(ALL, name="not_run")
    queries.run(active(ALL, name="completed").id, "ada")
    failing = active(ALL, name="failed", most_rows=1)
    with pytest.raises(Exception, match="rows"):
        queries.run(failing.id, "ada")
    broken, old = active(ALL, name="broken"), active(ALL, name="inactive")
    run = queries.run(old.id, "ada").last_run
    assert run is not None
    before = utc_now() - INACTIVE_AFTER - timedelta(minutes=1)
    with store.begin() as work:
        work.queries.note_broken(broken.id, "There is no column.")
        work.queries.note_run(old.id, replace(run, ended_at=before))
    waiting, running = active(ALL, name="waiting"), active(ALL, name="running")
    with store.begin() as work:
        work.queries.note_waiting(frozenset((waiting.id, running.id)), utc_now())
        assert work.queries.claim_run(running.id, utc_now())


@pytest.mark.usefixtures("every_status")
def test_each_status_is_found_as_it_is_shown(queries: QueryService) -> None:
    for status in QueryStatus:
        assert found(queries, statuses=(status,)) == [status.value.lower()]
        assert queries.get(name=status.value.lower()).status_at(utc_now()) is status


def test_queries_lie_in_folders(queries: QueryService, folders: FolderService) -> None:
    folder = folders.create("Mailings", "ada")
    inside = queries.save(SaveQuery(name="In", text=ALL, folder_id=folder.id), "ada")
    queries.save(SaveQuery(name="Out", text=ALL), "bo")
    assert found(queries, folder_ids=(folder.id,)) == ["In"]
    assert found(queries, folder_ids=(None,)) == ["Out"]
    assert found(queries, folder_ids=(None, folder.id), created_by=("bo",)) == ["Out"]
    queries.save(SaveQuery(id=inside.id, revision=1, folder_id=""), "ada")
    assert found(queries, folder_ids=(None,)) == ["In", "Out"]


def test_a_folder_that_does_not_exist_is_refused(queries: QueryService) -> None:
    with pytest.raises(NotFound) as caught:
        queries.save(SaveQuery(name="In", text=ALL, folder_id="0" * 32), "ada")
    assert (caught.value.code, queries.count()) == ("FOLDER_NOT_FOUND", 0)


def test_words_are_looked_for_in_names_and_texts(queries: QueryService) -> None:
    queries.save(SaveQuery(name="Big spenders", text=ALL), "ada")
    queries.save(SaveQuery(name="Other", text=f"{ALL} WHERE city = 'Big Rapids'"), "ada")
    assert found(queries, search="BIG") == ["Big spenders", "Other"]
    assert found(queries, search="spend") == ["Big spenders"]
    assert found(queries, search="%") == []

"""Queries are drafts until they are activated; an active text goes on while the next is written."""

from __future__ import annotations

import pytest

from ampiq_gql.errors import Invalid, UserError
from ampiq_gql.queries import (
    QueryNameTaken,
    QueryNotFound,
    QueryRevisionConflict,
    QueryService,
    SaveQuery,
)
from ampiq_gql.store import Store
from ampiq_gql.store.base import utc_now
from ampiq_gql.store.paging import PageRequest
from ampiq_gql.store.queries import QueryStatus
from ampiq_gql.warehouse.user_sql import SqlRefused
from tests.queries.conftest import Active

ALL = "SELECT amperity_id, city FROM merged_customers"
SOME = "SELECT amperity_id FROM merged_customers WHERE city = 'Chicago'"


def test_a_new_query_is_a_draft(queries: QueryService) -> None:
    saved = queries.save(SaveQuery(name="All", text=ALL), "ada")
    assert (saved.status_at(utc_now()), saved.revision, saved.has_draft) == (
        QueryStatus.DRAFT,
        1,
        True,
    )
    assert queries.get(saved.id) == queries.get(name="ALL") == saved


def test_the_active_text_stays_until_the_next_is_activated(
    queries: QueryService, active: Active
) -> None:
    before = active(ALL)
    draft = queries.save(SaveQuery(id=before.id, revision=before.revision, text=SOME), "ada")
    assert (draft.active_text, draft.text, draft.has_draft) == (ALL, SOME, True)
    assert queries.activate(draft.id, "ada").active_text == SOME


def test_what_is_not_given_stays(queries: QueryService, active: Active) -> None:
    before = active(ALL, description="Everybody.", fewest_rows=1, most_rows=99)
    renamed = queries.save(SaveQuery(id=before.id, revision=before.revision, name="All"), "bo")
    assert (renamed.name, renamed.description, renamed.most_rows) == ("All", "Everybody.", 99)
    assert (renamed.updated_by, renamed.created_by) == ("bo", "ada")


def test_a_change_of_nothing_is_no_revision(queries: QueryService, active: Active) -> None:
    before = active(ALL)
    wanted = SaveQuery(id=before.id, revision=before.revision, text=ALL)
    assert queries.save(wanted, "bo") == before


def test_a_lost_update_is_refused_with_both_texts(queries: QueryService, active: Active) -> None:
    before = active(ALL)
    queries.save(SaveQuery(id=before.id, revision=before.revision, text=SOME), "ada")
    with pytest.raises(QueryRevisionConflict) as caught:
        queries.save(SaveQuery(id=before.id, revision=before.revision, text=ALL), "bo")
    assert (caught.value.theirs, caught.value.yours) == (SOME, ALL)
    assert queries.get(before.id).text == SOME


def test_names_are_taken_once_whatever_their_case(queries: QueryService, active: Active) -> None:
    active(ALL, name="Big spenders")
    with pytest.raises(QueryNameTaken):
        queries.save(SaveQuery(name="BIG SPENDERS", text=SOME), "ada")


def test_a_deleted_query_is_gone_and_its_name_free(queries: QueryService, active: Active) -> None:
    gone = active(ALL)
    queries.delete(gone.id, "ada", revision=gone.revision)
    with pytest.raises(QueryNotFound):
        queries.get(gone.id)
    assert queries.save(SaveQuery(name=gone.name, text=SOME), "ada").revision == 1


def test_pages_go_by_name(queries: QueryService) -> None:
    for name in ("b", "C", "a"):
        queries.save(SaveQuery(name=name, text=ALL), "ada")
    page = queries.page(PageRequest(first=2))
    assert ([one.name for one in page.items], queries.count()) == (["a", "b"], 3)


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (SaveQuery(name="", text=ALL), "INVALID_NAME"),
        (SaveQuery(name="x"), "QUERY_TEXT_REQUIRED"),
        (SaveQuery(name="x", text="DROP TABLE merged_customers"), "SQL_NOT_ONE_SELECT"),
        (SaveQuery(name="x", text="SELECT nothing FROM merged_customers"), "SQL_COLUMN_UNKNOWN"),
        (SaveQuery(name="x", text=ALL, fewest_rows=2, most_rows=1), "ROWS_EXPECTED"),
        (SaveQuery(name="x", text=ALL, fewest_rows=-1), "ROWS_EXPECTED"),
        (SaveQuery(id="0" * 32, text=ALL), "REVISION_REQUIRED"),
        (SaveQuery(id="0" * 32, text=ALL, revision=1), "QUERY_NOT_FOUND"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_is_wrong_is_not_saved(queries: QueryService, wanted: SaveQuery, code: str) -> None:
    with pytest.raises(UserError) as caught:
        queries.save(wanted, "ada")
    assert (caught.value.code, queries.count()) == (code, 0)


def test_an_unknown_name_is_answered_with_the_nearest(
    queries: QueryService, active: Active
) -> None:
    active(ALL, name="Big spenders")
    with pytest.raises(QueryNotFound) as caught:
        queries.get(name="big spender")
    assert caught.value.hint == 'Did you mean "Big spenders"?'


def test_every_change_is_in_the_audit_log(
    queries: QueryService, store: Store, active: Active
) -> None:
    query = active(ALL)
    queries.save(SaveQuery(id=query.id, revision=query.revision, text=SOME), "bo")
    queries.delete(query.id, "cy")
    with store.read() as work:
        log = work.audit.list_page(PageRequest(), target_type="query", target_id=query.id).items
    assert sorted((entry.actor, entry.action) for entry in log) == [
        ("ada", "query.activate"),
        ("ada", "query.create"),
        ("bo", "query.save"),
        ("cy", "query.delete"),
    ]


def test_a_check_gives_the_columns_or_the_problem(queries: QueryService) -> None:
    right = queries.check("SELECT email AS x, city FROM merged_customers")
    assert right.query is not None
    assert [(one.name, one.is_pii) for one in right.query.columns] == [("x", True), ("city", False)]
    wrong = queries.check("SELECT emial FROM merged_customers")
    assert isinstance(wrong.problem, SqlRefused)


def test_a_preview_is_cut_and_says_so(queries: QueryService) -> None:
    whole = queries.preview("SELECT count(*) AS n FROM merged_customers", may_read_pii=True)
    cut = queries.preview("SELECT city FROM merged_customers", limit=5, may_read_pii=True)
    assert (whole.rows, whole.is_cut) == (((60,),), False)
    assert (len(cut.rows), cut.is_cut) == (5, True)


def test_personal_values_are_hidden_from_those_who_may_not_read_them(
    queries: QueryService,
) -> None:
    text = "SELECT upper(email) AS x, city FROM merged_customers WHERE city = 'Chicago'"
    shown = queries.preview(text, may_read_pii=True)
    hidden = queries.preview(text, may_read_pii=False)
    assert any(row[0] for row in shown.rows)
    assert [row[0] for row in hidden.rows] == [None] * len(shown.rows)
    assert {row[1] for row in hidden.rows} == {"Chicago"}


def test_personal_values_cannot_be_guessed_by_filters(queries: QueryService) -> None:
    text = "SELECT count(*) AS n FROM merged_customers WHERE email LIKE 'a%'"
    queries.preview(text, may_read_pii=True)
    with pytest.raises(Invalid) as caught:
        queries.preview(text, may_read_pii=False)
    assert caught.value.code == "PII_RESTRICTED"


@pytest.mark.parametrize("limit", [-1, 1_001])
def test_a_preview_is_small(queries: QueryService, limit: int) -> None:
    with pytest.raises(Invalid) as caught:
        queries.preview(ALL, limit=limit, may_read_pii=True)
    assert caught.value.code == "PREVIEW_LIMIT"

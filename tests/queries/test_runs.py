"""A run leaves a list of customers for segments, or says why not and leaves the old one."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from ampiq_gql.build import BuildService
from ampiq_gql.errors import UserError
from ampiq_gql.insights import InsightService
from ampiq_gql.plugin import CustomerKey
from ampiq_gql.progress import Silent
from ampiq_gql.queries import QueryService, SaveQuery
from ampiq_gql.segments import SaveSegment, SegmentService
from ampiq_gql.settings import Settings
from ampiq_gql.store import Store
from ampiq_gql.store.base import utc_now
from ampiq_gql.store.queries import RUN_LEASE, WAIT_LEASE, QueryRecord, QueryStatus
from ampiq_gql.warehouse import Warehouse
from tests.queries.conftest import Active
from tests.shop import SHOP_DAY, customers

IN_CHICAGO = "SELECT amperity_id FROM merged_customers WHERE city = 'Chicago'"
MANY = " CROSS JOIN ".join(f"merged_customers AS c{number}" for number in range(4))
CHICAGOANS = sum(customer.city == "Chicago" for customer in customers())


Count = Callable[[str], int]


@pytest.fixture
def counted(store: Store, warehouse: Warehouse, shop: Settings) -> Count:
    insights = InsightService(warehouse, SegmentService(store, warehouse, shop), shop)
    return lambda expression: insights.counted(expression).customers


def test_a_result_is_a_list_of_customers(
    queries: QueryService, active: Active, counted: Count
) -> None:
    query = active(IN_CHICAGO, name="Chicago", key=CustomerKey.AMPERITY_ID)
    ran = queries.run(query.id, "ada")
    assert ran.status_at(utc_now()) is QueryStatus.COMPLETED
    assert ran.last_run is not None
    assert (ran.last_run.rows, ran.last_run.customers) == (CHICAGOANS, CHICAGOANS)
    assert counted('member of query "chicago"') == CHICAGOANS
    assert counted('not member of query "Chicago"') == len(customers()) - CHICAGOANS


@pytest.mark.parametrize(
    ("key", "text"),
    [
        (CustomerKey.CUSTOMER_ID, "SELECT customer_id FROM merged_customers"),
        (CustomerKey.EMAIL, "SELECT DISTINCT email FROM merged_customers WHERE email IS NOT NULL"),
    ],
)
def test_other_keys_name_customers_too(
    queries: QueryService, active: Active, counted: Count, key: CustomerKey, text: str
) -> None:
    query = active(text, name="By key", key=key)
    ran = queries.run(query.id, "ada").last_run
    expected = sum(key is not CustomerKey.EMAIL or bool(one.email) for one in customers())
    assert ran is not None
    assert counted('member of query "By key"') == ran.customers == expected


@pytest.mark.parametrize(
    ("text", "properties", "code"),
    [
        ("SELECT city FROM merged_customers", {"key": "amperity_id"}, "QUERY_KEY_MISSING"),
        ("SELECT amperity_id FROM unified_transactions", {"key": "amperity_id"}, "QUERY_KEY_NULL"),
        (
            "SELECT amperity_id FROM unified_transactions WHERE amperity_id IS NOT NULL",
            {"key": "amperity_id"},
            "QUERY_KEY_REPEATED",
        ),
        (IN_CHICAGO, {"fewest_rows": 61}, "QUERY_ROWS_UNEXPECTED"),
        (IN_CHICAGO, {"most_rows": 1}, "QUERY_ROWS_UNEXPECTED"),
    ],
)
def test_a_result_that_breaks_its_promise_is_not_kept(
    queries: QueryService, active: Active, text: str, properties: dict[str, object], code: str
) -> None:
    query = active(text, name="Broken", **properties)
    with pytest.raises(UserError) as caught:
        queries.run(query.id, "ada")
    after = queries.get(query.id)
    assert (caught.value.code, after.status_at(utc_now())) == (code, QueryStatus.FAILED)
    assert (after.has_result, after.last_run and after.last_run.problem_code) == (False, code)


def test_a_failed_run_leaves_the_former_result(
    queries: QueryService, active: Active, counted: Count
) -> None:
    query = active(IN_CHICAGO, name="Chicago", key=CustomerKey.AMPERITY_ID)
    queries.run(query.id, "ada")
    wanted = SaveQuery(id=query.id, revision=query.revision, fewest_rows=1_000)
    queries.save(wanted, "ada")
    with pytest.raises(UserError):
        queries.run(query.id, "ada")
    assert queries.get(query.id).status_at(utc_now()) is QueryStatus.FAILED
    assert counted('member of query "Chicago"') == CHICAGOANS


def test_a_draft_does_not_run(queries: QueryService) -> None:
    draft = queries.save(SaveQuery(name="Draft", text=IN_CHICAGO), "ada")
    with pytest.raises(UserError) as caught:
        queries.run(draft.id, "ada")
    assert caught.value.code == "QUERY_NOT_ACTIVE"


@pytest.mark.parametrize("key", [None, CustomerKey.AMPERITY_ID])
def test_segments_name_only_queries_with_a_key_and_a_result(
    queries: QueryService, active: Active, counted: Count, key: CustomerKey | None
) -> None:
    query = active(IN_CHICAGO, name="Chicago", key=key)
    with pytest.raises(UserError):
        counted('member of query "Chicago"')
    queries.run(query.id, "ada")
    if key is None:
        with pytest.raises(UserError):
            counted('member of query "Chicago"')
    else:
        assert counted('member of query "Chicago"') == CHICAGOANS


def test_a_deleted_query_takes_its_list_along(
    queries: QueryService, active: Active, counted: Count
) -> None:
    query = active(IN_CHICAGO, name="Chicago", key=CustomerKey.AMPERITY_ID)
    queries.run(query.id, "ada")
    queries.delete(query.id, "ada")
    with pytest.raises(UserError):
        counted('member of query "Chicago"')


def test_queries_that_follow_builds_run_once_for_each(
    queries: QueryService, active: Active, warehouse: Warehouse, shop: Settings
) -> None:
    follows = active(IN_CHICAGO, name="Follows", refreshes=True)
    active(IN_CHICAGO, name="Stays", refreshes=False)
    assert [one.id for one in queries.refresh("ada")] == [follows.id]
    assert queries.refresh("ada") == ()
    BuildService(warehouse, shop).run(SHOP_DAY + timedelta(days=1), Silent())
    (again,) = queries.refresh("ada")
    assert again.last_run is not None
    assert again.last_run.as_of == SHOP_DAY + timedelta(days=1)


def test_a_query_runs_once_at_a_time(queries: QueryService, active: Active, store: Store) -> None:
    query = active(IN_CHICAGO, name="Chicago")
    with store.begin() as work:
        assert work.queries.claim_run(query.id, utc_now())
    with pytest.raises(UserError) as caught:
        queries.run(query.id, "ada")
    assert caught.value.code == "QUERY_RUNNING"
    assert queries.get(query.id).status_at(utc_now()) is QueryStatus.RUNNING


def test_a_run_whose_process_died_hinders_nobody(
    queries: QueryService, active: Active, store: Store
) -> None:
    query = active(IN_CHICAGO, name="Chicago")
    with store.begin() as work:
        work.queries.note_waiting(frozenset((query.id,)), utc_now() - WAIT_LEASE)
        assert work.queries.claim_run(query.id, utc_now() - RUN_LEASE)
    assert queries.get(query.id).status_at(utc_now()) is QueryStatus.NOT_RUN
    assert queries.run(query.id, "ada").status_at(utc_now()) is QueryStatus.COMPLETED


def test_queries_wait_for_their_turn_after_a_build(queries: QueryService, active: Active) -> None:
    first = active(f"SELECT count(*) AS n FROM {MANY}", name="A takes a while", refreshes=True)
    second = active(IN_CHICAGO, name="B waits", refreshes=True)
    seen: set[tuple[QueryStatus, ...]] = set()
    with ThreadPoolExecutor(1) as pool:
        refreshed = pool.submit(queries.refresh, "ada")
        while not refreshed.done():
            found = (queries.get(one.id).status_at(utc_now()) for one in (first, second))
            seen.add(tuple(found))
    assert (QueryStatus.RUNNING, QueryStatus.WAITING) in seen
    assert {one.status_at(utc_now()) for one in refreshed.result()} == {QueryStatus.COMPLETED}


def test_a_query_that_goes_while_it_runs_leaves_no_list(
    queries: QueryService, active: Active, shop: Settings
) -> None:
    text = f"SELECT c0.amperity_id FROM {MANY} GROUP BY c0.amperity_id"
    query = active(text, name="Going", key=CustomerKey.AMPERITY_ID)
    with ThreadPoolExecutor(1) as pool:
        ran = pool.submit(queries.run, query.id, "ada")
        while queries.get(query.id).running_since is None:
            pass
        queries.delete(query.id, "ada")
        with pytest.raises(UserError, match="no such query"):
            ran.result()
    shown = json.loads((shop.home / "warehouse.json").read_text("utf-8"))
    assert query.id not in json.dumps(shown)


def test_one_failing_query_does_not_stop_the_others(queries: QueryService, active: Active) -> None:
    active(IN_CHICAGO, name="A fails", refreshes=True, most_rows=1)
    active(IN_CHICAGO, name="B runs", refreshes=True)
    ended = {one.name: one.status_at(utc_now()) for one in queries.refresh("ada")}
    assert ended == {"A fails": QueryStatus.FAILED, "B runs": QueryStatus.COMPLETED}


def test_a_query_whose_column_went_is_broken_until_it_comes_back(
    queries: QueryService, active: Active, store: Store
) -> None:
    query = active(IN_CHICAGO, name="Chicago", refreshes=True)
    gone = "SELECT amperity_id, loyalty_tier FROM merged_customers"
    before = replace(query, revision=3, active_text=gone)
    with store.begin() as work:  # as it was when the build had the column
        work.queries.update(before)
    (broken,) = queries.refresh("ada")
    assert broken.status_at(utc_now()) is QueryStatus.BROKEN
    assert "loyalty_tier" in (broken.broken_by or "")
    assert broken.last_run is None
    with store.begin() as work:
        work.queries.update(replace(before, revision=4, active_text=IN_CHICAGO))
    (mended,) = queries.refresh("ada")
    assert mended.status_at(utc_now()) is QueryStatus.COMPLETED


def test_what_the_engine_cannot_compute_is_told_without_values(
    queries: QueryService, active: Active
) -> None:
    text = "SELECT amperity_id, CAST(email AS INTEGER) AS x FROM merged_customers"
    query = active(text, name="Cast", key=CustomerKey.AMPERITY_ID)
    with pytest.raises(UserError) as caught:
        queries.run(query.id, "ada")
    assert (caught.value.code, "example.com" in caught.value.message) == ("SQL_FAILED", False)
    with pytest.raises(UserError, match=r"example\.com"):
        queries.preview(text, may_read_pii=True)


def test_a_csv_file_is_defused_unless_it_is_wanted_verbatim(
    queries: QueryService, tmp_path: Path
) -> None:
    text = "SELECT '=1+1' AS formula, -1 AS number"
    queries.export(text, tmp_path / "safe.csv", is_for_spreadsheets=True)
    queries.export(text, tmp_path / "as_is.csv")
    assert (tmp_path / "safe.csv").read_text() == '"formula","number"\n"\'=1+1",-1\n'
    assert (tmp_path / "as_is.csv").read_text() == '"formula","number"\n"=1+1",-1\n'


def test_a_csv_file_has_at_most_a_hundred_thousand_rows(
    queries: QueryService, tmp_path: Path
) -> None:
    many = " CROSS JOIN ".join(f"merged_customers AS c{number}" for number in range(3))
    text = f"SELECT 1 AS one FROM {many}"  # 216,000 rows
    with pytest.raises(UserError) as caught:
        queries.export(text, tmp_path / "all.csv")
    assert (caught.value.code, list(tmp_path.glob("*.csv"))) == ("RESULT_TOO_LARGE", [])
    assert queries.export(text, tmp_path / "all.parquet") == 216_000


def test_a_query_without_a_key_is_counted_and_not_kept(
    queries: QueryService, active: Active, counted: Count
) -> None:
    text = "SELECT customer_id, upper(city) AS city FROM merged_customers"
    query = active(text, name="Cities", most_rows=1_000)
    ran = queries.run(query.id, "ada")
    assert ran.status_at(utc_now()) is QueryStatus.COMPLETED
    assert ran.last_run is not None
    assert (ran.last_run.rows, ran.last_run.customers) == (len(customers()), None)
    wanted = SaveQuery(id=query.id, revision=query.revision, key=CustomerKey.CUSTOMER_ID)
    assert not queries.save(wanted, "ada").is_usable  # until it has run
    queries.run(query.id, "ada")
    assert counted('member of query "Cities"') == len(customers())


def test_emails_name_customers_in_any_case(
    queries: QueryService, active: Active, counted: Count
) -> None:
    text = "SELECT upper(email) AS email FROM merged_customers WHERE email IS NOT NULL"
    query = active(text, name="By email", key=CustomerKey.EMAIL)
    queries.run(query.id, "ada")
    assert counted('member of query "By email"') == sum(bool(one.email) for one in customers())


SPENDING = """
SELECT c.amperity_id, upper(c.email) AS "Their mail", count(*) AS "Orders up to now", c.city
FROM merged_customers AS c JOIN unified_transactions AS t ON t.amperity_id = c.amperity_id
GROUP BY c.amperity_id, c.email, c.city
"""


@pytest.fixture
def spending(queries: QueryService, active: Active) -> QueryRecord:
    return queries.run(active(SPENDING, name="Big spenders", key=CustomerKey.AMPERITY_ID).id, "ada")


def test_other_columns_of_a_result_can_be_tested(spending: QueryRecord, counted: Count) -> None:
    assert spending.result_name == "query.big_spenders"
    some = counted("query.big_spenders.orders_up_to_now >= 5")
    assert 0 < some < ((spending.last_run and spending.last_run.customers) or 0)
    assert counted("query.`Big spenders`.`Orders up to now` >= 5") == some
    assert counted('query.big_spenders.city is "Chicago"') <= CHICAGOANS
    assert counted("query.big_spenders.orders_up_to_now is null") == len(customers()) - (
        (spending.last_run and spending.last_run.customers) or 0
    )


def test_columns_of_a_result_are_measured_and_as_personal_as_their_inputs(
    spending: QueryRecord, store: Store, warehouse: Warehouse, shop: Settings
) -> None:
    with warehouse.read() as session:
        catalog = SegmentService(store, warehouse, shop).catalog(session)
    table = catalog.table("query.big_spenders")
    assert table is not None
    assert [(one.name, one.is_pii) for one in table.columns] == [
        ("their_mail", True), ("orders_up_to_now", False), ("city", False),
    ]  # fmt: skip
    mail, orders, city = table.columns
    assert (mail.top_values, mail.known_values, mail.minimum) == ((), None, None)
    assert orders.mean is not None
    assert "Chicago" in {one.value for one in city.top_values}


@pytest.mark.parametrize(
    ("stated", "personal"),
    [
        pytest.param({"city": "pii"}, [True, True, True], id="more since the run"),
        pytest.param({"city": "internal"}, [True, False, False], id="nothing restricted"),
    ],
)
def test_what_becomes_personal_later_is_not_told_by_a_result_of_before(
    queries: QueryService, active: Active, store: Store, warehouse: Warehouse, shop: Settings,
    stated: dict[str, str], personal: list[bool],
) -> None:  # fmt: skip
    renamed = SPENDING.replace("city", "city AS place", 1)
    ran = queries.run(active(renamed, name="Renamed", key=CustomerKey.AMPERITY_ID).id, "ada")
    later = shop.model_copy(update={"column_classes": stated})
    segments = SegmentService(store, warehouse, later)

    def found() -> list[bool]:
        with warehouse.read() as session:
            table = segments.catalog(session).table(ran.result_name or "")
        return [] if table is None else [one.is_pii for one in table.columns]

    assert found() == personal
    QueryService(store, warehouse, segments, later).run(ran.id, "ada")
    assert found() == [True, False, stated["city"] == "pii"]


def test_a_renamed_query_keeps_its_place_in_expressions(
    spending: QueryRecord, queries: QueryService, segments: SegmentService, counted: Count
) -> None:
    text = "query.big_spenders.city is known and query.`Big spenders`.city is known"
    saved = segments.save(SaveSegment(name="Known", text=text), "ada")
    wanted = SaveQuery(id=spending.id, revision=spending.revision, name="Regulars")
    queries.save(wanted, "ada")
    after = segments.get(saved.id).text
    assert after == "query.big_spenders.city is known and query.`Regulars`.city is known"
    assert counted(after) > 0
    assert queries.run(spending.id, "ada").result_name == "query.big_spenders"


def test_a_name_with_a_backtick_breaks_no_segment(
    spending: QueryRecord, queries: QueryService, segments: SegmentService, counted: Count
) -> None:
    saved = segments.save(SaveSegment(name="Known", text="query.`Big spenders`.city is known"), "a")
    queries.save(SaveQuery(id=spending.id, revision=spending.revision, name="The `big`"), "ada")
    after = segments.get(saved.id).text
    assert (after, counted(after) > 0) == ("query.big_spenders.city is known", True)


def test_no_later_query_takes_the_place_of_another_in_expressions(
    spending: QueryRecord, queries: QueryService, active: Active, counted: Count
) -> None:
    before = counted("query.big_spenders.city is known")
    queries.save(SaveQuery(id=spending.id, revision=spending.revision, name="Regulars"), "ada")
    nobody = f"SELECT * FROM ({SPENDING}) AS found WHERE 1 = 0"
    queries.run(active(nobody, name="big_spenders", key=CustomerKey.AMPERITY_ID).id, "ada")
    assert counted("query.big_spenders.city is known") == before > 0


def test_a_query_whose_columns_segments_test_does_not_go(
    spending: QueryRecord, queries: QueryService, segments: SegmentService
) -> None:
    segments.save(SaveSegment(name="Known", text="query.big_spenders.city is known"), "ada")
    with pytest.raises(UserError, match="Known"):
        queries.delete(spending.id, "ada")


def test_results_of_one_name_are_told_apart(
    spending: QueryRecord, queries: QueryService, active: Active
) -> None:
    other = active(IN_CHICAGO, name="Big, spenders", key=CustomerKey.AMPERITY_ID)
    name = queries.run(other.id, "ada").result_name
    assert name == f"query.big_spenders_{other.id[:8]}"
    assert spending.result_name == "query.big_spenders"

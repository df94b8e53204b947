"""Loads are numbered, write only what changed, take keys away, and can be taken back."""

from __future__ import annotations

from typing import Any

import pytest

from ampiq_gql.ingest import LoadMode, LoadNotFound, LoadService, ReloadRefused, UndoRefused
from tests.ingest.builders import CUSTOMERS_HEADER, ORDERS_HEADER, Loading, lines

FIRST = CUSTOMERS_HEADER + "1,Ann,a\n2,Bob,b\n3,Cid,c\n"
SECOND = CUSTOMERS_HEADER + "2,Bob,b\n3,Cyd,c\n4,Dan,d\n"


def _people(loading: Loading) -> list[tuple[Any, ...]]:
    return loading.rows("customers", "customer_id", "given_name", "load_number")


def test_only_new_and_changed_rows_are_written(loading: Loading) -> None:
    loading.customers(FIRST)
    report = loading.customers(SECOND)
    assert (report.rows_new, report.rows_changed, report.rows_unchanged) == (1, 1, 1)
    assert _people(loading) == [("1", "Ann", 1), ("2", "Bob", 1), ("3", "Cyd", 2), ("4", "Dan", 2)]


@pytest.mark.parametrize(
    ("mode", "names"),
    [
        (LoadMode.UPSERT, ["Ann", "Bob", "Cyd", "Dan"]),
        (LoadMode.APPEND, ["Ann", "Bob", "Cid", "Dan"]),
        (LoadMode.REPLACE, ["Bob", "Cyd", "Dan"]),
    ],
)
def test_the_mode_says_what_becomes_of_former_rows(
    loading: Loading, mode: LoadMode, names: list[str]
) -> None:
    loading.customers(FIRST)
    loading.customers(SECOND, mode=mode, allow_vanishing=True)
    assert [row[1] for row in _people(loading)] == names


def test_much_does_not_vanish_unasked(loading: Loading) -> None:
    loading.customers(FIRST)
    with pytest.raises(ReloadRefused, match=r"1 of 3 customers of main .* \(33%\)"):
        loading.customers(SECOND, mode=LoadMode.REPLACE)
    assert len(_people(loading)) == 3


def test_a_window_replaces_the_days_of_the_file_only(loading: Loading) -> None:
    days = [f"o{day},c1,2025-01-{day:02},{day}" for day in range(1, 11)]
    loading.orders(ORDERS_HEADER + lines(days))
    changed = [*days[3:5], days[6], "x,c1,2025-01-06,1"]
    report = loading.orders(
        ORDERS_HEADER + lines(changed), mode=LoadMode.WINDOW, allow_vanishing=True
    )
    assert (report.rows_new, report.rows_removed) == (1, 1)
    kept = {row[0] for row in loading.rows("orders", "order_id")}
    assert kept == {"o1", "o2", "o3", "o4", "o5", "o7", "o8", "o9", "o10", "x"}


def test_a_window_needs_dates(loading: Loading) -> None:
    loading.customers(FIRST)
    with pytest.raises(ReloadRefused, match="needs the date of each row"):
        loading.customers(SECOND, mode=LoadMode.WINDOW)


def test_keys_in_a_file_are_taken_away(loading: Loading) -> None:
    loading.items("order_id,product_id,revenue\no1,p1,1\no1,p2,2\no2,p1,3\n")
    report = loading.items("order_id\no1\nnone\n", mode=LoadMode.DELETE)
    assert report.rows_removed == 2
    assert loading.rows("order_items", "order_id") == [("o2",)]


@pytest.mark.parametrize("mode", list(LoadMode))
def test_every_load_can_be_taken_back_whole(loading: Loading, mode: LoadMode) -> None:
    header, rows = ORDERS_HEADER, lines(f"o{n},c1,2025-01-{n:02},{n}" for n in range(1, 5))
    loading.orders(header + rows)
    columns = ("order_id", "order_revenue", "load_number", "row_hash")
    before = loading.rows("orders", *columns)
    loading.orders(header + "o2,c1,2025-01-02,99\no5,c1,2025-01-04,5\n", mode=mode,
                   allow_vanishing=True)  # fmt: skip
    assert loading.rows("orders", *columns) != before
    LoadService(loading.warehouse).undo(2)
    assert loading.rows("orders", *columns) == before


def test_an_undone_load_frees_its_files_and_its_number_stays_taken(loading: Loading) -> None:
    loading.customers(FIRST)
    loading.customers(SECOND)
    loads = LoadService(loading.warehouse)
    report = loads.undo(2)
    assert (report.rows_taken_back, report.rows_restored) == (2, 1)
    again = loading.customers(SECOND)
    assert (again.skipped, again.load_number, again.rows_changed) == (False, 4, 1)
    assert [(load.number, load.undone_at is None) for load in loads.list()] == [
        (4, True), (2, False), (1, True),
    ]  # fmt: skip


def test_what_later_loads_stand_on_does_not_go_alone(loading: Loading) -> None:
    loading.customers(FIRST)
    loading.customers(SECOND)
    loads = LoadService(loading.warehouse)
    with pytest.raises(UndoRefused, match="load 2 of the same source came later"):
        loads.undo(1)
    assert loads.undo(1, with_later=True).load_numbers == (2, 1)
    assert _people(loading) == []


def test_loads_of_other_sources_do_not_stand_on_it(loading: Loading) -> None:
    loading.customers(FIRST, source="shop")
    loading.customers(SECOND, source="crm")
    LoadService(loading.warehouse).undo(1)
    assert [row[1] for row in _people(loading)] == ["Bob", "Cyd", "Dan"]


def test_an_unknown_load_cannot_be_undone(loading: Loading) -> None:
    with pytest.raises(LoadNotFound):
        LoadService(loading.warehouse).undo(9)


def test_totals_of_rows_and_money_are_kept_and_balance(loading: Loading) -> None:
    rows = ["o1,c1,2025-01-01,5", "o1,c1,2025-01-02,7", "o2,c1,never,11", "o3,c1,2025-01-01,13", ""]
    report = loading.orders(ORDERS_HEADER + lines(rows))
    (total,) = report.totals
    assert (total.file_lines, total.rows_read, total.blank_lines) == (6, 4, 1)
    assert total.rows_read == total.rows_loaded + total.rows_quarantined + total.rows_duplicate
    money = (total.money_read, total.money_loaded, total.money_quarantined, total.money_duplicate)
    assert money == (36, 20, 11, 5)

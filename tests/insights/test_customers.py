"""The customers of a segment: pages that meet without gap or overlap, and chosen columns."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from ampiq_gql.errors import Invalid, UserError
from ampiq_gql.insights import CustomerService
from tests.insights.figures_by_hand import members
from tests.shop import customers as shop_customers


def _walk(customers: CustomerService, text: str, first: int) -> list[tuple[UUID, str]]:
    rows: list[tuple[UUID, str]] = []
    has_next_page = True
    while has_next_page:
        after = rows[-1][0] if rows else None
        page = customers.page(text, columns=["customer_id"], first=first, after=after)
        assert len(page.rows) <= first
        rows += [(row[0], row[1]) for row in page.rows]
        has_next_page = page.has_next_page
    return rows


@pytest.mark.parametrize("first", [1, 2, 7, 60, 100])
def test_pages_hold_everybody_once_in_the_order_of_ids(
    customers: CustomerService, first: int
) -> None:
    rows = _walk(customers, "everyone", first)
    ids = [str(amperity_id) for amperity_id, _ in rows]
    assert ids == sorted(set(ids))
    assert {key for _, key in rows} == {one.customer_id for one in shop_customers()}


def test_pages_hold_the_members_only(customers: CustomerService) -> None:
    rows = _walk(customers, 'city is "Seattle"', 3)
    seattle = members(lambda customer: customer.city == "Seattle")
    assert {key for _, key in rows} == {one.customer_id for one in seattle}


def test_rows_show_what_the_files_say(customers: CustomerService) -> None:
    columns = ["customer_id", "given_name", "city", "birthdate", "customer_attributes.is_purchaser"]
    page = customers.page('city is "Portland"', columns=columns)
    assert [column.name for column in page.columns] == [*columns[:-1], "is_purchaser"]
    people = {one.customer_id: one for one in shop_customers()}
    for _, key, given_name, city, birthdate, is_purchaser in page.rows:
        person = people[key]
        assert (given_name, city, birthdate) == (person.given_name, "Portland", person.birthdate)
        assert is_purchaser in (True, False)


def test_without_chosen_columns_names_and_place_are_shown(customers: CustomerService) -> None:
    page = customers.page("everyone", first=1)
    names = [column.name for column in page.columns]
    assert names == ["given_name", "surname", "full_name", "address", "city", "state", "postal"]


def test_an_empty_choice_shows_the_id_alone(customers: CustomerService) -> None:
    page = customers.page("everyone", columns=[], first=1)
    assert page.columns == ()
    assert [len(row) for row in page.rows] == [1]


def test_a_page_says_what_it_was_asked_of(customers: CustomerService) -> None:
    page = customers.page("everyone", first=0, as_of=date(2026, 1, 1))
    assert (page.rows, page.has_next_page, page.as_of) == ((), True, date(2026, 1, 1))


@pytest.mark.parametrize(
    ("columns", "code", "hint"),
    [
        (["citty"], "COLUMN_UNKNOWN", "'city'"),
        (["customer_360.citty"], "COLUMN_UNKNOWN", "'customer_360.city'"),
        (["zzzzzzzz"], "COLUMN_UNKNOWN", ""),
        (["unified_transactions.order_revenue"], "COLUMN_REPEATS", "one row per customer"),
        (["city", "city"], "COLUMN_REPEATS", ""),
        (["city", "merged_customers.city"], "COLUMN_REPEATS", ""),
    ],
    ids=lambda value: ",".join(value) if isinstance(value, list) else None,
)
def test_columns_that_cannot_be_shown_are_refused(
    customers: CustomerService, columns: list[str], code: str, hint: str
) -> None:
    with pytest.raises(UserError) as refused:
        customers.page("everyone", columns=columns)
    assert refused.value.code == code
    assert hint in (refused.value.hint or "")


@pytest.mark.parametrize("first", [-1, 1_001])
def test_a_page_has_a_size_within_bounds(customers: CustomerService, first: int) -> None:
    with pytest.raises(Invalid, match=str(first)):
        customers.page("everyone", first=first)

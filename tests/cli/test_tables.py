"""The data explorer in the terminal."""

from __future__ import annotations

from pathlib import Path

from tests.cli.terminal import Ampiq
from tests.shop import customers


def row(text: str, name: str) -> list[str]:
    return next(line.split() for line in text.splitlines() if line.split()[:1] == [name])


def test_tables_are_listed_with_their_rows(ampiq: Ampiq, shop_home: Path) -> None:
    ran = ampiq("tables", home=shop_home)
    assert ran.code == 0
    assert row(ran.out, "customer_360")[1] == str(len(customers()))


def test_a_table_shows_its_columns_with_an_example(ampiq: Ampiq, shop_home: Path) -> None:
    ran = ampiq("tables", "customer_360", home=shop_home)
    filled = sum(one.city is not None for one in customers()) / len(customers())
    assert row(ran.out, "city")[1:5] == ["string", "internal", f"{filled:.1%}", "4"]
    assert row(ran.out, "birthdate")[2] == "sensitive"
    assert "Made of merged_customers, sources.customers" in ran.err


def test_a_table_is_one_json_document(ampiq: Ampiq, shop_home: Path) -> None:
    table = ampiq("tables", "customer_360", "--json", home=shop_home).json
    email = next(one for one in table["columns"] if one["name"] == "email")
    assert (email["tag"], email["access"], email["top_values"]) == ("customers/email", "pii", [])
    assert email["distinct"] == sum(one.email is not None for one in customers())


def test_columns_are_found_by_words(ampiq: Ampiq, shop_home: Path) -> None:
    assert "shoe_size" in ampiq("tables", "--search", "shoe", home=shop_home).out
    found = ampiq("tables", "--search", "shoe", "--json", home=shop_home).json
    assert [(one["name"], one["columns"]) for one in found] == [("customer_360", ["shoe_size"])]


def test_an_unknown_table_ends_with_1_and_the_nearest_name(ampiq: Ampiq, shop_home: Path) -> None:
    ran = ampiq("tables", "customers_360", home=shop_home)
    assert (ran.code, ran.out) == (1, "")
    assert "Did you mean customer_360" in ran.err


def test_a_table_and_a_search_at_once_are_refused(ampiq: Ampiq, shop_home: Path) -> None:
    assert ampiq("tables", "x", "--search", "y", home=shop_home).code == 2

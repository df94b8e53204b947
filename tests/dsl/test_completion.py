"""Proposals at the cursor, which is written `|` here."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsl.catalog import ListKind
from dsl.completion import Completion, CompletionKind, complete
from tests.dsl.corpus import ACCEPTANCE
from tests.dsl.fixture import CATALOG, FixtureList

_CITIES = CATALOG.with_column("customer_360", "city", known_values=frozenset({"Boston", "Chicago"}))
_LIST = FixtureList(
    name="survey_2026.csv", kind=ListKind.FILE, selectable=CATALOG.tables[0].selectable
)
CATALOG_OF_A_SHOP = replace(
    _CITIES.with_segments(**{"West coast": "everyone", "Coffee lovers": "everyone"}), lists=[_LIST]
)


def proposals(marked: str) -> tuple[Completion, ...]:
    text = marked.replace("|", "")
    return complete(text, marked.index("|"), CATALOG_OF_A_SHOP)


def texts(marked: str, kind: CompletionKind | None = None) -> list[str]:
    return [one.text for one in proposals(marked) if kind in (None, one.kind)]


def accepted(marked: str, text: str) -> str:
    """The text after the proposal is taken."""
    before = marked.replace("|", "")
    (taken,) = [one for one in proposals(marked) if one.text == text]
    return before[: taken.start] + taken.text + before[taken.end :]


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("|", ["city", "everyone", "has purchased", "member of", "not", "include"]),
        ("ci|", ["city"]),
        ("city |", ["is", "contains", "in", "between", "is empty"]),
        ("city is |", ["today", '"Boston"', '"Chicago"']),
        ("city in ('Boston', |", ['"Chicago"']),
        ("city contains a|", ["all of", "any of"]),
        ("has purchased |", ["at least", "in", "where", "net of returns", "and", "exclude"]),
        ("has purchased in |", ["last", "this", "previous", "next"]),
        ("has purchased in last 3 |", ["days", "months"]),
        ("has purchased at least 3 |", ["times"]),
        ("top 10% |", ["by"]),
        ("a is 1 and |", ["city", "has not purchased", "not"]),
        ("first_order_datetime after today - 3 |", ["months"]),
    ],
)
def test_what_may_follow_is_proposed(marked: str, expected: list[str]) -> None:
    assert set(expected) <= set(texts(marked))


@pytest.mark.parametrize(
    ("marked", "unwanted"),
    [
        ("city |", ["and", "everyone", "city"]),
        ("city is 'x' |", ["is", "where", "times"]),
        ("has purchased in |", ["and", "top"]),
        ("has purchased in last 3 |", ["and", "ago"]),
        ("(a is 1 |", ["exclude"]),
    ],
)
def test_what_may_not_follow_is_not(marked: str, unwanted: list[str]) -> None:
    assert not set(unwanted) & set(texts(marked))


@pytest.mark.parametrize(
    ("marked", "text", "expected"),
    [
        ("ci|", "city", "city"),
        (
            "a is 1 and fir|st_or is 2",
            "first_order_datetime",
            "a is 1 and first_order_datetime is 2",
        ),
        ("has pur|", "has purchased", "has purchased"),
        ("has  not  p|", "has not purchased", "has not purchased"),
        ("a is 1 and most freq|", "most frequent order", "a is 1 and most frequent order"),
        ("city is |", '"Chicago"', 'city is "Chicago"'),
        ('city is "Ch|', '"Chicago"', 'city is "Chicago"'),
        ("city is 'Ch|' and a is 1", '"Chicago"', 'city is "Chicago" and a is 1'),
        ("city does not s|", "does not start with", "city does not start with"),
        ("member of segment |", '"West coast"', 'member of segment "West coast"'),
        ('member of segment "coa|"', '"West coast"', 'member of segment "West coast"'),
    ],
)
def test_a_proposal_replaces_the_unfinished_words(marked: str, text: str, expected: str) -> None:
    assert accepted(marked, text) == expected


def test_columns_tell_their_type_and_table() -> None:
    (city,) = [one for one in proposals("ci|") if one.text == "city" and "360" in one.detail]
    assert (city.kind, city.detail) == (CompletionKind.COLUMN, "string · customer_360")


def test_names_that_begin_with_what_is_written_come_first() -> None:
    columns = texts("latest|", CompletionKind.COLUMN)
    assert columns[0].startswith("latest")
    assert "days_since_latest_order" in columns


def test_tables_are_proposed_after_any_row_in() -> None:
    assert "unified_loyalty" in texts("any row in |", CompletionKind.TABLE)
    assert texts("any row in |", CompletionKind.COLUMN) == []


@pytest.mark.parametrize(
    "marked",
    [
        "any row in unified_loyalty where (|",
        "any row in `Unified Loyalty` where (is_opted_in is true and (|",
        "count of unified_loyalty where (current_tier in ('a') and |",
        "unified_loyalty.|",
        "sum of unified_loyalty.|",
    ],
)
def test_inside_a_table_only_its_columns_are_proposed(marked: str) -> None:
    columns = texts(marked, CompletionKind.COLUMN)
    assert "current_tier" in columns
    assert "city" not in columns


@pytest.mark.parametrize("marked", ["has purchased where (|", "first purchase of (|"])
def test_inside_a_purchase_the_columns_of_lines_are_proposed(marked: str) -> None:
    columns = texts(marked, CompletionKind.COLUMN)
    assert "product_category" in columns
    assert "city" not in columns


def test_lists_of_the_named_kind_are_proposed() -> None:
    assert texts("member of segment |") == ['"West coast"', '"Coffee lovers"']
    assert texts("member of file |") == ['"survey_2026.csv"']
    assert texts("member of campaign |") == []


def test_uploaded_files_are_proposed_with_their_columns() -> None:
    assert {"file.ratings", "file.survey_2026"} <= set(texts("any row in |", CompletionKind.TABLE))
    assert texts("file.|", CompletionKind.TABLE) == ["file.ratings", "file.survey_2026"]
    assert accepted("file.sur|", "file.survey_2026") == "file.survey_2026"
    for table in ("file.survey_2026", "file.`Survey 2026`"):
        assert texts(f"{table}.st|", CompletionKind.COLUMN) == ["stars"]
        assert "answer" in texts(f"any row in {table} where (|", CompletionKind.COLUMN)
    assert texts("answ|", CompletionKind.COLUMN) == []


def test_nothing_is_proposed_behind_a_syntax_error() -> None:
    assert proposals("city is 'x' 'y' and |") == ()


@given(st.sampled_from(ACCEPTANCE), st.integers(0, 80))
@settings(max_examples=40, deadline=None)
def test_every_proposal_fits_the_text(text: str, offset: int) -> None:
    for one in complete(text, offset, CATALOG_OF_A_SHOP):
        assert 0 <= one.start <= min(offset, len(text)) <= one.end <= len(text)


def test_tables_that_say_nothing_about_customers_are_not_proposed() -> None:
    assert "email_engagement_summary" not in texts("any row in |", CompletionKind.TABLE)
    assert texts("email_open|") == []


def test_nothing_is_proposed_in_a_text_that_is_too_long_to_be_read() -> None:
    assert proposals(f"city is null {' ' * 65_536}|") == ()

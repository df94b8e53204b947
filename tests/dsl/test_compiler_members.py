"""Members of segments and lists, rows of a table, and ranks."""

from __future__ import annotations

from decimal import Decimal

import pytest
import sqlalchemy as sa

from dsl import AsOf, check, compile_ids
from dsl.catalog import ListKind
from tests.dsl.fixture import (
    AS_OF,
    CATALOG,
    METADATA,
    FixtureList,
    Warehouse,
    customers,
    person,
)

SURVEY = sa.Table("list_survey", METADATA, sa.Column("amperity_id", sa.Uuid()))
LISTED = CATALOG.with_lists(
    FixtureList(name="survey.csv", kind=ListKind.FILE, selectable=SURVEY)
).with_segments(
    West='city in ("LA", "SF")',
    Coast='member of segment "west" or city is "NY"',
    Inland='not member of segment "Coast" exclude city is null',
)
PEOPLE = customers("chi", "la", "ny", "nul", "sf") | {
    "customer_360": [
        {"amperity_id": person(name), "city": city}
        for name, city in [
            ("chi", "Chicago"),
            ("la", "LA"),
            ("ny", "NY"),
            ("nul", None),
            ("sf", "SF"),
        ]
    ],
    "list_survey": [{"amperity_id": person(name)} for name in ("la", "la", "stranger")]
    + [{"amperity_id": None}],
}


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("everyone", "chi la nul ny sf"),
        ('member of segment "West"', "la sf"),
        ('is not a member of segment "West"', "chi nul ny"),
        ('member of segment "COAST"', "la ny sf"),
        ('member of segment "Inland"', "chi"),
        ('member of segment "Coast" and not member of segment "West"', "ny"),
        ('member of file "survey.csv"', "la"),
        ('member of list "Survey.CSV"', "la"),
        ('not member of file "survey.csv"', "chi nul ny sf"),
        ('city is "NY" exclude member of segment "West" exclude city is "x"', "ny"),
    ],
)
def test_members_are_found(warehouse: Warehouse, text: str, ids: str) -> None:
    warehouse.fill(PEOPLE)
    assert warehouse.names(text, LISTED) == ids


def test_a_segment_used_twice_is_computed_once() -> None:
    text = 'member of segment "West" or (member of segment "Coast" and has purchased)'
    segment = check(text, LISTED, AsOf.on(AS_OF)).segment
    assert segment is not None
    assert str(compile_ids(segment)).count("segment_west AS") == 1


def test_references_name_all_segments_that_are_used() -> None:
    segment = check('member of segment "Inland"', LISTED, AsOf.on(AS_OF)).segment
    assert segment is not None
    used = {reference.name: reference.is_direct for reference in segment.references}
    assert used == {"Inland": True, "Coast": False, "West": False}
    assert len({reference.definition_hash for reference in segment.references}) == 3


def test_segments_that_use_each_other_many_times_stay_small() -> None:
    texts = {"S0": "has purchased"}
    for level in range(1, 15):
        below = f'member of segment "S{level - 1}"'
        texts[f"S{level}"] = f'{below} or (city is "{level}" and {below})'
    segment = check(
        'member of segment "S14"', CATALOG.with_segments(**texts), AsOf.on(AS_OF)
    ).segment
    assert segment is not None
    assert len(str(compile_ids(segment))) < 20_000


def test_segments_cannot_be_nested_without_end() -> None:
    texts = {"S0": "everyone"}
    for level in range(1, 40):
        texts[f"S{level}"] = f'member of segment "S{level - 1}"'
    checked = check('member of segment "S39"', CATALOG.with_segments(**texts), AsOf.on(AS_OF))
    assert [each.code for each in checked.diagnostics] == ["E203"]


LOYALTY = customers("in_out", "in_only", "unknown", "empty") | {
    "unified_loyalty": [
        {
            "amperity_id": person(name),
            "is_opted_in": flag,
            "current_tier": tier,
            "current_balance": points,
        }
        for name, flag, tier, points in [
            ("in_out", True, "Gold", 10),
            ("in_out", False, "VIP", 1),
            ("in_only", True, "VIP", 2),
            ("in_only", True, "VIP", None),
            ("unknown", None, None, None),
            ("stranger", True, "VIP", 5),
        ]
    ]
}


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("unified_loyalty.is_opted_in is true", "in_only in_out"),
        ('is_opted_in is true and current_tier is "VIP"', "in_only in_out"),
        (
            'any row in unified_loyalty where (is_opted_in is true and current_tier is "VIP")',
            "in_only",
        ),
        ("no row in unified_loyalty where (is_opted_in is true)", "empty unknown"),
        ("every row in unified_loyalty where (is_opted_in is true)", "in_only"),
        ("any row in unified_loyalty where (not (is_opted_in is true))", "in_out unknown"),
        ("current_tier is null", "unknown"),
        ("count of unified_loyalty = 0", "empty"),
        ("count of unified_loyalty < 2", "empty unknown"),
        ("count of unified_loyalty where (is_opted_in is true) >= 1", "in_only in_out"),
        ("sum of current_balance = 0", "empty unknown"),
        ("sum of current_balance > 2", "in_out"),
        ("avg of current_balance = 5.5", "in_out"),
        ("avg of current_balance < 100", "in_only in_out"),
        ("min of current_balance <= 1", "in_out"),
        ("distinct of current_tier >= 2", "in_out"),
        ("distinct of current_tier <= 1", "empty in_only unknown"),
    ],
)
def test_rows_are_quantified_counted_and_summed(warehouse: Warehouse, text: str, ids: str) -> None:
    warehouse.fill(LOYALTY)
    assert warehouse.names(text) == ids


AMOUNTS = {"a": "100", "b": "50", "c": "50", "d": "50", "e": "10", "f": None}
SPENDERS = customers(*AMOUNTS) | {
    "transaction_attributes_extended": [
        {"amperity_id": person(name), "l12m_order_revenue": amount and Decimal(amount)}
        for name, amount in AMOUNTS.items()
    ]
}


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("l12m_order_revenue in top 20%", "a"),
        ("l12m_order_revenue in top 21%", "a b c d"),
        ("l12m_order_revenue in top 100%", "a b c d e"),
        ("l12m_order_revenue in bottom 1%", "e"),
        ("l12m_order_revenue in bottom 40%", "b c d e"),
        ("l12m_order_revenue in top 50% among (l12m_order_revenue < 100)", "b c d"),
        ("l12m_order_revenue in top 10% among (l12m_order_revenue > 1_000)", ""),
        ("top 500 by l12m_order_revenue", "a b c d e"),
        ("top 1 by l12m_order_revenue", "a"),
    ],
)
def test_ranks_take_ties_with_a_share(warehouse: Warehouse, text: str, ids: str) -> None:
    warehouse.fill(SPENDERS)
    assert warehouse.names(text) == ids


def test_a_rank_of_a_number_is_exact_and_ties_are_broken_by_id(warehouse: Warehouse) -> None:
    warehouse.fill(SPENDERS)
    by_id = sorted("bcd", key=lambda name: str(person(name)))
    assert warehouse.names("top 3 by l12m_order_revenue") == " ".join(sorted(["a", *by_id[:2]]))


def test_rfm_bounds_hold_for_each_part(warehouse: Warehouse) -> None:
    scores = {"best": (10, 10, 10), "floor": (9, 8, 10), "less": (10, 7, 10), "low": (1, 2, 2)}
    names = ("l12m_recency", "l12m_frequency", "l12m_monetary")
    rows = [
        {"amperity_id": person(name), **dict(zip(names, parts, strict=True))}
        for name, parts in scores.items()
    ]
    warehouse.fill(customers(*scores, "none") | {"transaction_attributes_extended": rows})
    assert warehouse.names("rfm at least 9-8-10") == "best floor"
    assert warehouse.names("rfm at most 2-2-2") == "low"


FILES = customers("none", "one", "two") | {
    "file.ratings": [
        {"amperity_id": person("one"), "score": 5},
        {"amperity_id": None, "score": 5},
        {"amperity_id": person("stranger"), "score": 5},
    ],
    "file.survey_2026": [
        {"amperity_id": person("one"), "answer": "yes", "stars": 2},
        {"amperity_id": person("two"), "answer": "yes", "stars": 1},
        {"amperity_id": person("two"), "answer": "no", "stars": 5},
        {"amperity_id": None, "answer": "no", "stars": 5},
    ],
}


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("file.ratings.score = 5", "one"),
        ("file.ratings.score is null", "none two"),
        ("not (file.ratings.score = 5)", "none two"),
        ("file.`Ratings`.`Score` > 4", "one"),
        ("file.survey_2026.stars >= 2", "one two"),
        ('file.survey_2026.answer is "no" and file.SURVEY_2026.stars < 2', "two"),
        ('any row in file.survey_2026 where (answer is "no" and stars < 2)', ""),
        ('every row in file.`Survey 2026` where (answer is "yes")', "one"),
        ("count of file.survey_2026 = 0", "none"),
        ("sum of file.survey_2026.stars > 2", "two"),
    ],
)
def test_uploaded_files_are_tables(warehouse: Warehouse, text: str, ids: str) -> None:
    warehouse.fill(FILES)
    assert warehouse.names(text) == ids

"""Every operator over a value, another value, blank, spaces, NULL and no row (segments.md §3).

Customers are called by what they hold; `none` has no row in the table at all.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.dsl.fixture import Data, Warehouse, customers, person

at = datetime.fromisoformat
TABLE = "transaction_attributes_extended"


def holders(column: str, table: str = TABLE, **values: Any) -> Data:
    """Customers who hold a value in a column, beside one without a row."""
    rows = [{"amperity_id": person(name), column: value} for name, value in values.items()]
    return customers(*values, "none") | {table: rows}


TEXTS = holders(
    "first_order_purchase_channel",
    value="Web",
    other="Store 50%",
    blank="",
    spaces="  ",
    null=None,
)
TEXT_CASES = {
    'is "web"': "value",
    'is exactly "WEB"': "value",
    'is ""': "blank",
    'is "  "': "spaces",
    'is not "web"': "blank other spaces",
    'contains "E"': "other value",
    'contains "0%"': "other",
    'contains "_"': "",
    'like "eb"': "value",
    'does not contain "e"': "blank spaces",
    'starts with "w"': "value",
    'starts with "%"': "",
    'does not start with "w"': "blank other spaces",
    'ends with "%"': "other",
    'ends with "EB"': "value",
    'does not end with "%"': "blank spaces value",
    'contains any of ("web", "store")': "other value",
    'contains all of ("store", "50")': "other",
    'does not contain any of ("web", "50")': "blank spaces",
    'in ("WEB", "")': "blank value",
    'not in ("WEB", "")': "other spaces",
    'matches case "Web"': "value",
    'matches case "web"': "",
    "is empty": "blank none null",
    "is not empty": "other spaces value",
    "is null": "none null",
    "is not null": "blank other spaces value",
    "is known": "blank other spaces value",
}

FLAGS = holders("one_and_done", yes=True, no=False, null=None)
FLAG_CASES = {
    "is true": "yes",
    "is false": "no",
    "is not true": "no",
    "is not false": "yes",
    "= true": "yes",
    "!= true": "no",
    "is null": "none null",
    "is not null": "no yes",
}

NUMBERS = holders(
    "lifetime_order_revenue",
    less=Decimal(-5),
    zero=Decimal(0),
    cents=Decimal("99.9999"),
    value=Decimal(100),
    more=Decimal("100.0001"),
    null=None,
)
NUMBER_CASES = {
    "= 100": "value",
    "is not 100": "cents less more zero",
    "> $100": "more",
    ">= 100": "more value",
    "< 0": "less",
    "is at most 0": "less zero",
    "between 99.9999 and 100": "cents value",
    "not between 0 and 100": "less more",
    "in (0, 100.00)": "value zero",
    "not in (0, 100)": "cents less more",
    "is null": "none null",
    "is not null": "cents less more value zero",
}

DAYS = holders(
    "birthdate",
    table="customer_360",
    old=date(1986, 6, 30),
    young=date(1986, 7, 1),
    leap=date(2000, 2, 29),
    future=date(2026, 7, 3),
    null=None,
)
DAYS["customer_360"] += [{"amperity_id": person("none")}]
DAY_CASES = {
    "birthdate on 1986-06-30": "old",
    "birthdate is not 1986-06-30": "future leap young",
    "birthdate after 1986-06-30": "future leap young",
    "birthdate >= 1986-07-01": "future leap young",
    "birthdate before today": "leap old young",
    "birthdate between 1986-06-30 and 1986-07-01": "old young",
    "birthdate not between 1986-06-30 and 1986-07-01": "future leap",
    "birthdate in (1986-06-30, 2000-02-29)": "leap old",
    "birthdate not in (1986-06-30, 2000-02-29)": "future young",
    "birthdate in next 7 days": "future",
    "birthdate is null": "none null",
    "age of birthdate >= 40": "old",
    "age of birthdate < 40": "future leap young",
    "age of birthdate between 26 and 40": "leap old young",
    "month of birthdate is 2": "leap",
    "day of birthdate in (29, 30)": "leap old",
    "weekday of birthdate = 1": "old",
    "year of birthdate = 1986": "old young",
    "days since birthdate < 0": "future",
    "days until birthdate <= 3": "future leap old young",
    "days until birthdate = 3": "future",
    "anniversary of birthdate in next 2 days": "old young",
    "anniversary of birthdate in next 7 days": "future old young",
    "anniversary of birthdate in last 7 days": "old",
    "anniversary of birthdate on 2025-02-28": "leap",
    "anniversary of birthdate on 2024-02-28": "",
}

TIMES = holders(
    "first_order_datetime",
    start=at("2024-11-01"),
    noon=at("2024-11-01T12:00:00.500"),
    last=at("2024-12-31T23:59:59"),
    year=at("2025-01-01"),
    null=None,
)
TIME_CASES = {
    "on 2024-11-01": "noon start",
    "not on 2024-11-01": "last year",
    "after 2024-11-01": "last year",
    "before 2024-12-31": "noon start",
    "on or before 2024-12-31": "last noon start",
    "between 2024-11-01 and 2024-12-31": "last noon start",
    "outside 2024-11-01 and 2024-12-31": "year",
    "after 2024-11-01T11:59:59": "last noon year",
    "on 2024-11-01T12:00": "noon",
    "after 2024-11-01T12:00": "last year",
    "in previous year": "year",
    "is null": "none null",
}

MATRIX = [
    *((TEXTS, f"first_order_purchase_channel {test}", ids) for test, ids in TEXT_CASES.items()),
    *((FLAGS, f"one_and_done {test}", ids) for test, ids in FLAG_CASES.items()),
    *((NUMBERS, f"lifetime_order_revenue {test}", ids) for test, ids in NUMBER_CASES.items()),
    *((DAYS, test, ids) for test, ids in DAY_CASES.items()),
    *((TIMES, f"first_order_datetime {test}", ids) for test, ids in TIME_CASES.items()),
]


@pytest.mark.parametrize(("data", "text", "ids"), MATRIX, ids=[text for _, text, _ in MATRIX])
def test_an_operator_matches_what_the_specification_says(
    warehouse: Warehouse, data: Data, text: str, ids: str
) -> None:
    warehouse.fill(data)
    assert warehouse.names(text) == ids


@pytest.mark.parametrize(("data", "text", "ids"), MATRIX, ids=[text for _, text, _ in MATRIX])
def test_not_is_the_complement_unknown_values_included(
    warehouse: Warehouse, data: Data, text: str, ids: str
) -> None:
    warehouse.fill(data)
    everyone = set(warehouse.names("everyone").split())
    assert set(warehouse.names(f"not ({text})").split()) == everyone - set(ids.split())


@pytest.mark.parametrize(
    ("data", "text"),
    [(data, text) for data, text, _ in MATRIX],
    ids=[text for _, text, _ in MATRIX],
)
def test_exclude_is_and_not(warehouse: Warehouse, data: Data, text: str) -> None:
    warehouse.fill(data)
    assert warehouse.ids(f"everyone exclude {text}") == warehouse.ids(f"everyone and not ({text})")


def test_the_two_negations_of_the_specification_differ(warehouse: Warehouse) -> None:
    warehouse.fill(holders("city", "customer_360", chicago="Chicago", boston="Boston", null=None))
    assert warehouse.names('city is not "chicago"') == "boston"
    assert warehouse.names('not (city is "chicago")') == "boston null"
    assert warehouse.names('city is null or not (city is "Chicago")') == "boston null"


@pytest.mark.parametrize(
    ("window", "ids"),
    [
        ("in last 30 days", "d0 d1 d29"),
        ("in last 1 day", "d0"),
        ("after today - 30 days", "d0 d1 d29"),
        ("on or after today - 30 days", "d0 d1 d29 d30"),
        ("in last 1 month", "d0 d1 d29 d30"),
    ],
)
def test_rolling_windows_are_the_days_that_end_with_today(
    warehouse: Warehouse, window: str, ids: str
) -> None:
    evenings = {0: 30, 1: 29, 29: 1}
    times: dict[str, Any] = {
        f"d{ago}": at(f"2026-06-{day:02}T23:59:59") for ago, day in evenings.items()
    }
    times["d30"] = at("2026-05-31")
    warehouse.fill(holders("first_order_datetime", **times))
    assert warehouse.names(f"first_order_datetime {window}") == ids


def test_columns_are_compared_with_each_other(warehouse: Warehouse) -> None:
    rows = [
        ("half", "50", "100"),
        ("same", "100", "100"),
        ("null", None, "100"),
        ("big", "5", None),
    ]
    data = [
        {
            "amperity_id": person(name),
            "l12m_order_revenue": recent and Decimal(recent),
            "ly12m_order_revenue": before and Decimal(before),
        }
        for name, recent, before in rows
    ]
    warehouse.fill(customers(*(name for name, _, _ in rows)) | {TABLE: data})
    assert warehouse.names("l12m_order_revenue <= 0.5 * ly12m_order_revenue") == "half"
    assert warehouse.names("l12m_order_revenue = ly12m_order_revenue") == "same"


def test_ids_are_text_to_the_language(warehouse: Warehouse) -> None:
    warehouse.fill(customers("a", "b"))
    id_ = str(person("a"))
    assert warehouse.names(f'amperity_id is "{id_.upper()}"') == "a"
    assert warehouse.names(f'amperity_id starts with "{id_[:9]}"') == "a"
    assert warehouse.names(f'amperity_id is not "{id_}" and amperity_id is not empty') == "b"


def test_texts_with_quotes_and_letters_of_any_script_are_found(warehouse: Warehouse) -> None:
    texts = {"quote": 'O\'Hare "x"', "slash": "a\\b", "accent": "SÃO Paulo", "han": "東京"}
    warehouse.fill(holders("city", "customer_360", **texts))
    for name, text in texts.items():
        escaped = text.replace("\\", "\\\\").replace('"', '\\"')
        assert warehouse.names(f'city is "{escaped}"') == name
    assert warehouse.names('city is "são paulo"') == "accent"

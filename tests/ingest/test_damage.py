"""Damaged rows: each costs exactly itself, with its line, its reason and its bytes."""

from __future__ import annotations

import base64

import pytest

from ampiq_gql.ingest import RowsRefused
from tests.ingest.builders import (
    CUSTOMERS_HEADER,
    ORDERS_HEADER,
    Loading,
    lines,
    totals,
)

GOOD = "o1,c1,2025-01-31,9.50"


@pytest.mark.parametrize(
    ("bad", "rule", "message"),
    [
        pytest.param(
            b"o2,c1,31/02/2025,9", "value.date", '"31/02/2025" is not a date', id="bad date"
        ),
        pytest.param(
            b"o2,c1,2025-02-30,9", "value.date", '"2025-02-30" is not a date', id="no such day"
        ),
        pytest.param(
            b"o2,c1,2025-02-01,9;5", "value.number", '"9;5" is not a number', id="bad amount"
        ),
        pytest.param(b",c1,2025-01-01,9", "value.missing", '"order_id" is empty', id="no id"),
        pytest.param(
            b"o2,c1,2025-01-01,9,9",
            "csv.fields",
            "the line has 5 fields where the header has 4",
            id="extra field",
        ),
        pytest.param(
            b"o2,c1",
            "csv.fields",
            "the line has 2 fields where the header has 4",
            id="missing fields",
        ),
        pytest.param(
            b"o2,caf\xe9,2025-01-01,9",
            "csv.encoding",
            "the line is not UTF-8: byte 0xe9 at position 7",
            id="Latin-1 byte",
        ),
        pytest.param(
            b"o2,c\x001,2025-01-01,9", "csv.nul", "the line holds a NUL byte", id="NUL byte"
        ),
        pytest.param(
            b'o2,"c1,2025-01-01,9',
            "csv.quote",
            "a quote is opened and not closed on this line",
            id="unclosed quote",
        ),
        pytest.param(
            b'o2,"c"1,2025-01-01,9',
            "csv.quote",
            "text follows a closing quote",
            id="text after quote",
        ),
        pytest.param(
            b"o2,c\r1,2025-01-01,9",
            "csv.quote",
            "a carriage return stands in the middle of the line",
            id="bare carriage return",
        ),
    ],
)
def test_a_damaged_row_is_held_with_line_reason_and_bytes(
    loading: Loading, bad: bytes, rule: str, message: str
) -> None:
    others = lines(f'o{number},"c, {number}",2025-01-01,1' for number in range(3, 50)).encode()
    report = loading.orders(ORDERS_HEADER.encode() + GOOD.encode() + b"\n" + bad + b"\n" + others)
    assert totals(report) == (48, 1, 0, 0)
    (held,) = loading.quarantined(report)
    assert (held["line"], held["rule"], held["message"]) == (3, rule, message)
    assert base64.b64decode(held["raw_base64"]) == bad


def test_an_unclosed_quote_on_the_last_line_costs_only_that_line(loading: Loading) -> None:
    report = loading.orders(ORDERS_HEADER + GOOD + '\no2,"c1,2025-01-01,9')
    assert totals(report) == (1, 1, 0, 0)
    assert loading.quarantined(report)[0]["message"] == "a quote is opened and never closed"


def test_a_quoted_field_may_run_over_lines(loading: Loading) -> None:
    report = loading.customers(
        CUSTOMERS_HEADER + '1,"Ann\n\nof ""York"", England",a@b.c\n2,Bob,x\n'
    )
    assert totals(report) == (2, 0, 0, 0)
    assert ("1", 'Ann\n\nof "York", England') in loading.rows(
        "customers", "customer_id", "given_name"
    )


def test_lines_count_on_behind_a_quoted_line_end(loading: Loading) -> None:
    report = loading.customers(CUSTOMERS_HEADER + '1,"Ann\nLee",a\n\n2,Bob\n')
    assert loading.quarantined(report)[0]["line"] == 5


def test_a_quote_in_the_middle_of_a_field_is_an_ordinary_character(loading: Loading) -> None:
    report = loading.customers(CUSTOMERS_HEADER + '1,5" pipe,a\n2,say "hi" now,b\n')
    assert totals(report) == (2, 0, 0, 0)
    assert loading.rows("customers", "given_name") == [('5" pipe',), ('say "hi" now',)]


def test_the_totals_account_for_every_line(loading: Loading) -> None:
    rows = [GOOD, "", "o1,c9,2025-02-01,3", "o2,c1,never,1", "", "o3,c1,2025-02-01,2", "x"]
    report = loading.orders(ORDERS_HEADER + lines(rows))
    assert totals(report) == (2, 2, 1, 2)
    assert report.rows_read + report.blank_lines == len(rows)


def test_strict_loads_nothing_and_names_the_first_bad_row(loading: Loading) -> None:
    with pytest.raises(RowsRefused, match=r'orders.csv line 3, column "order_datetime": "never"'):
        loading.orders(ORDERS_HEADER + GOOD + "\no2,c1,never,1\n", strict=True)
    assert loading.orders(ORDERS_HEADER + GOOD + "\n").rows_loaded == 1


def test_a_warning_says_how_many_rows_are_held(loading: Loading) -> None:
    report = loading.orders(ORDERS_HEADER + GOOD + "\no2,c1,never,1\n")
    assert report.warnings == (
        "orders.csv: 1 of 2 rows went to quarantine; the first is orders.csv line 3, column "
        '"order_datetime": "never" is not a date.',
        "50% of all rows are in quarantine: is the mapping right?",
    )


def test_a_line_that_is_returned_and_canceled_at_once_is_held(loading: Loading) -> None:
    report = loading.items(
        "order_id,product_id,revenue,is_return,is_cancellation\no1,p,1,yes,yes\no1,p,1,no,\n"
    )
    assert [held["rule"] for held in loading.quarantined(report)] == ["item.both_flags"]


def test_a_line_without_any_amount_is_held(loading: Loading) -> None:
    report = loading.items("order_id,product_id,revenue,unit_price\no1,p,,\no1,p,,2\no1,p,3,\n")
    assert (report.rows_loaded, loading.quarantined(report)[0]["rule"]) == (2, "value.missing")

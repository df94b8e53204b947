"""Every check fires on data made to break it, and is silent on clean data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
import sqlalchemy as sa

from ampiq_gql.build.validation import CheckStatus, Severity
from ampiq_gql.build.validation.checks import CHECKS
from tests.build.validation.bench import (
    Bench,
    Breaking,
    add,
    change,
    drop_column,
    remove,
    repeat,
    retype_column,
)

LINES = "unified_itemized_transactions"
ORDERS = "unified_transactions"
FIRST = {"order_id": "o0000", "line_number": 1, "is_return": False, "is_cancellation": False}
RETURNED = {"is_return": True}
STRANGER = UUID(int=1)
AFTER = datetime.fromisoformat("2026-07-01")
EPOCH = datetime.fromisoformat("1970-01-01")
WARN, ERROR, INFO = Severity.WARN, Severity.ERROR, Severity.INFO


def other_source(table: str, key: dict[str, object], **values: object) -> Breaking:
    return repeat(f"sources.{table}", key, datasource="other", **values)


def one_person(table: str) -> Breaking:
    """Give every row of a table to one person."""
    return change(table, amperity_id=STRANGER)


CASES: tuple[tuple[str, Severity, Sequence[Breaking]], ...] = (
    ("in.email.missing", INFO, [change("sources.customers", {"customer_id": "c000"}, email=" ")]),
    ("in.email.format", WARN, [change("sources.customers", email="user@localhost")]),
    ("in.email.format", WARN, [change("sources.customers", email="us\ner@example.com")]),
    ("in.email.format", WARN, [change("sources.customers", email="u" * 250 + "@x.com")]),
    (
        "in.email.unique", INFO,
        [change("sources.customers", {"customer_id": "c000"}, email="USER1@example.com")],
    ),
    ("in.email.shared", INFO, [other_source("customers", {"customer_id": "c000"})]),
    ("in.phone.missing", INFO, [change("sources.customers", {"customer_id": "c000"}, phone=None)]),
    ("in.phone.format", WARN, [change("sources.customers", phone="ask my wife")]),
    ("in.phone.format", WARN, [change("sources.customers", phone="123456")]),
    ("in.phone.unique", INFO, [change("sources.customers", phone="+13125550000")]),
    ("in.phone.shared", INFO, [other_source("customers", {"customer_id": "c000"})]),
    (
        "in.phone.length", INFO,
        [change("sources.customers", {"customer_id": "c000"}, phone="+1 312 555")],
    ),
    ("in.order.id_missing", ERROR, [change("sources.orders", {"order_id": "o0000"}, order_id=" ")]),
    (
        "in.order.id_missing", ERROR,
        [change("sources.order_items", {"order_id": "o0000"}, order_id="")],
    ),
    (
        "in.order.qty_rev_date", ERROR,
        [change("sources.orders", {"order_id": "o0000"}, order_datetime=None)],
    ),
    (
        "in.order.qty_rev_date", ERROR,
        [change("sources.order_items", FIRST, item_revenue=None, item_list_price=None)],
    ),
    ("in.order.store", INFO, [change("sources.orders", store_id=None)]),
    ("in.order.channel", INFO, [change("sources.orders", purchase_channel="")]),
    ("in.item.product_id", WARN, [change("sources.order_items", product_id=None)]),
    ("in.item.product_unique", INFO, []),
    (
        "in.item.both_flags", ERROR,
        [change("sources.order_items", FIRST, is_return=True, is_cancellation=True)],
    ),
    ("in.item.flag_unknown", INFO, [change("sources.order_items", FIRST, is_return=None)]),
    ("in.item.sign_purchase", WARN, [change("sources.order_items", FIRST, item_quantity=-1)]),
    ("in.item.sign_purchase", WARN, [change("sources.order_items", FIRST, item_revenue=-1)]),
    ("in.item.sign_return", WARN, [change("sources.order_items", RETURNED, item_revenue=1)]),
    ("in.item.rev_list", WARN, [change("sources.order_items", item_list_price=10_000)]),
    *(
        (check, ERROR, [change("unified_compliance_overview", **{column: value})])
        for check, column, value in (
            ("in.privacy.id_missing", "request_id", None),
            ("in.privacy.type_missing", "request_type", ""),
            ("in.privacy.strategy_missing", "request_strategy", None),
            ("in.privacy.type", "request_type", "erase"),
            ("in.privacy.strategy", "request_strategy", "roughly"),
            ("in.privacy.phone", "request_phone", "312-555"),
        )
    ),
    (
        "in.quarantine", WARN,
        [add("sources.quarantined_rows", load_number=1, number=1, kind="orders", datasource="shop",
             file="f", file_hash="h", line=2, rule="r", message="m", raw_base64="", raw_bytes=0)],
    ),
    ("db.unique", ERROR, [repeat("customer_360", {"customer_id": "c000"})]),
    ("db.unique", ERROR, [repeat(ORDERS, {"order_id": "o0000"})]),
    ("db.unique", ERROR, [repeat(LINES, FIRST)]),
    ("db.unique", ERROR, [repeat("unified_coalesced", {"pk": "c000"})]),
    ("db.unique", ERROR, [repeat("unified_product_catalog", {"product_id": "p01"}, pk="other")]),
    ("db.required.key", ERROR, [change(ORDERS, {"order_id": "o0000"}, order_id=None)]),
    ("db.required.key", ERROR, [change("merged_customers", amperity_id=None)]),
    ("db.required", WARN, [change(LINES, FIRST, item_quantity=None)]),
    ("db.required.blank", INFO, [change(LINES, FIRST, datasource=" ")]),
    ("db.columns", ERROR, [drop_column("customer_360", "email")]),
    ("db.columns", ERROR, [retype_column("customer_attributes", "is_purchaser")]),
    ("id.records_many", ERROR, [repeat("merged_customers", {"customer_id": "c000"})]),
    ("id.c360_count", ERROR, [remove("customer_360", {"customer_id": "c000"})]),
    ("id.c360_count", ERROR, [remove("unified_customers", {"pk": "c000"})]),
    ("id.null_orders", WARN, [change(ORDERS, amperity_id=None)]),
    (
        "id.many_per_order", WARN,
        [other_source("orders", {"order_id": "o0000"}, customer_id="c059")],
    ),
    ("ord.many", WARN, [other_source("orders", {"order_id": "o0000"}, customer_id="c059")]),
    ("ord.repeated", ERROR, [other_source("orders", {"order_id": "o0000"})]),
    ("ord.id_missing", ERROR, [change(LINES, FIRST, order_id=None)]),
    (
        "ord.orphan_order", ERROR,
        [change("sources.order_items", FIRST, order_datetime=None, order_id="lost")],
    ),
    ("ord.orphan_order.lines", ERROR, [remove(LINES, {"order_id": "o0000"})]),
    ("ord.orphan_order.orders", ERROR, [remove(ORDERS, {"order_id": "o0000"})]),
    ("ord.store", INFO, [change(ORDERS, store_id=None)]),
    ("ord.product", WARN, [change(LINES, product_id=None)]),
    ("ord.product", WARN, [change(LINES, product_category=" ")]),
    ("ord.return_positive", ERROR, [change(LINES, RETURNED, item_quantity=1)]),
    ("ord.return_positive", ERROR, [change(LINES, RETURNED, item_revenue=1)]),
    ("ord.return_unlinked", WARN, [remove(LINES, {"is_return": False, "is_cancellation": False})]),
    (
        "ord.return_too_large", WARN,
        [change(ORDERS, {"order_id": "o0000"}, order_returned_revenue=-10_000)],
    ),
    (
        "ord.return_too_large", WARN,
        [change(ORDERS, {"order_id": "o0000"}, order_returned_quantity=-10_000)],
    ),
    ("ord.purchase_negative", ERROR, [change(LINES, FIRST, item_revenue=-1)]),
    ("ord.purchase_negative", ERROR, [change(LINES, FIRST, item_discount_amount=-1)]),
    ("ord.revenue_missing", ERROR, [change(LINES, FIRST, item_revenue=None)]),
    ("ord.qty_zero", WARN, [change(LINES, FIRST, item_quantity=0)]),
    ("ord.list_minus_rev", WARN, [change(LINES, item_list_price=10_000)]),
    ("ord.cost_profit", WARN, [change(LINES, item_cost=5, item_profit=10_000)]),
    ("ord.discount_pct", WARN, [change(LINES, item_discount_amount=9_999_999)]),
    ("ord.dates", ERROR, [change(ORDERS, {"order_id": "o0000"}, order_datetime=None)]),
    (
        "ord.dates.future", WARN,
        [change(ORDERS, {"order_id": "o0000"}, order_datetime=AFTER)],
    ),
    (
        "ord.date_old", WARN,
        [change(ORDERS, {"order_id": "o0000"}, order_datetime=EPOCH)],
    ),
    ("rec.lines_orders", ERROR, [change(ORDERS, {"order_id": "o0000"}, order_revenue=10_000)]),
    ("rec.source_c360", ERROR, [change("sources.order_items", FIRST, item_revenue=10_000)]),
    ("rec.source_c360", ERROR, [remove(LINES, FIRST)]),
    ("rec.expected", ERROR, [change(ORDERS, order_revenue=1)]),
    (
        "rec.tae", ERROR,
        [change("transaction_attributes_extended", lifetime_order_revenue=1)],
    ),
    ("rec.trend", WARN, [change(ORDERS, order_revenue=1)]),
    ("rec.trend.rows", WARN, [remove("customer_360", {"country": "US"})]),
    ("cur.mixed", WARN, [change(ORDERS, {"order_id": "o0000"}, currency="EUR")]),
    ("cur.no_rate", ERROR, [change(ORDERS, {"order_id": "o0000"}, currency="EUR")]),
    ("ca.conflict", ERROR, [change("customer_attributes", is_purchaser=True, is_prospect=True)]),
    ("ca.conflict", ERROR, [change("customer_attributes", is_purchaser=False, is_prospect=True)]),
    ("ca.complete", INFO, [change("merged_customers", address_completion=3)]),
    ("ca.household", INFO, [remove("merged_households", {"household_size": 1}),
                            add("merged_households", amperity_id=STRANGER, household_id="h")]),
    (
        "opt.conflict", WARN,
        [repeat("email_opt_status", {"brand": "A"}, email=" USER0@example.com",
                is_email_opted_in=False)],
    ),
    ("opt.conflict", WARN, [repeat("sms_opt_status", {"brand": "A"}, is_sms_opted_in=False)]),
    ("em.event_type", WARN, [change("unified_email_events", event_type="Opened")]),
    ("em.event_type", WARN, [change("unified_email_events", event_type=None)]),
    ("em.unique_brand", WARN, [repeat("unified_email_events", {"pk": "1"}, pk="2")]),
    ("em.many_ids", WARN, [change("merged_customers", email="User0@example.com")]),
    ("loy.unique", WARN, [repeat("unified_loyalty", {"loyalty_id": "L1"})]),
    ("loy.opt_missing", WARN, [change("unified_loyalty", is_opted_in=None)]),
    ("loy.accrual", WARN, [change("unified_loyalty_events", accrual_amount=None)]),
    ("loy.redemption", WARN, [change("unified_loyalty_events", redemption_datetime=None)]),
    ("loy.tier", WARN, [change("unified_loyalty_events", previous_tier=None)]),
    ("cal.unique", ERROR, [add("fiscal_calendar", calendar_date=date(2026, 6, 30))]),
    ("cal.missing", WARN, [remove("fiscal_calendar", {"calendar_date": date(2026, 6, 30)})]),
    (
        "id.cluster", WARN,
        [repeat("unified_coalesced", {"pk": "c000"}, times=64)],
    ),
    (
        "id.cluster.blank_names", INFO,
        [change("unified_coalesced", {"pk": "c000"}, given_name=None, surname="")],
    ),
    ("id.cluster.singletons", INFO, []),
)  # fmt: skip

MAY_SPEAK = {
    "in.email.missing", "in.phone.missing", "in.order.store", "in.item.product_unique",
    "id.null_orders", "ord.store", "ca.complete", "id.cluster.singletons",
}  # fmt: skip
"""Checks that count something of every shop, and only inform about it."""


@pytest.mark.parametrize(
    ("check_id", "severity", "breaking"),
    [
        pytest.param(*case, id=f"{case[0]}-{number}")
        for number, case in enumerate(CASES)
    ],
)  # fmt: skip
def test_a_check_fires_on_data_that_were_made_to_break_it(
    bench: Bench, check_id: str, severity: Severity, breaking: Sequence[Breaking]
) -> None:
    with bench.broken(*breaking):
        worst = [result for result in bench.results(check_id) if result.failing]
    assert severity in [result.severity for result in worst]
    expected = CheckStatus.NOTED if severity is INFO else CheckStatus.FAILED
    assert expected in [result.status for result in worst]


def test_every_check_is_silent_on_clean_data(bench: Bench) -> None:
    with bench.broken():
        results = bench.results()
    assert {one.id for one in results if one.failing} <= MAY_SPEAK
    assert {one.severity for one in results if one.failing} <= {INFO}


def test_clean_data_make_every_check_speak_that_can(bench: Bench) -> None:
    """A check that never looks would be silent too."""
    with bench.broken():
        results = bench.results()
    looked = {one.id for one in results if one.status is not CheckStatus.NOT_APPLICABLE}
    assert {check.id for check in CHECKS} - looked == {
        # One source, in one currency, whose orders alone name customers; no percentages.
        "in.email.shared", "in.phone.shared", "in.item.discount_pct", "ord.repeated", "cur.no_rate",
        "id.many_per_order", "ord.many",
    }  # fmt: skip


def test_every_check_was_broken_once() -> None:
    broken = {check_id for check_id, *_ in CASES} | {"null.rate", "in.item.discount_pct"}
    assert broken == {check.id for check in CHECKS}


def test_a_column_that_empties_is_told(bench: Bench) -> None:
    shares = dict(bench.inputs.measures["merged_customers"].null_shares)
    emptier = shares | {"email": shares["email"] + 0.1, "phone": shares["phone"] + 0.09}
    measures = dict(bench.inputs.measures)
    measures["merged_customers"] = replace(measures["merged_customers"], null_shares=emptier)
    with bench.broken():
        found = [
            one
            for one in replace(bench, inputs=replace(bench.inputs, measures=measures)).results(
                "null.rate"
            )
            if one.failing
        ]
    assert [(one.table, one.failing, one.status) for one in found] == [
        ("merged_customers", Decimal(1), CheckStatus.FAILED)
    ]
    assert [part.name for part in found[0].parts] == ["email: 20% to 30% NULL"]


def test_statements_that_ran_can_be_read(bench: Bench) -> None:
    with bench.broken(change(ORDERS, {"order_id": "o0000"}, order_datetime=None)):
        (found,) = bench.results("ord.dates")
        assert found.samples == (("o0000",),)
        assert found.sql is not None
        assert "ord_dates_order_datetime_failing" in found.sql
        assert found.rows_sql is not None
        again = bench.connection.execute(sa.DDL(found.rows_sql.replace("%", "%%"))).all()
        assert [tuple(row) for row in again] == list(found.samples)

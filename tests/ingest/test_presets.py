"""Exports of shop systems: real headers, synthetic people, and the figures that must come out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ampiq_gql.ingest import FileMapping, SourceKind
from ampiq_gql.ingest.presets import PRESETS, find_preset
from tests.ingest.builders import Loading

FOLDER = Path(__file__).parent / "presets"
ORDERS = [
    "shopify-orders.csv",
    "woocommerce-rest.json",
    "woocommerce-csv.csv",
    "stripe-charges.csv",
    "stripe-api-charges.ndjson",
]


def _answers(file: str) -> Any:
    return json.loads((FOLDER / f"{file.partition('.')[0]}.answers.json").read_text())


@pytest.mark.parametrize("file", ORDERS)
def test_orders_and_lines_are_those_of_the_answer_file(loading: Loading, file: str) -> None:
    report = loading.load(None, FOLDER / file)
    assert (report.preset, report.rows_quarantined) == (file.partition(".")[0], 0)
    answers = _answers(file)
    columns = ("order_id", "product_id", "item_quantity", "item_revenue", "is_return",
               "is_cancellation")  # fmt: skip
    brought = [column for column in columns if column != "product_id" or "stripe" not in file]
    rows = [dict(zip(brought, row, strict=True)) for row in loading.rows("order_items", *brought)]
    lines = [
        [row["order_id"], row.get("product_id"), row["item_quantity"], str(row["item_revenue"]),
         _kind(row)]
        for row in rows
    ]  # fmt: skip
    assert sorted(lines, key=str) == sorted(answers["lines"], key=str)
    for order_id, expected in answers["orders"].items():
        rows = loading.rows("orders", "order_id", *expected)
        (found,) = [row[1:] for row in rows if row[0] == order_id]
        assert list(map(str, found)) == list(expected.values())
    assert len(loading.rows("orders", "order_id")) == len(answers["orders"])


def _kind(row: dict[str, Any]) -> str:
    if row["is_cancellation"]:
        return "cancellation"
    return "return" if row["is_return"] else "sale"


def test_shopify_customers_bring_people_and_both_consents(loading: Loading) -> None:
    report = loading.load(None, FOLDER / "shopify-customers.csv")
    assert report.preset == "shopify-customers"
    answers = _answers("shopify-customers.csv")
    for customer_id, expected in answers["customers"].items():
        rows = loading.rows("customers", "customer_id", *expected)
        (found,) = [row[1:] for row in rows if row[0] == customer_id]
        assert list(found) == list(expected.values())
    assert dict(loading.rows("email_opt_status", "email", "is_email_opted_in")) == answers["email"]
    assert dict(loading.rows("sms_opt_status", "phone", "is_sms_opted_in")) == answers["sms"]


@pytest.mark.parametrize("file", [*ORDERS, "shopify-customers.csv"])
def test_the_same_export_twice_changes_nothing(loading: Loading, file: str) -> None:
    loading.load(None, FOLDER / file)
    copy = loading.file(file, (FOLDER / file).read_bytes() + b"\n")
    again = loading.load(None, copy)
    assert (again.rows_new, again.rows_changed, again.rows_duplicate) == (0, 0, 0)


def test_a_file_that_is_no_export_has_no_preset() -> None:
    assert find_preset(["Name", "Email", "Total"]) is None
    assert len({preset.name for preset in PRESETS}) == len(PRESETS)


def test_a_preset_can_be_declined(loading: Loading) -> None:
    mapping = FileMapping(preset="none", columns={"Customer ID": "customer_id"})
    file = FOLDER / "shopify-customers.csv"
    report = loading.load(SourceKind.CUSTOMERS, file, mapping=mapping)
    assert report.preset is None
    assert loading.rows("customers", "customer_id")[0] == ("'7000000000001",)

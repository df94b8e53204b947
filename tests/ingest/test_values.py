"""Texts become values: ids stay as they are, instants become UTC, nothing is guessed."""

from __future__ import annotations

import os
import time
from datetime import date, datetime
from decimal import Decimal

import pytest

from ampiq_gql.ingest import AmbiguousDates, FileMapping, SourceKind, ValueSpelling
from ampiq_gql.settings import Settings
from tests.ingest.builders import ORDERS_HEADER, Loading, lines


def test_ids_and_postal_codes_keep_their_zeros_and_digits(loading: Loading) -> None:
    loading.customers("customer_id,postal,phone\n00123,00501,0049301234\n123456789012345678,1,2\n")
    assert loading.rows("customers", "customer_id", "postal", "phone") == [
        ("00123", "00501", "0049301234"),
        ("123456789012345678", "1", "2"),
    ]


def test_a_byte_order_mark_is_no_part_of_the_header(loading: Loading) -> None:
    loading.customers("\ufeffcustomer_id,email\n1,a@b.c\n")
    assert loading.rows("customers", "customer_id", "email") == [("1", "a@b.c")]


def test_empty_and_blank_fields_are_null(loading: Loading) -> None:
    loading.customers('customer_id,given_name,email\n1,"",  \n')
    assert loading.rows("customers", "given_name", "email") == [(None, None)]


@pytest.mark.parametrize(
    ("text", "zone", "instant"),
    [
        ("2025-07-01T10:00:00Z", "Europe/Paris", "2025-07-01 10:00"),
        ("2025-07-01 10:00:00 +0200", "America/New_York", "2025-07-01 08:00"),
        ("2025-07-01T10:00+02:00", "UTC", "2025-07-01 08:00"),
        ("2025-07-01 10:00", "Europe/Paris", "2025-07-01 08:00"),
        ("2025-01-01T10:00:00.5", "Europe/Paris", "2025-01-01 09:00:00.5"),
        ("2025-07-01", "America/Los_Angeles", "2025-07-01 19:00"),
        ("20250701", "UTC", "2025-07-01 12:00"),
        # Clock changes: a skipped and a repeated time become the later instant.
        ("2025-03-30 02:30", "Europe/Berlin", "2025-03-30 01:30"),
        ("2025-10-26 02:30", "Europe/Berlin", "2025-10-26 01:30"),
    ],
)
def test_instants_become_utc(loading: Loading, text: str, zone: str, instant: str) -> None:
    loading.orders(
        ORDERS_HEADER + f"o1,c1,{text},1\n",
        mapping=FileMapping(spelling=ValueSpelling(time_zone=zone)),
    )
    assert loading.rows("orders", "order_datetime") == [(datetime.fromisoformat(instant),)]


def test_the_site_zone_holds_without_one_in_the_mapping(loading: Loading) -> None:
    site = Settings(home=loading.settings.home, time_zone="Asia/Tokyo")
    in_tokyo = Loading(loading.folder, site, loading.warehouse)
    in_tokyo.orders(ORDERS_HEADER + "o1,c1,2025-07-01 09:00,1\n")
    found = datetime.fromisoformat("2025-07-01 00:00")
    assert in_tokyo.rows("orders", "order_datetime") == [(found,)]


def test_the_zone_of_the_machine_changes_nothing(
    loading: Loading, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(os.environ, "TZ", "Pacific/Kiritimati")
    time.tzset()
    loading.orders(ORDERS_HEADER + "o1,c1,2025-07-01 09:00,1\no2,c1,2025-07-01T09:00:00Z,1\n")
    monkeypatch.undo()
    time.tzset()
    found = datetime.fromisoformat("2025-07-01 09:00")
    assert loading.rows("orders", "order_datetime") == [(found,), (found,)]


def test_dates_with_one_reading_are_read(loading: Loading) -> None:
    rows = ["o1,c1,03/04/2025,1", "o2,c1,25/12/2025 14:30,1"]
    loading.orders(ORDERS_HEADER + lines(rows))
    assert loading.rows("orders", "order_datetime") == [
        (datetime.fromisoformat("2025-04-03 12:00"),),
        (datetime.fromisoformat("2025-12-25 14:30"),),
    ]


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(["o1,c1,03/04/2025,1"], id="both readings"),
        pytest.param(["o1,c1,25/12/2025,1", "o2,c1,12/25/2025,1"], id="each way once"),
    ],
)
def test_dates_with_two_readings_are_a_question(loading: Loading, rows: list[str]) -> None:
    with pytest.raises(AmbiguousDates) as raised:
        loading.orders(ORDERS_HEADER + lines(rows))
    assert raised.value.code == "DATES_AMBIGUOUS"
    assert "date_format" in (raised.value.hint or "")


def test_a_stated_date_format_answers_the_question(loading: Loading) -> None:
    loading.orders(
        ORDERS_HEADER + "o1,c1,03/04/2025,1\n",
        mapping=FileMapping(spelling=ValueSpelling(date_format="%m/%d/%Y")),
    )
    assert loading.rows("orders", "order_datetime") == [(datetime.fromisoformat("2025-03-04T12"),)]


def test_decimal_commas_are_read_when_the_mapping_says_so(loading: Loading) -> None:
    report = loading.orders(
        "order_id;customer_id;order_datetime;order_revenue\n"
        "o1;c1;2025-01-01;1.234,50\no2;c1;2025-01-01;12,34,5\n",
        mapping=FileMapping(spelling=ValueSpelling(decimal_mark=",", thousands_mark=".")),
    )
    assert loading.rows("orders", "order_revenue") == [(Decimal("1234.5000"),)]
    assert loading.quarantined(report)[0]["rule"] == "value.number"


@pytest.mark.parametrize("text", ["12,34.5", "5 apples", "1e", "--1", "nan", "1_000"])
def test_what_is_no_number_is_not_made_one(loading: Loading, text: str) -> None:
    report = loading.orders(ORDERS_HEADER + f'o1,c1,2025-01-01,"{text}"\n')
    assert report.rows_loaded == 0


@pytest.mark.parametrize(
    ("text", "value"), [("YES", True), ("t", True), ("1", True), ("no", False), ("", False)]
)
def test_words_become_flags(loading: Loading, text: str, value: bool) -> None:
    loading.items(f"order_id,product_id,revenue,is_return\no1,p1,1,{text}\n")
    assert loading.rows("order_items", "is_return") == [(value,)]


def test_birthdates_are_dates(loading: Loading) -> None:
    loading.customers("customer_id,dob\n1,1980-02-29\n")
    assert loading.rows("customers", "birthdate") == [(date(1980, 2, 29),)]


def test_a_stated_encoding_is_decoded(loading: Loading) -> None:
    loading.customers(
        "customer_id,given_name\n1,René\n".encode("windows-1252"),
        mapping=FileMapping(encoding="windows-1252"),
    )
    assert loading.rows("customers", "given_name") == [("René",)]


def test_consent_is_loaded_by_contact(loading: Loading) -> None:
    file = loading.file("consent.csv", "email,opted_in\na@b.c,yes\n")
    report = loading.load(SourceKind.EMAIL_OPT_STATUS, file)
    assert report.rows_loaded == 1
    assert loading.rows("email_opt_status", "email", "is_email_opted_in") == [("a@b.c", True)]


@pytest.mark.parametrize("amount", ["99999999999999.9999", "1000000000000", "1e308", "NaN"])
def test_amounts_that_leave_no_room_for_sums_are_refused(loading: Loading, amount: str) -> None:
    report = loading.orders(ORDERS_HEADER + f"o1,c1,2025-01-01,{amount}\n")
    assert [row["rule"] for row in loading.quarantined(report)] == ["value.number"]


@pytest.mark.parametrize("offset", ["+99:00", "-15", "+0160"])
def test_offsets_that_no_zone_has_are_refused(loading: Loading, offset: str) -> None:
    report = loading.orders(ORDERS_HEADER + f"o1,c1,2025-01-01T10:00:00{offset},1\n")
    assert [row["rule"] for row in loading.quarantined(report)] == ["value.date"]

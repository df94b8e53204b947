"""Years of two digits and zones of single rows: read where one reading stays, asked otherwise."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import yaml

from ampiq_gql.ingest import (
    AmbiguousDates,
    FileMapping,
    IngestRequest,
    InspectionService,
    MappingInvalid,
    ValueSpelling,
)
from ampiq_gql.ingest.mapping import DateOrder
from ampiq_gql.progress import Silent
from tests.ingest.builders import ORDERS_HEADER, Loading, lines

NEXT_YEAR = datetime.now(UTC).year + 1
DAY_FIRST = ValueSpelling(date_order=DateOrder.DAY_FIRST)
ZONED = "order_id,customer_id,order_datetime,utc_offset,order_revenue\n"


def _days(loading: Loading) -> list[str]:
    return [f"{moment:%Y-%m-%d %H:%M}" for (moment,) in loading.rows("orders", "order_datetime")]


def _orders(texts: list[str]) -> str:
    return ORDERS_HEADER + lines(f'o{number},c1,"{text}",1' for number, text in enumerate(texts))


@pytest.mark.parametrize(
    ("texts", "days"),
    [
        pytest.param(["31.12.24", "01.02.25"], ["2024-12-31", "2025-02-01"], id="points"),
        pytest.param(["12/31/24", "2/1/25"], ["2024-12-31", "2025-02-01"], id="month-first"),
        pytest.param(["3-Apr-25", "14-Dec-99"], ["1999-12-14", "2025-04-03"], id="by-name"),
        pytest.param(["31.12.24", "01.02.2025"], ["2024-12-31", "2025-02-01"], id="both"),
    ],
)
def test_years_of_two_digits_are_years_of_this_time(
    loading: Loading, texts: list[str], days: list[str]
) -> None:
    report = loading.orders(_orders(texts))
    assert _days(loading) == [f"{day} 12:00" for day in days]
    begin = NEXT_YEAR - 99
    told = f"{begin % 100:02} is {begin}, {NEXT_YEAR % 100:02} is {NEXT_YEAR}"
    assert told in " ".join(report.warnings)


def test_times_stand_beside_such_years(loading: Loading) -> None:
    loading.orders(_orders(["31.12.24 14:30", "01.02.25 08:15:30"]))
    assert _days(loading) == ["2024-12-31 14:30", "2025-02-01 08:15"]


def test_nobody_is_born_in_the_future(loading: Loading) -> None:
    born = datetime.now(UTC).year + 1
    loading.customers(f"customer_id,birthdate\n1,31/12/{born % 100:02}\n2,13/04/68\n")
    found = loading.rows("customers", "birthdate")
    # A hundred years ago is no birthdate of a customer either; the value is noted.
    assert found == [(date(1968, 4, 13),), (date(born - 100, 12, 31),)][::-1]


def test_the_mapping_says_which_century(loading: Loading) -> None:
    said = ValueSpelling(date_order=DateOrder.DAY_FIRST, two_digit_years_from=1950)
    loading.orders(_orders(["01.02.49", "01.02.50"]), mapping=FileMapping(spelling=said))
    assert _days(loading) == ["1950-02-01 12:00", "2049-02-01 12:00"]


@pytest.mark.parametrize(
    ("texts", "ways"),
    [
        (["03.04.25", "04.05.25"], "day first or month first"),
        (["25.04.03", "24.05.04"], "day first or year first"),
    ],
)
def test_two_readings_are_a_question(loading: Loading, texts: list[str], ways: str) -> None:
    with pytest.raises(AmbiguousDates, match=ways):
        loading.orders(_orders(texts))


def test_the_question_is_answered_by_an_order(loading: Loading) -> None:
    loading.orders(_orders(["25.04.03", "24.05.04"]), mapping=FileMapping(spelling=DAY_FIRST))
    assert _days(loading) == ["2003-04-25 12:00", "2004-05-24 12:00"]


def test_a_year_that_lacks_digits_is_no_year(loading: Loading) -> None:
    report = loading.orders(_orders(["31.12.2024", "30.12.2024", "29.12.202"]))
    (held,) = loading.quarantined(report)
    assert held["message"] == '"29.12.202" is not a date'


def test_a_century_that_is_none_is_refused() -> None:
    with pytest.raises(MappingInvalid, match="two_digit_years_from: 50 "):
        ValueSpelling(two_digit_years_from=50)


def test_inspecting_tells_the_century_and_writes_it(loading: Loading) -> None:
    file = loading.file("orders.csv", _orders(["31.12.24", "01.02.25"]))
    request = IngestRequest(files=(file,), kind=None)
    (seen,) = InspectionService(loading.settings).inspect(request, Silent())
    assert seen.questions == ()
    assert "two_digit_years_from" in seen.warnings[0]
    written = loading.folder / "orders.yaml"
    seen.write_mapping(written, request)
    column = yaml.safe_load(written.read_text("utf-8"))["columns"]["order_datetime"]
    assert column == {"to": "order_datetime", "two_digit_years_from": str(NEXT_YEAR - 99)}
    loading.load(None, file, mapping=FileMapping.from_yaml(written))
    assert _days(loading) == ["2024-12-31 12:00", "2025-02-01 12:00"]


@pytest.mark.parametrize(
    ("text", "zone", "instant"),
    [
        pytest.param("2025-07-01 10:00", "+02:00", "2025-07-01 08:00", id="offset"),
        pytest.param("2025-07-01 10:00", "-0530", "2025-07-01 15:30", id="no-colon"),
        pytest.param("2025-07-01 10:00", "UTC+5", "2025-07-01 05:00", id="hours"),
        pytest.param("2025-07-01 10:00", "America/New_York", "2025-07-01 14:00", id="summer"),
        pytest.param("2025-01-01 10:00", "america/new_york", "2025-01-01 15:00", id="winter"),
        pytest.param("2025-07-01 10:00", "Z", "2025-07-01 10:00", id="utc"),
        pytest.param("2025-07-01 10:00", "", "2025-07-01 08:00", id="the-source's"),
        pytest.param("2025-07-01", "-08:00", "2025-07-01 20:00", id="noon-there"),
        # What the time says itself is nearer than what stands beside it.
        pytest.param("2025-07-01T10:00:00+02:00", "-08:00", "2025-07-01 08:00", id="its-own"),
    ],
)
def test_each_row_may_state_its_zone(loading: Loading, text: str, zone: str, instant: str) -> None:
    said = ValueSpelling(time_zone="Europe/Paris")
    rows = [f"o1,c1,{text},{zone},1", "o2,c1,2025-06-01 12:00,Asia/Tokyo,1"]
    report = loading.orders(ZONED + lines(rows), mapping=FileMapping(spelling=said))
    assert _days(loading) == sorted(["2025-06-01 03:00", instant])
    assert '"utc_offset" states in each row' in " ".join(report.warnings)


@pytest.mark.parametrize("zone", ["Mars/Olympus", "+15:00", "7200", "PST"])
def test_what_is_no_zone_is_held_with_its_reason(loading: Loading, zone: str) -> None:
    rows = [f"o1,c1,2025-07-01 10:00,{zone},1", "o2,c1,2025-06-01 12:00,+01:00,1"]
    report = loading.orders(ZONED + lines(rows))
    (held,) = loading.quarantined(report)
    assert held["column_name"] == "utc_offset"
    assert held["message"] == f'"{zone}" is not a time zone such as Europe/Paris or +02:00'

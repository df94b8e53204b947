"""Amounts of other currencies: converted at the day of the order, or held; never as they are."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from ampiq_gql.ingest import RatesInvalid
from ampiq_gql.settings import Settings
from tests.ingest.builders import Loading

RATES = "date,from,to,rate\n2025-01-01,EUR,USD,1.5\n2025-01-10,EUR,USD,2\n2025-01-01,USD,JPY,100\n"
HEADER = "order_id,customer_id,order_datetime,order_revenue,currency\n"


@pytest.fixture
def converting(loading: Loading) -> Loading:
    rates = loading.file("fx_rates.csv", RATES)
    settings = Settings(home=loading.settings.home, fx_rates=rates)
    return Loading(loading.folder, settings, loading.warehouse)


@pytest.mark.parametrize(
    ("day", "amount", "currency", "expected"),
    [
        ("2025-01-01", "9.99", "EUR", "14.9900"),
        ("2025-01-08", "10", "eur", "15.0000"),
        ("2025-01-12", "10", "EUR", "20.0000"),
        ("2025-01-02", "999", "JPY", "9.9900"),
        ("2025-01-02", "10", "USD", "10.0000"),
        ("2025-01-02", "10", "", "10.0000"),
    ],
)
def test_amounts_take_the_last_rate_of_the_week(
    converting: Loading, day: str, amount: str, currency: str, expected: str
) -> None:
    converting.orders(HEADER + f"o1,c1,{day},{amount},{currency}\n")
    assert converting.rows("orders", "order_revenue") == [(Decimal(expected),)]


def test_what_stood_in_the_file_is_kept(converting: Loading) -> None:
    converting.orders(HEADER + "o1,c1,2025-01-01,10,EUR\no2,c1,2025-01-01,10,USD\n")
    columns = ("order_id", "currency", "currency_source", "order_revenue_source")
    assert converting.rows("orders", *columns) == [
        ("o1", "USD", "EUR", "10.0000"),
        ("o2", "USD", None, None),
    ]


@pytest.mark.parametrize("row", ["2025-01-09 12:00,10,EUR", "2025-01-01,10,GBP"])
def test_without_a_rate_the_row_is_held(converting: Loading, row: str) -> None:
    report = converting.orders(HEADER + f"o1,c1,{row}\n")
    (held,) = converting.quarantined(report)
    currency = row.rpartition(",")[2]
    assert (report.rows_loaded, held["rule"]) == (0, "currency.rate")
    assert held["message"].startswith(f'there is no rate from "{currency}" to USD within a week')


def test_a_full_refund_nets_to_zero(converting: Loading) -> None:
    converting.items(
        "order_id,product_id,order_datetime,revenue,currency,is_return\n"
        "o1,p,2025-01-02,9.99,EUR,no\no1,p,2025-01-15,-9.99,EUR,yes\n"
    )
    amounts = [amount for (amount,) in converting.rows("order_items", "item_revenue")]
    assert (len(amounts), sum(amounts)) == (2, 0)


@pytest.mark.parametrize(
    ("content", "message"),
    [("date,rate\n", "lacks the column from"),
     ("date,from,to,rate\nsoon,A,B,1\n", "this is no rate"),
     ("date,from,to,rate\n2025-01-01,EUR,USD,0\n", "0 is no rate")],
)  # fmt: skip
def test_rates_that_are_none_are_pointed_out(
    loading: Loading, tmp_path: Path, content: str, message: str
) -> None:
    settings = Settings(home=loading.settings.home, fx_rates=loading.file("fx.csv", content))
    with pytest.raises(RatesInvalid, match=message):
        Loading(tmp_path, settings, loading.warehouse).orders(HEADER + "o1,c1,2025-01-01,1,EUR\n")

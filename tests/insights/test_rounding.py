"""Totals of money are shown in the currency's minor unit, rounded half to even; counts never."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ampiq_gql.insights.figures import rounded
from ampiq_gql.insights.measures import Measure


@pytest.mark.parametrize(
    ("currency", "exact", "shown"),
    [
        ("USD", "10.1250", "10.12"), ("USD", "10.1350", "10.14"), ("USD", "10.1251", "10.13"),
        ("USD", "-0.0050", "-0.00"), ("JPY", "2.5000", "2"), ("JPY", "3.5000", "4"),
        ("JPY", "2.5001", "3"), ("KWD", "1.2345", "1.234"), ("KWD", "1.2355", "1.236"),
        ("KWD", "1.0000", "1.000"),
    ],
)  # fmt: skip
def test_money_is_rounded_half_to_even(currency: str, exact: str, shown: str) -> None:
    found = rounded({Measure.REVENUE: Decimal(exact)}, currency)
    assert str(found[Measure.REVENUE]) == shown


def test_what_is_no_total_of_money_stays_exact() -> None:
    measures = {
        Measure.ORDERS: Decimal(7),
        Measure.PREDICTED_ORDERS: Decimal("1.2345"),
        Measure.PREDICTED_ORDER_VALUE: Decimal("99.9999"),
    }
    assert rounded(measures, "USD") == measures


def test_predicted_revenue_is_money_too() -> None:
    assert rounded({Measure.PREDICTED_REVENUE: Decimal("2.5")}, "JPY") == {
        Measure.PREDICTED_REVENUE: Decimal(2)
    }

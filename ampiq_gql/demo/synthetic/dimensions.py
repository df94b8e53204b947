"""How large and how old the synthetic shop is, apart from its number of customers."""

from __future__ import annotations

from datetime import date, datetime, time

__all__ = [
    "AS_OF", "END", "HISTORY_DAYS", "LAST_RETURN_DAYS", "MEAN_ORDERS", "PRODUCTS", "SEED",
    "SOURCE", "STORES",
]  # fmt: skip

SEED = 20_261_031
SOURCE = "synthetic"
AS_OF = date(2026, 10, 31)
"""The last day of the history; nothing is dated later."""

END = datetime.combine(AS_OF, time(22))
HISTORY_DAYS = 1_460
LAST_RETURN_DAYS = 40
PRODUCTS = 5_000
STORES = 250
MEAN_ORDERS = 10.5
"""Mean of the exponential law whose whole part is a customer's number of orders: 10 on average,
none for one customer in eleven."""

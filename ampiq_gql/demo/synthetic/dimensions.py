"""How large and how old the synthetic shop is, apart from its number of customers."""

from __future__ import annotations

from datetime import date, datetime, time

__all__ = [
    "AS_OF", "END", "HISTORY_DAYS", "LAST_RETURN_DAYS", "MEAN_PACE", "MEAN_STAY", "PRODUCTS",
    "SEED", "SOURCE", "STORES",
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
MEAN_STAY = 0.5
"""Mean time for which customers stay, as a share of the history: two years. Who came late or is
faithful is seen until the end of the history, so that a part of all customers is active on it."""

MEAN_PACE = 37.0
"""Mean number of orders that a customer who stayed for the whole history would place. Stay and pace
follow exponential laws: ten orders per customer on average, none for one in five."""

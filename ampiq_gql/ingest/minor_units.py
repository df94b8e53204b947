"""How many minor units a currency's unit has: 100 cents, 1 yen, 1,000 fils (ISO 4217)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

__all__ = ["PLACES", "minor_units", "places_of"]

_NONE = ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND",
         "VUV", "XAF", "XOF", "XPF")  # fmt: skip
_THREE = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")
_FOUR = ("CLF", "UYW")

PLACES: Mapping[str, int] = MappingProxyType(
    {**dict.fromkeys(_NONE, 0), **dict.fromkeys(_THREE, 3), **dict.fromkeys(_FOUR, 4)}
)
"""Decimal places of the currencies that have not two."""


def places_of(currency: str) -> int:
    """Return the decimal places of a currency."""
    return PLACES.get(currency, 2)


def minor_units(currency: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """Return how many minor units make one unit of the currency in a column."""
    by_places = [(_NONE, 1), (_THREE, 1_000), (_FOUR, 10_000)]
    return sa.case(*((currency.in_(codes), units) for codes, units in by_places), else_=100)

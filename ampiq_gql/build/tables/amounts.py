"""Amounts of a line: stated, or derived from the others when these leave no doubt (2.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ampiq_gql.build.expressions import MONEY, Value, average, first_known, ratio

__all__ = ["Amounts"]

UNIT_AMOUNTS = (
    "revenue", "list_price", "discount_amount", "subtotal", "tax_amount", "cost", "profit",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Amounts:
    """The amounts of `lines`; None stands for what no file brought and nothing implies."""

    lines: sa.FromClause

    def stored(self) -> dict[str, Value]:
        """Return every amount that can be known, by column name."""
        items: dict[str, Value | None] = {
            "item_quantity": self.lines.c.item_quantity,
            "item_revenue": self._revenue(),
            "item_list_price": self._list_price(),
            "item_discount_amount": self._discount(),
            "item_subtotal": self._stated("subtotal"),
            "item_tax_amount": self._stated("tax_amount"),
            "item_cost": first_known(
                [self._stated("cost"), _less(self._revenue(), self._stated("profit"))]
            ),
            "item_profit": first_known(
                [self._stated("profit"), _less(self._revenue(), self._stated("cost"))]
            ),
        }
        units = {
            name: self.lines.columns.get(name)
            for name in (f"unit_{amount}" for amount in UNIT_AMOUNTS)
        }
        return {name: value for name, value in (items | units).items() if value is not None}

    def derived(self) -> dict[str, Value]:
        """Return what follows from the stored columns, as expressions of them."""
        known = self.stored()
        quantity = _column("item_quantity")
        follow: dict[str, Value] = {
            f"unit_{amount}": average(_column(f"item_{amount}"), quantity)
            for amount in UNIT_AMOUNTS
            if f"item_{amount}" in known and f"unit_{amount}" not in known
        }
        if {"item_discount_amount", "item_list_price"} <= known.keys():
            follow["item_discount_percent"] = ratio(
                _column("item_discount_amount"), _column("item_list_price")
            )
        return follow

    def _stated(self, amount: str) -> Value | None:
        """Return the amount of all units, as stated or as units times the amount of one."""
        unit = self.lines.columns.get(f"unit_{amount}")
        units = None if unit is None else unit * self.lines.c.item_quantity
        return first_known([self.lines.columns.get(f"item_{amount}"), units])

    def _revenue(self) -> Value:
        after_discount = _less(self._stated("list_price"), self._stated("discount_amount"))
        revenue = first_known([self._stated("revenue"), self._stated("subtotal"), after_discount])
        return sa.literal(0) if revenue is None else revenue

    def _list_price(self) -> Value | None:
        discount = self._stated("discount_amount")
        before = None if discount is None else self._revenue() + discount
        return first_known([self._stated("list_price"), before])

    def _discount(self) -> Value | None:
        return first_known(
            [
                self._stated("discount_amount"),
                _less(self._stated("list_price"), self._stated("revenue")),
            ]
        )


def _less(whole: Value | None, part: Value | None) -> Value | None:
    return None if whole is None or part is None else whole - part


def _column(name: str) -> sa.ColumnClause[Any]:
    """Name a stored column."""
    return sa.column(name, sa.BigInteger if name == "item_quantity" else MONEY)

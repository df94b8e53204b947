"""Amounts of a line: stated, or derived from the others when these leave no doubt (2.1)."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from ampiq_gql.build.expressions import MONEY, Value, first_known

__all__ = ["Amounts"]

UNIT_AMOUNTS = (
    "revenue", "list_price", "discount_amount", "subtotal", "tax_amount", "cost", "profit",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Amounts:
    """The amounts of `lines`; None stands for what no file brought and nothing implies."""

    lines: sa.FromClause

    def values(self) -> dict[str, Value]:
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
            "item_discount_percent": _share(self._discount(), self._list_price()),
        }
        known = {name: value for name, value in items.items() if value is not None}
        return known | self._per_unit(known)

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

    def _per_unit(self, items: dict[str, Value]) -> dict[str, Value]:
        """Return the amounts of one unit, stated or divided."""
        quantity = sa.func.nullif(self.lines.c.item_quantity, 0)
        units: dict[str, Value] = {}
        for amount in UNIT_AMOUNTS:
            item = items.get(f"item_{amount}")
            divided = None if item is None else sa.cast(item / quantity, MONEY)
            value = first_known([self.lines.columns.get(f"unit_{amount}"), divided])
            if value is not None:
                units[f"unit_{amount}"] = value
        return units


def _less(whole: Value | None, part: Value | None) -> Value | None:
    return None if whole is None or part is None else whole - part


def _share(part: Value | None, whole: Value | None) -> Value | None:
    if part is None or whole is None:
        return None
    return sa.cast(part / sa.func.nullif(whole, 0), MONEY)

"""What the one look at all orders beside their lines says besides its checks.

To group the lines by order and to join the two tables costs as much as all other checks of them
together; so whoever needs to know of keys or dates learns it from the same pass. Each fact is a
proof: where it cannot be given, the question is asked in full.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from ampiq_gql.build.expressions import Value, is_purchase
from ampiq_gql.build.validation.inputs import Inputs, Rows
from ampiq_gql.warehouse.functions import BitAt
from dsl.catalog import ID_COLUMN, LINES_TABLE, ORDERS_TABLE

__all__ = ["COUNTED_OF_ORDERS", "LINES", "ORDERS", "OrderFacts", "lines_of_orders"]

LINES, ORDERS = LINES_TABLE, ORDERS_TABLE
MOST_LINES = 12
"""Keys of higher line numbers have no bit: sums of all bits must be exact as floats."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFacts:
    """What is proven of the orders and lines of one build; false where it is not.

    `has_alike_dates`: all purchase lines of known customers have the time of their order.
    """

    has_unique_orders: bool = False
    has_unique_lines: bool = False
    has_alike_dates: bool = False

    @classmethod
    def of(cls, inputs: Inputs) -> OrderFacts:
        """Return what the pass found; nothing when it did not run."""
        counted, lines = inputs.counted, inputs.measures[LINES]
        if "orders_alone" not in counted:
            return cls()
        # An order that stands twice meets each of its lines twice.
        is_one_to_one = not counted["orders_alone"] and counted["lines_met"] == lines.rows
        return cls(
            has_unique_orders=is_one_to_one,
            has_unique_lines=is_one_to_one and not counted["orders_of_unclear_lines"],
            has_alike_dates=is_one_to_one
            and "order_datetime" in lines.never_null
            and not counted["orders_of_other_times"],
        )


def lines_of_orders(lines: sa.Table) -> tuple[sa.Label[Any], ...]:
    """Return what is worked out for each order of its lines."""
    bought = is_purchase(lines) & lines.c[ID_COLUMN].is_not(None)
    time = lines.c.order_datetime
    return (
        sa.func.min(time).filter(bought).label("first_bought_at"),
        sa.func.max(time).filter(bought).label("last_bought_at"),
        _have_keys_of_their_own(lines).label("has_clear_lines"),
    )


def _have_keys_of_their_own(lines: sa.Table) -> sa.ColumnElement[bool]:
    """Say of an order whether its lines surely differ in number or flags.

    Each has a bit. A bit that comes twice counts twice in their sum, and once where they are
    joined; lines whose number has no bit are not all counted.
    """
    number = lines.c.line_number
    flags = sa.case((lines.c.is_return, 2), else_=0) + sa.case(
        (lines.c.is_cancellation, 1), else_=0
    )
    has_bit = number.between(0, MOST_LINES)
    bit = sa.case((has_bit, BitAt(number * 4 + flags)), else_=0)
    added = sa.func.sum(sa.cast(bit, sa.Double))
    joined = sa.cast(sa.func.bit_or(bit), sa.Double)
    return (added == joined) & (sa.func.count(1).filter(has_bit) == sa.func.count())


def _number_of(condition: Callable[[Rows], Value]) -> Callable[[Rows], Value]:
    return lambda rows: sa.func.count(1).filter(condition(rows))


def _is_alone(rows: Rows) -> Value:
    return rows["is_without_order"] | rows["is_without_lines"]


def _has_other_times(rows: Rows) -> Value:
    time = rows["order_datetime"]
    return (rows["first_bought_at"] != time) | (rows["last_bought_at"] != time)


COUNTED_OF_ORDERS: Mapping[str, Callable[[Rows], Value]] = MappingProxyType(
    {
        "lines_met": lambda rows: sa.func.sum(rows["lines"]),
        "orders_alone": _number_of(_is_alone),
        "orders_of_unclear_lines": _number_of(lambda rows: sa.not_(rows["has_clear_lines"])),
        "orders_of_other_times": _number_of(_has_other_times),
    }
)
"""What is added up over all orders, for `OrderFacts`."""

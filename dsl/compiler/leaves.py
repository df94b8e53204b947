"""What the sets of a statement are called; people read them in "view SQL"."""

from __future__ import annotations

from typing import assert_never

from dsl.compiler.one_pass import PurchasedWithin
from dsl.compiler.sets import slug
from dsl.resolved import (
    AnyRow,
    FirstPurchase,
    InList,
    InSegment,
    Leaf,
    MostFrequentOrder,
    Purchased,
    Ranked,
    RepeatPurchase,
    RowsMeasured,
    TotalValue,
)

__all__ = ["leaf_name"]


def leaf_name(leaf: Leaf | PurchasedWithin) -> str:
    """Return a name by meaning; the statement numbers equal ones."""
    match leaf:
        case PurchasedWithin(purchased=leading):
            return leaf_name(leading)
        case Purchased(filter=asked):
            return "bought" if asked.spans is None else "bought_in_window"
        case FirstPurchase():
            return "first_purchase"
        case RepeatPurchase():
            return "repeat_purchase"
        case MostFrequentOrder():
            return "most_frequent_order"
        case TotalValue():
            return "total_value"
        case AnyRow(table=table):
            return f"with_row_in_{slug(table.name)}"
        case RowsMeasured(table=table):
            return f"by_rows_of_{slug(table.name)}"
        case Ranked(direction=direction, column=column):
            return f"{direction.value}_by_{slug(column.name)}"
        case InSegment(name=name):
            return f"segment_{slug(name)}"
        case InList(kind=kind, name=name):
            return f"{kind.value}_{slug(name)}"
        case _:
            assert_never(leaf)

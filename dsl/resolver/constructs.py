"""What the parts of the language are called in messages."""

from __future__ import annotations

from typing import assert_never

from dsl.ast import (
    AllOf,
    AnyOf,
    Everyone,
    Expression,
    FirstPurchase,
    FirstPurchaseOf,
    HasNotPurchased,
    HasPurchased,
    InRank,
    Member,
    MostFrequentOrder,
    Not,
    OnlyPurchased,
    RankedBy,
    RepeatPurchase,
    RfmBound,
    RowAggregate,
    RowCount,
    RowQuantified,
    SqlCondition,
    Test,
    TotalValue,
)

__all__ = ["construct_in_words"]


def construct_in_words(node: Expression) -> str:
    """Return the words by which a reader recognises the construct."""
    match node:
        case Everyone():
            return "“everyone”"
        case Member(kind=kind):
            return f"“member of {kind.value}”"
        case Test(predicate=InRank(direction=direction)):
            return f"“in {direction.value}”"
        case RowQuantified(quantifier=quantifier):
            return f"“{quantifier.value}”"
        case RowCount():
            return "“count of”"
        case RowAggregate(function=function):
            return f"“{function.value}”"
        case RankedBy(direction=direction):
            return f"“{direction.value} … by”"
        case HasPurchased():
            return "“has purchased”"
        case HasNotPurchased():
            return "“has not purchased”"
        case OnlyPurchased():
            return "“only purchased”"
        case FirstPurchase() | FirstPurchaseOf():
            return "“first purchase”"
        case RepeatPurchase():
            return "“repeat purchase”"
        case MostFrequentOrder():
            return "“most frequent order”"
        case TotalValue():
            return "“total value of orders”"
        case RfmBound():
            return "“rfm”"
        case SqlCondition():
            return "“sql(…)”"
        case AllOf() | AnyOf() | Not() | Test():
            return "this condition"
        case _:
            assert_never(node)

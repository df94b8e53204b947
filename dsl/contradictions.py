"""Pairs of tests of one value that nothing can meet, or that everything meets."""

from __future__ import annotations

from decimal import Decimal
from itertools import product
from typing import NamedTuple

from dsl.ast import Comparison
from dsl.dates import DateSpan
from dsl.resolved import (
    InSpans,
    IsBoolean,
    IsEmpty,
    IsMissing,
    NumberBetween,
    NumberCompare,
    NumberIn,
    NumberOperand,
    RowCondition,
    RowNot,
    TextEquals,
    TextExactly,
    TextMatches,
)

__all__ = ["differ_from_each_other", "exclude_each_other", "leave_nothing_out", "subject"]

_VALUE_TESTS = (
    IsBoolean | TextEquals | TextExactly | TextMatches | NumberCompare | NumberBetween | NumberIn
    | InSpans
)  # fmt: skip


class _Interval(NamedTuple):
    """Numbers from `low` to `high`; None is open, and a strict end is not part of it."""

    low: Decimal | None = None
    high: Decimal | None = None
    is_low_strict: bool = False
    is_high_strict: bool = False


def exclude_each_other(left: RowCondition, right: RowCondition) -> bool:
    """Tell whether two tests of the same subject ask what no value can be."""
    return (
        _missing_and_known(left, right)
        or _missing_and_known(right, left)
        or _opposite(left, right)
        or _opposite(right, left)
        or _different_texts(left, right)
        or _different_truths(left, right)
        or _apart(_intervals(left), _intervals(right))
        or _never_together(left, right)
    )


def leave_nothing_out(left: RowCondition, right: RowCondition) -> bool:
    """Tell whether whatever there is, or is not, meets one of two tests of the same subject."""
    return _one_of_two(left, right) or _one_of_two(right, left)


def differ_from_each_other(left: RowCondition, right: RowCondition) -> bool:
    """Tell whether every known value differs from one of two, so that it meets either test."""
    match left, right:
        case TextEquals(is_negated=True), TextEquals(is_negated=True):
            return not _folded(left) & _folded(right)
        case _:
            return False


def _missing_and_known(left: RowCondition, right: RowCondition) -> bool:
    match left, right:
        case IsMissing(), _:
            return isinstance(right, _VALUE_TESTS)
        case IsEmpty(), TextEquals(is_negated=False, values=values):
            return "" not in values
        case IsEmpty(), TextExactly(value=value):
            return value != ""
        case _:
            return False


def _opposite(left: RowCondition, right: RowCondition) -> bool:
    """Whether the right one denies what the left one says, or more than that."""
    match left, right:
        case IsMissing(), RowNot(operand=IsEmpty()):
            return True
        case _, RowNot(operand=denied):
            return left == denied
        case _:
            return False


def _one_of_two(left: RowCondition, right: RowCondition) -> bool:
    match left, right:
        case IsEmpty(), RowNot(operand=IsMissing()):
            return True
        case _, RowNot(operand=denied):
            return left == denied
        case _:
            return False


def subject(condition: RowCondition) -> NumberOperand | None:
    """Return what is asked about: a column or something taken of it; None for compound tests."""
    match condition:
        case RowNot(operand=operand):
            return subject(operand)
        case NumberCompare(operand=operand) | NumberBetween(operand=operand):
            return operand
        case NumberIn(operand=operand) | InSpans(operand=operand):
            return operand
        case IsMissing(column=column) | IsEmpty(column=column) | IsBoolean(column=column):
            return column
        case TextEquals(column=column) | TextExactly(column=column) | TextMatches(column=column):
            return column
        case _:
            return None


def _different_texts(left: RowCondition, right: RowCondition) -> bool:
    match left, right:
        case TextEquals(is_negated=False), TextEquals(is_negated=False):
            return not _folded(left) & _folded(right)
        case TextEquals(is_negated=False), TextEquals(is_negated=True):
            return _folded(left) <= _folded(right)
        case TextEquals(is_negated=True), TextEquals(is_negated=False):
            return _folded(right) <= _folded(left)
        case _:
            return False


def _folded(test: TextEquals) -> set[str]:
    return {value.lower() for value in test.values}


def _different_truths(left: RowCondition, right: RowCondition) -> bool:
    match left, right:
        case IsBoolean(value=one), IsBoolean(value=other):
            return one is not other
        case _:
            return False


# --- numbers --------------------------------------------------------------------------------------


def _intervals(condition: RowCondition) -> tuple[_Interval, ...] | None:
    """The numbers that pass; None when that is no question here, or too many pieces."""
    match condition:
        case NumberCompare(operator=operator, value=value):
            return _compared(operator, value)
        case NumberBetween(low=low, high=high, is_negated=False):
            return (_Interval(low, high),)
        case NumberIn(values=values, is_negated=False):
            return tuple(_Interval(value, value) for value in values)
        case _:
            return None


def _compared(operator: Comparison, value: Decimal) -> tuple[_Interval, ...] | None:
    match operator:
        case Comparison.EQUAL:
            return (_Interval(value, value),)
        case Comparison.LESS | Comparison.LESS_OR_EQUAL:
            return (_Interval(high=value, is_high_strict=operator is Comparison.LESS),)
        case Comparison.GREATER | Comparison.GREATER_OR_EQUAL:
            return (_Interval(low=value, is_low_strict=operator is Comparison.GREATER),)
        case Comparison.NOT_EQUAL:
            return None


def _apart(left: tuple[_Interval, ...] | None, right: tuple[_Interval, ...] | None) -> bool:
    if left is None or right is None:
        return False
    return not any(_meet(one, other) for one, other in product(left, right))


def _meet(left: _Interval, right: _Interval) -> bool:
    return _reaches(left, right) and _reaches(right, left)


def _reaches(lower: _Interval, upper: _Interval) -> bool:
    """Whether `lower` begins before `upper` ends."""
    if lower.low is None or upper.high is None:
        return True
    is_strict = lower.is_low_strict or upper.is_high_strict
    return lower.low < upper.high if is_strict else lower.low <= upper.high


# --- dates ----------------------------------------------------------------------------------------


def _never_together(left: RowCondition, right: RowCondition) -> bool:
    match left, right:
        case InSpans(spans=mine), InSpans(spans=others):
            return not any(_overlap(one, other) for one, other in product(mine, others))
        case _:
            return False


def _overlap(left: DateSpan, right: DateSpan) -> bool:
    return all(
        one.start is None or other.end is None or one.start < other.end
        for one, other in ((left, right), (right, left))
    )

"""Tests of one row: columns and what is asked of them.

A test of a missing value is no match; where that is not so, the test says it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias, assert_never

from dsl.ast import Comparison, Match, RowAggregateFunction
from dsl.catalog import DataType
from dsl.dates import DateSpan

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, FromClause

__all__ = [
    "ColumnRef",
    "ColumnsCompare",
    "DatePart",
    "DatePartOf",
    "InSpans",
    "InYearDays",
    "IsBoolean",
    "IsEmpty",
    "IsMissing",
    "Measure",
    "NumberBetween",
    "NumberCompare",
    "NumberIn",
    "NumberOperand",
    "RowAllOf",
    "RowAnyOf",
    "RowCondition",
    "RowNot",
    "RowTest",
    "TableRef",
    "TextEquals",
    "TextExactly",
    "TextMatches",
    "TextPlace",
    "TimeOperand",
    "columns_of",
    "with_columns",
]


# --- what names mean ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnRef:
    """A column of the catalog; equal by name."""

    table: str
    name: str
    type: DataType
    element: ColumnElement[object] = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRef:
    """A table of the catalog; rows at or after `visible_before` have not happened yet.

    `visible_before` is None when there is nothing to hide. `covers_universe` says that the table
    has exactly one row for each customer, so that it can stand for all of them.
    """

    name: str
    visible_before: datetime | None
    selectable: FromClause = field(compare=False, repr=False)
    id: ColumnElement[object] = field(compare=False, repr=False)
    event_time: ColumnRef | None
    covers_universe: bool


# --- tests of one row -----------------------------------------------------------------------------


class TextPlace(StrEnum):
    """Where a text must be found."""

    ANYWHERE = "anywhere"
    START = "start"
    END = "end"


class DatePart(StrEnum):
    """Parts of a date that cannot be written as a range of dates."""

    DAY = "day"
    WEEKDAY = "weekday"  # 1 Monday … 7 Sunday
    MONTH = "month"


@dataclass(frozen=True, slots=True, kw_only=True)
class DatePartOf:
    """A number taken of a date column."""

    part: DatePart
    column: ColumnRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A value computed over the rows that a customer has; no function counts the rows.

    Counts and sums are 0 where there is nothing to sum.
    """

    function: RowAggregateFunction | None
    column: ColumnRef | None

    @property
    def type(self) -> DataType:
        """Type of the value."""
        if self.column is None or self.function is RowAggregateFunction.DISTINCT:
            return DataType.INTEGER
        if self.function is RowAggregateFunction.AVERAGE:
            return DataType.DECIMAL
        return self.column.type


NumberOperand: TypeAlias = ColumnRef | DatePartOf | Measure
TimeOperand: TypeAlias = ColumnRef | Measure


@dataclass(frozen=True, slots=True, kw_only=True)
class IsMissing:
    """No value, or no row."""

    column: ColumnRef


@dataclass(frozen=True, slots=True, kw_only=True)
class IsEmpty:
    """No value, no row, or the blank text."""

    column: ColumnRef


@dataclass(frozen=True, slots=True, kw_only=True)
class IsBoolean:
    """The value is known and is that one."""

    column: ColumnRef
    value: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TextEquals:
    """Equal to one of the texts, whatever the case; negated: known and equal to none."""

    column: ColumnRef
    values: tuple[str, ...]
    is_negated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TextExactly:
    """Equal, case included."""

    column: ColumnRef
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TextMatches:
    """Holds any or all of the texts at that place, whatever the case; negated: known and not so."""

    column: ColumnRef
    place: TextPlace
    values: tuple[str, ...]
    match: Match
    is_negated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberCompare:
    """A number against a constant."""

    operand: NumberOperand
    operator: Comparison
    value: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberBetween:
    """A number within both ends, or known and outside of them."""

    operand: NumberOperand
    low: Decimal
    high: Decimal
    is_negated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberIn:
    """A number equal to one of these, or known and equal to none."""

    operand: NumberOperand
    values: tuple[Decimal, ...]
    is_negated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnsCompare:
    """Two columns of the same customer or the same row; `factor` multiplies the right one."""

    left: ColumnRef
    operator: Comparison
    factor: Decimal | None
    right: ColumnRef


@dataclass(frozen=True, slots=True, kw_only=True)
class InSpans:
    """A date in one of these half-open spans; none of them means that nothing matches."""

    operand: TimeOperand
    spans: tuple[DateSpan, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InYearDays:
    """A date whose `month * 100 + day` lies in one of the inclusive ranges, and before `before`."""

    column: ColumnRef
    ranges: tuple[tuple[int, int], ...]
    before: date


RowTest: TypeAlias = (
    IsMissing
    | IsEmpty
    | IsBoolean
    | TextEquals
    | TextExactly
    | TextMatches
    | NumberCompare
    | NumberBetween
    | NumberIn
    | ColumnsCompare
    | InSpans
    | InYearDays
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowNot:
    """Rows that do not match, rows of unknown values included."""

    operand: RowCondition


@dataclass(frozen=True, slots=True, kw_only=True)
class RowAllOf:
    """Rows that match all of them."""

    operands: tuple[RowCondition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowAnyOf:
    """Rows that match one of them."""

    operands: tuple[RowCondition, ...]


RowCondition: TypeAlias = RowTest | RowNot | RowAllOf | RowAnyOf


def columns_of(condition: RowCondition) -> Iterator[ColumnRef]:
    """Yield the columns that a condition on rows reads, in order."""
    match condition:
        case RowAllOf(operands=operands) | RowAnyOf(operands=operands):
            for operand in operands:
                yield from columns_of(operand)
        case RowNot(operand=operand):
            yield from columns_of(operand)
        case ColumnsCompare(left=left, right=right):
            yield from (left, right)
        case NumberCompare() | NumberBetween() | NumberIn() | InSpans():
            yield from _columns_of_operand(condition.operand)
        case _:
            yield condition.column


def _columns_of_operand(operand: NumberOperand) -> Iterator[ColumnRef]:
    match operand:
        case ColumnRef():
            yield operand
        case DatePartOf(column=column):
            yield column
        case Measure(column=column):
            if column is not None:
                yield column
        case _:
            assert_never(operand)


def with_columns(condition: RowCondition, other: Callable[[ColumnRef], ColumnRef]) -> RowCondition:
    """Return the same condition on other columns."""
    match condition:
        case RowAllOf(operands=operands):
            return RowAllOf(operands=tuple(with_columns(each, other) for each in operands))
        case RowAnyOf(operands=operands):
            return RowAnyOf(operands=tuple(with_columns(each, other) for each in operands))
        case RowNot(operand=operand):
            return RowNot(operand=with_columns(operand, other))
        case ColumnsCompare(left=left, right=right):
            return replace(condition, left=other(left), right=other(right))
        case NumberCompare() | NumberBetween() | NumberIn():
            return replace(condition, operand=_number_with_columns(condition.operand, other))
        case InSpans(operand=operand):
            return replace(condition, operand=_time_with_columns(operand, other))
        case _:
            return replace(condition, column=other(condition.column))


def _number_with_columns(
    operand: NumberOperand, other: Callable[[ColumnRef], ColumnRef]
) -> NumberOperand:
    match operand:
        case ColumnRef():
            return other(operand)
        case DatePartOf(column=column):
            return replace(operand, column=other(column))
        case Measure(column=column):
            return replace(operand, column=None if column is None else other(column))
        case _:
            assert_never(operand)


def _time_with_columns(
    operand: TimeOperand, other: Callable[[ColumnRef], ColumnRef]
) -> TimeOperand:
    if isinstance(operand, ColumnRef):
        return other(operand)
    return replace(operand, column=None if operand.column is None else other(operand.column))

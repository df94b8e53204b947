"""The resolved tree: what an expression means over one catalog on one day.

Names are columns, dates are bounds, spellings are folded: what is left is a small algebra of sets
of customers (`Condition`) over tests of rows (`RowCondition`). Nodes are equal when they mean the
same, whatever was written, so that the compiler computes each distinct leaf once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias, assert_never

from sqlalchemy import ColumnElement, FromClause

from dsl.ast import Comparison, Match, RankDirection, RowAggregateFunction
from dsl.catalog import DataType, ListKind
from dsl.dates import AsOf, DateSpan

__all__ = [
    "AllOf",
    "AnyOf",
    "AnyRow",
    "ColumnRef",
    "ColumnsCompare",
    "Condition",
    "CountBounds",
    "CustomerTest",
    "DatePart",
    "DatePartOf",
    "Everyone",
    "FirstPurchase",
    "InList",
    "InSegment",
    "InSpans",
    "InYearDays",
    "IsBoolean",
    "IsEmpty",
    "IsMissing",
    "Leaf",
    "LineFilter",
    "Lines",
    "Measure",
    "MostFrequentOrder",
    "Not",
    "NumberBetween",
    "NumberCompare",
    "NumberIn",
    "NumberOperand",
    "Purchased",
    "Ranked",
    "RepeatPurchase",
    "ResolvedSegment",
    "Returns",
    "RowAllOf",
    "RowAnyOf",
    "RowCondition",
    "RowNot",
    "RowTest",
    "RowsMeasured",
    "SegmentReference",
    "TableRef",
    "TextEquals",
    "TextExactly",
    "TextMatches",
    "TextPlace",
    "TimeOperand",
    "TotalValue",
    "columns_of",
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
# A test of a missing value is no match; where that is not so, the test says it.


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


# --- purchases ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """The table of order lines and the columns that purchases are read from.

    A row with a true flag is a return or a cancellation, not a purchase line.
    """

    table: TableRef
    order_id: ColumnRef
    order_time: ColumnRef
    flags: tuple[ColumnRef, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Returns:
    """The columns that match a return with what was bought."""

    product_id: ColumnRef
    quantity: ColumnRef


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFilter:
    """Purchase lines in a window that meet a condition; None leaves a part open.

    With `returns`, lines that were returned or cancelled in full are dropped.
    """

    lines: Lines
    spans: tuple[DateSpan, ...] | None
    where: RowCondition | None
    returns: Returns | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CountBounds:
    """Inclusive bounds of a count; None is open."""

    low: int | None
    high: int | None


# --- sets of customers ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Everyone:
    """All customers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerTest:
    """Customers whose one row in the test's table passes; without a row all values are missing."""

    test: RowCondition
    tables: tuple[TableRef, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyRow:
    """Customers with a row that passes."""

    table: TableRef
    where: RowCondition


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsMeasured:
    """Customers with matching rows whose measure passes; those without any are not in the set."""

    table: TableRef
    where: RowCondition | None
    test: NumberCompare | InSpans


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """Customers of the scope at one end of an order by a column.

    A percentage takes ties at the cut; a number of customers is exact, ties broken by id.
    """

    direction: RankDirection
    amount: Decimal
    is_percent: bool
    column: ColumnRef
    table: TableRef
    scope: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchased:
    """Customers with purchase lines, or with that many distinct orders among them."""

    filter: LineFilter
    times: CountBounds | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstPurchase:
    """Customers whose first order lies in the spans and has a line that meets `where`.

    With `among_matching` the first order is sought among the lines that meet `where` only.
    """

    filter: LineFilter
    among_matching: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatPurchase:
    """Customers with such a purchase line in an order that is not their first."""

    filter: LineFilter


@dataclass(frozen=True, slots=True, kw_only=True)
class MostFrequentOrder:
    """Customers one of whose most-ordered combinations of `groups` meets `test`.

    `filter` narrows the lines before they are counted; `times` bounds the count of orders.
    """

    filter: LineFilter
    groups: tuple[ColumnRef, ...]
    test: RowCondition
    times: CountBounds | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TotalValue:
    """Customers with such purchase lines whose revenue sums to an amount that passes.

    With `product_id`, what came back of the summed goods is subtracted.
    """

    filter: LineFilter
    revenue: ColumnRef
    product_id: ColumnRef | None
    test: NumberCompare | NumberBetween


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentReference:
    """A segment that an expression uses; `definition_hash` is that of its tree."""

    id: str
    name: str
    is_direct: bool
    definition_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InSegment:
    """Members of a saved segment."""

    id: str
    name: str
    segment: ResolvedSegment = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class InList:
    """Members of a file, query or campaign."""

    kind: ListKind
    name: str
    selectable: FromClause = field(compare=False, repr=False)
    id: ColumnElement[object] = field(compare=False, repr=False)


Leaf: TypeAlias = (
    AnyRow
    | RowsMeasured
    | Ranked
    | Purchased
    | FirstPurchase
    | RepeatPurchase
    | MostFrequentOrder
    | TotalValue
    | InSegment
    | InList
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    """All other customers."""

    operand: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class AllOf:
    """Customers in all of them."""

    operands: tuple[Condition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyOf:
    """Customers in one of them."""

    operands: tuple[Condition, ...]


Condition: TypeAlias = Everyone | CustomerTest | Leaf | Not | AllOf | AnyOf


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedSegment:
    """An expression that can be compiled: a condition over the customers of the universe.

    `definition_hash` is that of its tree; `references` names every segment it uses, directly or
    through another one, so that the two together say what its members depend on.
    `snapshot_columns` are those whose values are of the build's day rather than of `as_of`.
    """

    condition: Condition
    universe: TableRef
    as_of: AsOf
    definition_hash: str
    references: tuple[SegmentReference, ...]
    snapshot_columns: tuple[str, ...]


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

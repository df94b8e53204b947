"""Sets of customers: purchases, rows, ranks, lists, and how they are joined."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

from dsl.ast import RankDirection
from dsl.catalog import ListKind
from dsl.dates import AsOf, DateSpan
from dsl.resolved.rows import (
    ColumnRef,
    InSpans,
    NumberBetween,
    NumberCompare,
    RowCondition,
    TableRef,
)

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, FromClause

__all__ = [
    "AllOf",
    "AnyOf",
    "AnyRow",
    "Condition",
    "CountBounds",
    "CustomerTest",
    "Everyone",
    "FirstPurchase",
    "InList",
    "InSegment",
    "Leaf",
    "LineFilter",
    "Lines",
    "MostFrequentOrder",
    "Not",
    "Orders",
    "Purchased",
    "Ranked",
    "RepeatPurchase",
    "ResolvedSegment",
    "Returns",
    "RowsMeasured",
    "SegmentReference",
    "TotalValue",
]


# --- purchases ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """The table of orders, one row each, and the columns in which purchase lines are like it.

    An order whose `line_count` is 0 holds returns or cancellations only.
    """

    table: TableRef
    order_id: ColumnRef
    order_time: ColumnRef
    line_count: ColumnRef
    columns: tuple[ColumnRef, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """The table of order lines and the columns that purchases are read from.

    A row with a true flag is a return or a cancellation, not a purchase line. `orders` are the same
    purchases, where all purchase lines of an order are of one customer and of one time. When they
    are `of_customers`, nobody who bought need be looked up in the universe.
    """

    table: TableRef
    order_id: ColumnRef
    order_time: ColumnRef
    flags: tuple[ColumnRef, ...]
    orders: Orders | None
    of_customers: bool


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

    rows: Lines
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
    `reads_clock` says that it may mean something else later on the same day.
    """

    condition: Condition
    universe: TableRef
    as_of: AsOf
    definition_hash: str
    references: tuple[SegmentReference, ...]
    snapshot_columns: tuple[str, ...]
    reads_clock: bool

"""The syntax tree: an expression as written, with the place of every part.

Names are not looked up and dates not computed here; that is the resolver's work. Two trees that
differ only in spans say the same: compare them with `same`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from dsl.catalog import ListKind
from dsl.diagnostics import Span

__all__ = [
    "Ago", "AllOf", "Anchor", "AnyOf", "BooleanLiteral", "CalendarWindow", "ColumnName",
    "ColumnValue", "Compare", "CompareBetween", "Comparison", "DateBound", "DateFunction",
    "DateLiteral", "DateOperator", "DateRange", "DateTimeLiteral", "DateValue", "DayWord",
    "Everyone", "Expression", "FirstPurchase", "FirstPurchaseOf", "HasNotPurchased", "HasPurchased",
    "InList", "InRank", "InWindow", "Match", "Member", "MoneyLiteral", "MostFrequentOrder", "Name",
    "Node", "Not", "NullTest", "NullTestKind", "NumberLiteral", "Offset", "OnlyPurchased",
    "Operand", "PercentLiteral", "PeriodEdge", "PeriodWord", "Predicate", "Quantifier",
    "RankDirection", "RankSize", "RankedBy", "RepeatPurchase", "RfmBound", "RollingWindow",
    "RowAggregate", "RowAggregateFunction", "RowCount", "RowQuantified", "Segment", "SqlCondition",
    "StringLiteral", "Test", "TextMatch", "TextOperator", "TimeUnit", "Times", "TotalValue",
    "Value", "Window", "same",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """Anything that stands somewhere in the text."""

    span: Span


# --- operators and words -------------------------------------------------------------------------


class Comparison(StrEnum):
    """Comparison operators, in canonical spelling."""

    EQUAL = "="
    NOT_EQUAL = "!="
    LESS = "<"
    LESS_OR_EQUAL = "<="
    GREATER = ">"
    GREATER_OR_EQUAL = ">="


class TextOperator(StrEnum):
    """Tests on text beyond equality."""

    CONTAINS = "contains"
    NOT_CONTAINS = "does not contain"
    STARTS_WITH = "starts with"
    NOT_STARTS_WITH = "does not start with"
    ENDS_WITH = "ends with"
    NOT_ENDS_WITH = "does not end with"
    MATCHES_CASE = "matches case"


class Match(StrEnum):
    """How many of the texts in the list must be found."""

    ANY = "any of"
    ALL = "all of"


class NullTestKind(StrEnum):
    """Tests that take no value."""

    NULL = "is null"
    NOT_NULL = "is not null"
    EMPTY = "is empty"
    NOT_EMPTY = "is not empty"
    TRUE = "is true"
    NOT_TRUE = "is not true"
    FALSE = "is false"
    NOT_FALSE = "is not false"


class DateOperator(StrEnum):
    """One-sided date tests."""

    ON = "on"
    NOT_ON = "not on"
    AFTER = "after"
    BEFORE = "before"
    ON_OR_AFTER = "on or after"
    ON_OR_BEFORE = "on or before"


class DateFunction(StrEnum):
    """What can be taken of a date."""

    ANNIVERSARY = "anniversary of"
    AGE = "age of"
    DAY = "day of"
    WEEKDAY = "weekday of"
    MONTH = "month of"
    YEAR = "year of"
    DAYS_SINCE = "days since"
    DAYS_UNTIL = "days until"


class TimeUnit(StrEnum):
    """Units of windows; fiscal ones need a fiscal calendar."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    FISCAL_WEEK = "fiscal week"
    FISCAL_MONTH = "fiscal month"
    FISCAL_QUARTER = "fiscal quarter"
    FISCAL_YEAR = "fiscal year"


class DayWord(StrEnum):
    """Named instants."""

    TODAY = "today"
    NOW = "now"
    YESTERDAY = "yesterday"
    TOMORROW = "tomorrow"


class PeriodWord(StrEnum):
    """Which calendar period or which side of today."""

    THIS = "this"
    PREVIOUS = "previous"
    NEXT = "next"
    LAST = "last"


class Quantifier(StrEnum):
    """How many rows of a table must pass."""

    ANY = "any row in"
    NO = "no row in"
    EVERY = "every row in"


class RowAggregateFunction(StrEnum):
    """Aggregates over the rows of a table."""

    SUM = "sum of"
    AVERAGE = "avg of"
    MINIMUM = "min of"
    MAXIMUM = "max of"
    DISTINCT = "distinct of"


class RankDirection(StrEnum):
    """Which end of a ranking."""

    TOP = "top"
    BOTTOM = "bottom"


# --- names ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Name(Node):
    """A bare or back-quoted name, as written but without the quotes.

    The name of an uploaded file begins with `file.`, which stands before the quotes.
    """

    text: str
    is_quoted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnName(Node):
    """`column` or `table.column`."""

    table: Name | None
    column: Name


# --- values --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class StringLiteral(Node):
    """A quoted text, unescaped."""

    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberLiteral(Node):
    """A number; exact."""

    value: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyLiteral(Node):
    """An amount with its symbol (`$`, `€`, `£`, `¥`)."""

    symbol: str
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class PercentLiteral(Node):
    """`60%` is 60 here; the resolver decides what it is of."""

    percent: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class BooleanLiteral(Node):
    """`true` or `false`."""

    value: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DateLiteral(Node):
    """`2026-11-01`."""

    value: date


@dataclass(frozen=True, slots=True, kw_only=True)
class DateTimeLiteral(Node):
    """`2026-11-01T15:30`, wall clock of the site."""

    value: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Offset(Node):
    """`- 3 months`; `amount` carries the sign."""

    amount: int
    unit: TimeUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor(Node):
    """`today - 3 months + 2 days`: offsets are applied from left to right."""

    word: DayWord
    offsets: tuple[Offset, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ago(Node):
    """`30 days ago`."""

    amount: int
    unit: TimeUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodEdge(Node):
    """`start of this month`, `end of previous quarter`: the first or last day."""

    is_start: bool
    period: PeriodWord
    unit: TimeUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnValue(Node):
    """Another column as the value, `0.5 * ly12m_order_revenue`."""

    factor: Decimal | None
    column: ColumnName


DateValue: TypeAlias = DateLiteral | DateTimeLiteral | Anchor | Ago | PeriodEdge
Value: TypeAlias = (
    StringLiteral
    | NumberLiteral
    | MoneyLiteral
    | PercentLiteral
    | BooleanLiteral
    | DateValue
    | ColumnValue
)


# --- windows -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class DateBound(Node):
    """`after today - 1 year`."""

    operator: DateOperator
    value: DateValue


@dataclass(frozen=True, slots=True, kw_only=True)
class DateRange(Node):
    """`between D1 and D2`, both ends included."""

    low: DateValue
    high: DateValue
    is_negated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RollingWindow(Node):
    """`in last 30 days` (`period` LAST) or `in next 7 days` (NEXT)."""

    period: PeriodWord
    amount: int
    unit: TimeUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarWindow(Node):
    """`in this month`, `in previous year`, `in next quarter`."""

    period: PeriodWord
    unit: TimeUnit


Window: TypeAlias = DateBound | DateRange | RollingWindow | CalendarWindow


# --- predicates ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class NullTest(Node):
    """`is null`, `is not empty`, `is true` …"""

    kind: NullTestKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Compare(Node):
    """`>= 5`, `is "Chicago"`."""

    operator: Comparison
    value: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareBetween(Node):
    """`between 2 and 10`, both ends included."""

    low: Value
    high: Value
    is_negated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TextMatch(Node):
    """`contains "gmail"`, `contains any of ("a", "b")`; `match` is None for a single text."""

    operator: TextOperator
    values: tuple[StringLiteral, ...]
    match: Match | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InList(Node):
    """`in ("CA", "OR")`."""

    values: tuple[Value, ...]
    is_negated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RankSize(Node):
    """`10%` or `500`."""

    amount: Decimal
    is_percent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InRank(Node):
    """`in top 10% among (…)`."""

    direction: RankDirection
    size: RankSize
    among: Expression | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InWindow(Node):
    """A date test on a column."""

    window: Window


Predicate: TypeAlias = NullTest | Compare | CompareBetween | TextMatch | InList | InRank | InWindow


# --- conditions ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Everyone(Node):
    """All customers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member(Node):
    """`member of segment "West coast"`."""

    kind: ListKind
    name: StringLiteral
    is_negated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Operand(Node):
    """A column, or something taken of a date column."""

    column: ColumnName
    function: DateFunction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Test(Node):
    """`city is "Chicago"`."""

    operand: Operand
    predicate: Predicate


@dataclass(frozen=True, slots=True, kw_only=True)
class RowQuantified(Node):
    """`any row in t where (…)`."""

    quantifier: Quantifier
    table: Name
    where: Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class RowCount(Node):
    """`count of t where (…) >= 3`."""

    table: Name
    where: Expression | None
    operator: Comparison
    value: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class RowAggregate(Node):
    """`sum of t.c where (…) >= 100`."""

    function: RowAggregateFunction
    column: ColumnName
    where: Expression | None
    operator: Comparison
    value: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedBy(Node):
    """`top 5000 by predicted_clv_next_365d among (…)`."""

    direction: RankDirection
    size: RankSize
    column: ColumnName
    among: Expression | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Times(Node):
    """How often: `at least 3 times`, `between 2 and 4 times`; a bare `3 times` has
    `is_bare` set and is refused by the resolver with both readings (E310)."""

    low: int | None
    high: int | None
    is_bare: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HasPurchased(Node):
    """`has purchased at least 3 times in last 90 days where (…) net of returns`."""

    times: Times | None = None
    window: Window | None = None
    where: Expression | None = None
    net_of_returns: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HasNotPurchased(Node):
    """`has not purchased in last 6 months where (…)`."""

    window: Window | None = None
    where: Expression | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlyPurchased(Node):
    """`only purchased between D1 and D2 where (…)`."""

    window: Window
    where: Expression | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstPurchase(Node):
    """`first purchase in last 1 year where (…)`: first order ever, then filtered."""

    window: Window | None = None
    where: Expression | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstPurchaseOf(Node):
    """`first purchase of (…) in last 90 days`: first order among the matching lines."""

    where: Expression
    window: Window | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatPurchase(Node):
    """`repeat purchase in last 1 month where (…)`."""

    window: Window | None = None
    where: Expression | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MostFrequentOrder(Node):
    """`most frequent order in last 30 days where (product_category is "tacos")`."""

    where: Expression | None
    times: Times | None = None
    window: Window | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TotalValue(Node):
    """`total value of orders >= $500 in this year where (…) net of returns`."""

    amount: Compare | CompareBetween
    window: Window | None = None
    where: Expression | None = None
    net_of_returns: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RfmBound(Node):
    """`rfm at least 9-8-10`."""

    is_floor: bool
    recency: int
    frequency: int
    monetary: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SqlCondition(Node):
    """`sql("SELECT amperity_id …")`."""

    sql: StringLiteral


# --- logic ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Not(Node):
    """The complement."""

    operand: Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class AllOf(Node):
    """A chain of `and`; two operands at least."""

    operands: tuple[Expression, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyOf(Node):
    """A chain of `or`; two operands at least."""

    operands: tuple[Expression, ...]


Expression: TypeAlias = (
    AllOf
    | AnyOf
    | Not
    | Everyone
    | Member
    | Test
    | RowQuantified
    | RowCount
    | RowAggregate
    | RankedBy
    | HasPurchased
    | HasNotPurchased
    | OnlyPurchased
    | FirstPurchase
    | FirstPurchaseOf
    | RepeatPurchase
    | MostFrequentOrder
    | TotalValue
    | RfmBound
    | SqlCondition
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment(Node):
    """The whole: everyone in `include` and in none of `excludes`."""

    include: Expression
    excludes: tuple[Expression, ...] = ()


def same(left: object, right: object) -> bool:
    """Tell whether two trees say the same, wherever they stand in their texts."""
    if isinstance(left, Node) and isinstance(right, Node):
        return type(left) is type(right) and all(
            same(getattr(left, part.name), getattr(right, part.name))
            for part in fields(left)
            if part.name != "span"
        )
    if isinstance(left, tuple) and isinstance(right, tuple):
        return len(left) == len(right) and all(map(same, left, right))
    return left == right

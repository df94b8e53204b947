"""What is compared in SQL: columns, things taken of them, and bound values with their types."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, assert_never

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    DateTime,
    Double,
    Numeric,
    Text,
    Uuid,
    cast,
    extract,
    func,
    literal,
)

from dsl.ast import RowAggregateFunction
from dsl.catalog import DataType
from dsl.compiler.dialects import IsoWeekday
from dsl.resolved import ColumnRef, DatePart, DatePartOf, Measure, NumberOperand, TimeOperand

__all__ = [
    "bound_number",
    "bound_text",
    "bound_time",
    "exact_sum",
    "folded",
    "folded_text",
    "measure_of",
    "number_of",
    "scaled",
    "text_of",
    "time_of",
]

# Sums are wider than what they sum, so that no engine runs out of digits (readings.md 25).
_WIDE = Numeric(38, 4)


def text_of(column: ColumnRef) -> ColumnElement[str]:
    """Return the column as text; ids are native UUIDs and text to the language."""
    if isinstance(column.element.type, Uuid):
        return cast(column.element, Text())
    return column.element  # type: ignore[return-value]  # the catalog says that it holds text


def folded(column: ColumnRef) -> ColumnElement[str]:
    """Return the column in lower case."""
    return func.lower(text_of(column), type_=Text())


def bound_text(value: str) -> ColumnElement[str]:
    """Return the text as a parameter."""
    return literal(value, Text())


def folded_text(value: str) -> ColumnElement[str]:
    """Return the text in lower case; beyond ASCII only the engine knows how it folds columns."""
    if value.isascii():
        return bound_text(value.lower())
    return func.lower(bound_text(value), type_=Text())


def number_of(operand: NumberOperand) -> ColumnElement[Any]:
    """Return the number that is compared."""
    match operand:
        case ColumnRef(element=element):
            return element
        case DatePartOf(part=DatePart.WEEKDAY, column=column):
            return IsoWeekday(column.element)
        case DatePartOf(part=part, column=column):
            return extract(part.value, column.element)
        case Measure():
            return measure_of(operand)
        case _:
            assert_never(operand)


def time_of(operand: TimeOperand) -> ColumnElement[Any]:
    """Return the date or datetime that is compared."""
    return measure_of(operand) if isinstance(operand, Measure) else operand.element


def measure_of(measure: Measure) -> ColumnElement[Any]:
    """Return the aggregate; sums of nothing are 0."""
    if measure.column is None:
        return func.count()
    element = measure.column.element
    match measure.function:
        case None:
            return func.count()
        case RowAggregateFunction.SUM:
            return func.coalesce(exact_sum(element, measure.column.type), 0)
        case RowAggregateFunction.AVERAGE:
            return func.avg(element)
        case RowAggregateFunction.MINIMUM:
            return func.min(element)
        case RowAggregateFunction.MAXIMUM:
            return func.max(element)
        case RowAggregateFunction.DISTINCT:
            return func.count(element.distinct())
        case _:
            assert_never(measure.function)


def exact_sum(amount: ColumnElement[Any], type_: DataType) -> ColumnElement[Any]:
    """Return the sum; of decimals in a type that no engine overflows."""
    return cast(func.sum(amount), _WIDE) if type_ is DataType.DECIMAL else func.sum(amount)


def scaled(factor: Decimal, column: ColumnRef) -> ColumnElement[Any]:
    """Return the column times a constant.

    DuckDB 1.5 multiplies DECIMAL(18, 4) by DECIMAL(10, 9) within 18 digits and overflows, so the
    column is widened first.
    """
    is_decimal = column.type is DataType.DECIMAL
    element = cast(column.element, _WIDE) if is_decimal else column.element
    return bound_number(factor, column.type) * element


def bound_number(value: Decimal, compared_type: DataType) -> ColumnElement[Any]:
    """Return the number as a parameter of the type in which engines compare it exactly."""
    if compared_type is DataType.FLOAT:
        return literal(float(value), Double())
    if compared_type is DataType.INTEGER and value == int(value):
        return literal(int(value), BigInteger())
    return literal(value, Numeric())


def bound_time(value: datetime, compared_type: DataType) -> ColumnElement[Any]:
    """Return the instant as a parameter; date columns are compared with its day."""
    if compared_type is DataType.DATE:
        return literal(date(value.year, value.month, value.day), Date())
    return literal(value, DateTime())

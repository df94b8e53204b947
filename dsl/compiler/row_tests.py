"""Tests of rows as SQL conditions.

Conditions are built to stand in WHERE, where UNKNOWN is no match. Only a complement could tell
UNKNOWN from false, so `not p` becomes `NOT coalesce(p, false)`; everything else stays plain, which
engines can push down and people can read.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time
from typing import Any, assert_never

from sqlalchemy import ColumnElement, Integer, and_, extract, false, func, literal, not_, or_, true

from dsl.ast import Comparison, Match, RowAggregateFunction
from dsl.catalog import DataType
from dsl.compiler.dialects import EndsWith, Holds, StartsWith
from dsl.compiler.operands import (
    bound_number,
    bound_text,
    bound_time,
    exact_sum,
    folded,
    folded_text,
    number_of,
    scaled,
    text_of,
    time_of,
)
from dsl.dates import DateSpan
from dsl.resolved import (
    ColumnsCompare,
    DatePartOf,
    InSpans,
    InYearDays,
    IsBoolean,
    IsEmpty,
    IsMissing,
    Measure,
    NumberBetween,
    NumberCompare,
    NumberIn,
    NumberOperand,
    RowAllOf,
    RowAnyOf,
    RowCondition,
    RowNot,
    TextEquals,
    TextExactly,
    TextMatches,
    TextPlace,
)

__all__ = ["Predicate", "complement", "in_spans", "is_known", "number_condition", "row_condition"]

Predicate = ColumnElement[bool]
_PLACES = {TextPlace.ANYWHERE: Holds, TextPlace.START: StartsWith, TextPlace.END: EndsWith}
_WHOLE_YEAR = (101, 1231)


def row_condition(condition: RowCondition) -> Predicate:
    """Return the condition on a row; UNKNOWN is no match."""
    match condition:
        case RowAllOf(operands=operands):
            return and_(*map(row_condition, operands))
        case RowAnyOf(operands=operands):
            return or_(*map(row_condition, operands))
        case RowNot(operand=operand):
            return complement(row_condition(operand), is_known=is_known(operand))
        case IsMissing(column=column):
            return column.element.is_(None)
        case IsEmpty(column=column):
            text = text_of(column)
            return or_(text.is_(None), text == bound_text(""))
        case IsBoolean(column=column, value=value):
            return column.element == (true() if value else false())
        case TextEquals():
            return _text_equals(condition)
        case TextExactly(column=column, value=value):
            return text_of(column) == bound_text(value)
        case TextMatches():
            return _text_matches(condition)
        case NumberCompare(operand=Measure(function=RowAggregateFunction.AVERAGE) as average):
            return _average(average, condition)
        case NumberCompare(operand=operand) | NumberBetween(operand=operand):
            return number_condition(number_of(operand), condition)
        case NumberIn():
            return _number_in(condition)
        case ColumnsCompare():
            return _columns_compare(condition)
        case InSpans(operand=operand, spans=spans):
            return in_spans(time_of(operand), operand.type, spans)
        case InYearDays():
            return _in_year_days(condition)
        case _:
            assert_never(condition)


def complement(predicate: ColumnElement[Any], *, is_known: bool) -> Predicate:
    """Return the rows that do not match, unknown ones included."""
    return not_(predicate if is_known else func.coalesce(predicate, false()))


def is_known(condition: RowCondition) -> bool:
    """Tell whether the SQL of the condition is never UNKNOWN."""
    match condition:
        case IsMissing() | IsEmpty() | RowNot():
            return True
        case RowAllOf(operands=operands) | RowAnyOf(operands=operands):
            return all(map(is_known, operands))
        case _:
            return False


# --- text -----------------------------------------------------------------------------------------


def _text_equals(test: TextEquals) -> Predicate:
    column, values = folded(test.column), [folded_text(value) for value in test.values]
    if len(values) == 1:
        return column != values[0] if test.is_negated else column == values[0]
    return column.not_in(values) if test.is_negated else column.in_(values)


def _text_matches(test: TextMatches) -> Predicate:
    column, holds = folded(test.column), _PLACES[test.place]
    parts = [holds(column, folded_text(value)) for value in test.values]
    found = and_(*parts) if test.match is Match.ALL else or_(*parts)
    return not_(found) if test.is_negated else found


# --- numbers --------------------------------------------------------------------------------------


def number_condition(number: ColumnElement[Any], test: NumberCompare | NumberBetween) -> Predicate:
    """Return the test of a number, which need not be the operand itself."""
    type_ = _type(test.operand)
    if isinstance(test, NumberCompare):
        return _compared(number, test.operator, bound_number(test.value, type_))
    low, high = bound_number(test.low, type_), bound_number(test.high, type_)
    if test.is_negated:
        return or_(number < low, number > high)
    return and_(number >= low, number <= high)


def _average(average: Measure, test: NumberCompare) -> Predicate:
    """`avg >= 5` as `sum >= 5 * count`: exact on every engine, where a quotient is rounded."""
    column = average.column
    if column is None or column.type is DataType.FLOAT:
        return number_condition(number_of(average), test)
    bound = bound_number(test.value, DataType.DECIMAL) * func.count(column.element)
    return _compared(exact_sum(column.element, column.type), test.operator, bound)


def _number_in(test: NumberIn) -> Predicate:
    number, type_ = number_of(test.operand), _type(test.operand)
    values = [bound_number(value, type_) for value in test.values]
    if len({value.type.__class__ for value in values}) > 1:
        # ClickHouse 26.9 takes no list of whole numbers and decimals: `IN (5, 9.5)`.
        same = [number == value for value in values]
        return and_(*map(not_, same)) if test.is_negated else or_(*same)
    return number.not_in(values) if test.is_negated else number.in_(values)


def _type(operand: NumberOperand) -> DataType:
    return DataType.INTEGER if isinstance(operand, DatePartOf) else operand.type


def _columns_compare(test: ColumnsCompare) -> Predicate:
    if test.left.type is DataType.STRING:
        return _compared(folded(test.left), test.operator, folded(test.right))
    right = test.right
    scaled_right = right.element if test.factor is None else scaled(test.factor, right)
    return _compared(test.left.element, test.operator, scaled_right)


def _compared(
    left: ColumnElement[Any], operator: Comparison, right: ColumnElement[Any]
) -> Predicate:
    match operator:
        case Comparison.EQUAL:
            return left == right
        case Comparison.NOT_EQUAL:
            return left != right
        case Comparison.LESS:
            return left < right
        case Comparison.LESS_OR_EQUAL:
            return left <= right
        case Comparison.GREATER:
            return left > right
        case Comparison.GREATER_OR_EQUAL:
            return left >= right
        case _:
            assert_never(operator)


# --- dates ----------------------------------------------------------------------------------------


def in_spans(moment: ColumnElement[Any], type_: DataType, spans: Iterable[DateSpan]) -> Predicate:
    """Return the half-open ranges on the raw column, which indexes and zone maps can use."""
    return or_(false(), *(_in_span(moment, type_, span) for span in spans))


def _in_span(moment: ColumnElement[Any], type_: DataType, span: DateSpan) -> Predicate:
    bounds = []
    if span.start is not None:
        bounds.append(moment >= bound_time(span.start, type_))
    if span.end is not None:
        bounds.append(moment < bound_time(span.end, type_))
    return and_(*bounds) if bounds else moment.is_not(None)


def _in_year_days(test: InYearDays) -> Predicate:
    moment = test.column.element
    occurred = moment < bound_time(datetime.combine(test.before, time.min), test.column.type)
    if test.ranges == (_WHOLE_YEAR,):
        return occurred
    number = extract("month", moment) * _whole(100) + extract("day", moment)
    days = (number.between(_whole(low), _whole(high)) for low, high in test.ranges)
    return and_(occurred, or_(false(), *days))


def _whole(number: int) -> ColumnElement[int]:
    return literal(number, Integer())

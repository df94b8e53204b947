"""Values: does a literal fit the column it is compared with? (E302 to E305)"""

from __future__ import annotations

from decimal import Decimal
from typing import assert_never

from dsl import wording
from dsl.ast import (
    Ago,
    Anchor,
    BooleanLiteral,
    ColumnName,
    ColumnValue,
    DateLiteral,
    DateTimeLiteral,
    MoneyLiteral,
    NumberLiteral,
    PercentLiteral,
    PeriodEdge,
    StringLiteral,
    Value,
)
from dsl.catalog import DataType, Unit
from dsl.diagnostics import Diagnostic, Fix
from dsl.literals import number_text, quoted
from dsl.resolver.context import Context, Operand
from dsl.resolver.findings import type_in_words
from dsl.resolver.names import look_up

__all__ = [
    "fits_digits",
    "kind_in_words",
    "number_value",
    "report_bare_word",
    "report_mismatch",
    "text_value",
]

# Every currency that a symbol is used for; the catalog's code says which one is meant.
_CURRENCIES = {
    "$": frozenset({"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN", "BRL", "TWD", "CLP", "COP"}),
    "€": frozenset({"EUR"}),
    "£": frozenset({"GBP", "EGP", "FKP", "GIP"}),
    "¥": frozenset({"JPY", "CNY"}),
}
_DIGITS_BEFORE_POINT = 18
_DIGITS_AFTER_POINT = 10


def text_value(context: Context, operand: Operand, value: Value) -> str | None:
    """Return the text that a text column is compared with; report anything else."""
    match value:
        case StringLiteral(value=text):
            return text
        case ColumnValue():
            report_bare_word(context, operand, value)
        case NumberLiteral() | PercentLiteral() | MoneyLiteral():
            written = _as_written(context, value)
            message = f"{operand.title} holds text; put the number in quotes: {quoted(written)}"
            fix = Fix("put it in quotes", value.span, quoted(written))
            context.findings.error("E303", message, value, fix)
        case _:
            written = _as_written(context, value)
            fix = Fix("put it in quotes", value.span, quoted(written))
            _mismatch(context, operand, value, fix)
    return None


def number_value(context: Context, operand: Operand, value: Value) -> Decimal | None:
    """Return the number that a number column is compared with; report anything else."""
    match value:
        case NumberLiteral(value=number):
            return _bounded(context, value, number)
        case MoneyLiteral():
            return _money(context, operand, value)
        case PercentLiteral():
            return _share(context, operand, value)
        case ColumnValue():
            report_bare_word(context, operand, value)
        case StringLiteral(value=text):
            fixes = (Fix("write it without quotes", value.span, text),) if _is_number(text) else ()
            _mismatch(context, operand, value, *fixes)
        case _:
            _mismatch(context, operand, value)
    return None


def report_mismatch(context: Context, operand: Operand, value: Value, *fixes: Fix) -> None:
    """Report a value of the wrong kind (E302), or the unknown name in its place (E201)."""
    if isinstance(value, ColumnValue):
        report_bare_word(context, operand, value)
    else:
        _mismatch(context, operand, value, *fixes)


def report_bare_word(context: Context, operand: Operand, value: ColumnValue) -> None:
    """Explain a column where a constant is needed: mostly a text without its quotes."""
    other = look_up(context, value.column)
    if isinstance(other, Diagnostic):
        is_text = operand.type is DataType.STRING and value.factor is None
        context.findings.add(_with_quotes(value.column, other) if is_text else other)
        return
    message = f"{operand.title} cannot be compared with the column {other.title} here"
    context.findings.error("E302", message, value)


def kind_in_words(value: Value) -> str:
    """Return what a value is."""
    match value:
        case StringLiteral():
            return "a text"
        case NumberLiteral():
            return "a number"
        case MoneyLiteral():
            return "an amount of money"
        case PercentLiteral():
            return "a percentage"
        case BooleanLiteral():
            return "true or false"
        case DateLiteral() | Anchor() | Ago() | PeriodEdge():
            return "a date"
        case DateTimeLiteral():
            return "a date and time"
        case ColumnValue():
            return "a column"
        case _:
            assert_never(value)


def _with_quotes(name: ColumnName, unknown: Diagnostic) -> Diagnostic:
    """`city = Chicago`: say first that a text needs quotes."""
    word = name.column.text if name.table is None else f"{name.table.text}.{name.column.text}"
    text = quoted(word)
    message = f"no column is named “{word}”; did you mean the text {text}?"
    fix = Fix(f"write the text {text}", name.span, text)
    return Diagnostic("E201", message, name.span, fixes=(fix, *unknown.fixes[:2]))


def _mismatch(context: Context, operand: Operand, value: Value, *fixes: Fix) -> None:
    holds = type_in_words(operand.type)
    message = f"{operand.title} holds {holds}, and this is {kind_in_words(value)}"
    context.findings.error("E302", message, value, *fixes)


def _money(context: Context, operand: Operand, value: MoneyLiteral) -> Decimal | None:
    currency = context.catalog.currency
    if currency not in _CURRENCIES.get(value.symbol, frozenset()):
        message = f"amounts are in {currency} here, not in {value.symbol}"
        fix = Fix("write the bare amount", value.span, number_text(value.amount))
        context.findings.error("E305", message, value, fix)
        return None
    if operand.unit not in (Unit.MONEY, None):
        message = f"{operand.title} is not an amount of money; write {number_text(value.amount)}"
        fix = Fix("write a bare number", value.span, number_text(value.amount))
        context.findings.error("E302", message, value, fix)
        return None
    return _bounded(context, value, value.amount)


def _share(context: Context, operand: Operand, value: PercentLiteral) -> Decimal | None:
    """A percentage is a share of 1, and so needs a column that holds shares of 1."""
    if operand.unit is Unit.RATIO:
        return _bounded(context, value, value.percent / 100)
    if operand.unit is None:
        _report_unclear_share(context, operand, value)
        return None
    what = "runs from 0 to 100" if operand.unit is Unit.PERCENT else "is not a share"
    plain = number_text(value.percent)
    message = f"{operand.title} {what}; write {plain} instead of {plain}%"
    fix = Fix(f"write {plain}", value.span, plain)
    context.findings.error("E304", message, value, fix)
    return None


def _report_unclear_share(context: Context, operand: Operand, value: PercentLiteral) -> None:
    """Nobody said what the column counts, so both readings are offered."""
    share, plain = f"{(value.percent / 100).normalize():f}", number_text(value.percent)
    message = (
        f"{operand.title} is not known to be a share; write {share} if it runs from 0 to 1, "
        f"or {plain} if it runs to 100"
    )
    fixes = [Fix(f"write {number}", value.span, number) for number in (share, plain)]
    context.findings.error("E304", message, value, *fixes)


def _bounded(context: Context, at: Value, number: Decimal) -> Decimal | None:
    """Refuse digits beyond what every engine compares exactly with DECIMAL columns."""
    if fits_digits(number, _DIGITS_BEFORE_POINT, _DIGITS_AFTER_POINT):
        return number
    message = (
        f"a number has at most {_DIGITS_BEFORE_POINT} digits before the point "
        f"and {_DIGITS_AFTER_POINT} after it"
    )
    context.findings.error("E302", message, at)
    return None


def fits_digits(number: Decimal, before: int, after: int) -> bool:
    """Tell whether so many digits before and after the point are enough for a number."""
    plain = number.normalize()
    digits, exponent = plain.as_tuple().digits, int(plain.as_tuple().exponent)
    return len(digits) + exponent <= before and -exponent <= after


def _as_written(context: Context, value: Value) -> str:
    """The source of a value; its canonical words when the text is not at hand."""
    return context.findings.source(value) or wording.value(value)


def _is_number(text: str) -> bool:
    digits = text.removeprefix("-").replace(".", "", 1)
    return digits.isascii() and digits.isdigit()

"""Scalars of the schema: exact numbers travel as text, instants in UTC, days as ISO dates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import NewType, TypeVar

import strawberry
from strawberry.exceptions import StrawberryInputCoercionError
from strawberry.scalars import JSON
from strawberry.types.scalar import ScalarDefinition

__all__ = ["JSON", "SCALARS", "Long"]

Long = NewType("Long", int)
"""A count: JSON numbers hold it exactly up to 2^53 − 1."""

LARGEST_LONG = 2**53 - 1

_T = TypeVar("_T")


def _parser(parse: Callable[[str], _T], name: str, example: str) -> Callable[[object], _T]:
    """Return a parser that answers wrong input in the words of the schema."""

    def parse_value(value: object) -> _T:
        try:
            if isinstance(value, str):
                return parse(value)
        except (ValueError, InvalidOperation):
            pass  # answered below, like a value that is not a text
        raise StrawberryInputCoercionError(f"{name} expects a text such as {example}.")

    return parse_value


def _parse_day(text: str) -> date:
    day = date.fromisoformat(text)
    if day.isoformat() != text:
        raise ValueError(text)  # ISO 8601 has other forms, such as weeks
    return day


def _parse_instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(text)
    return instant.astimezone(UTC)


def _show_instant(instant: datetime) -> str:
    if instant.tzinfo is None:
        raise ValueError("an instant without a zone cannot be shown")
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _parse_decimal(text: str) -> Decimal:
    number = Decimal(text)
    if not number.is_finite():
        raise ValueError(text)
    return number


def _show_decimal(number: Decimal) -> str:
    return format(number, "f")


def _parse_long(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= LARGEST_LONG:
        return value
    raise StrawberryInputCoercionError("Long expects a whole number up to 9007199254740991.")


def _show_long(value: int) -> int:
    if abs(value) > LARGEST_LONG:
        raise ValueError("a count beyond 2^53 cannot be shown exactly")
    return value


def _as_it_is(value: object) -> object:
    return value


SCALARS: dict[object, ScalarDefinition] = {
    date: strawberry.scalar(
        name="Date",
        description="A calendar day in the site's time zone, as `YYYY-MM-DD`.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3339#section-5.6",
        serialize=date.isoformat,
        parse_value=_parser(_parse_day, "Date", '"2026-03-31"'),
    ),
    datetime: strawberry.scalar(
        name="DateTime",
        description="An instant in UTC, as `YYYY-MM-DDThh:mm:ssZ`; input may name another offset.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3339#section-5.6",
        serialize=_show_instant,
        parse_value=_parser(_parse_instant, "DateTime", '"2026-03-31T08:00:00Z"'),
    ),
    Decimal: strawberry.scalar(
        name="Decimal",
        description="An exact decimal number as text, such as `1234.50`; never a binary float.",
        serialize=_show_decimal,
        parse_value=_parser(_parse_decimal, "Decimal", '"12.50"'),
    ),
    Long: strawberry.scalar(
        name="Long",
        description="A whole number up to 9007199254740991, for counts that an Int cannot hold.",
        serialize=_show_long,
        parse_value=_parse_long,
    ),
    JSON: strawberry.scalar(
        name="JSON",
        description="Any JSON value: null, a boolean, a number, a text, a list or an object.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc8259",
        serialize=_as_it_is,
        parse_value=_as_it_is,
    ),
}

"""What the values of a column look like: counted over all rows, before anything is loaded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa

from ampiq_gql.ingest.columns import ValueType
from ampiq_gql.ingest.native import native_text
from ampiq_gql.ingest.patterns import matches
from ampiq_gql.ingest.table_file import Native

__all__ = ["ColumnLook", "Shape", "look_at_columns"]

SAMPLES = 3
COLUMNS_AT_ONCE = 20
KEY_WORDS = re.compile(
    r"(^|[_ ])(id|key|code|zip|plz|postal|postcode|phone|tel|number|no|nr|sku|upc)$"
)
"""Columns of these names stay text, whatever their values look like."""


class Shape(StrEnum):
    """A regular form of values."""

    BOOLEAN = "yes or no"
    INTEGER = "whole numbers"
    NUMBER = "numbers"
    DATE = "dates"
    DATETIME = "dates with times"
    EMAIL = "email addresses"
    PHONE = "phone numbers"
    CURRENCY = "currency codes"
    LEADING_ZERO = "digits after a zero"


PATTERNS: dict[Shape, str] = {
    Shape.BOOLEAN: r"^(?i:true|false|yes|no|y|n|t|f|0|1)$",
    Shape.INTEGER: r"^[+-]?[0-9]{1,18}$",
    Shape.NUMBER: r"^[^0-9A-Za-z]{0,3}[0-9][0-9., ']*[^0-9A-Za-z]{0,3}$|^[A-Z]{3} ?[0-9.,]+$",
    Shape.DATE: r"^([0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{4}"
    r"|(0?[1-9]|[12][0-9]|3[01])[-/.](0?[1-9]|[12][0-9]|3[01])[-/.][0-9]{2}([ T]|$)"
    r"|[0-9]{1,2}[ -][A-Za-z]{3,9}[ -][0-9]{2}([ T,]|$)"
    r"|(19|20)[0-9]{6}|[0-9]{1,2}[ -][A-Za-z]{3,9}[ -][0-9]{4}"
    r"|[A-Za-z]{3,9} [0-9]{1,2},? [0-9]{4})",
    Shape.DATETIME: r"^[0-9]{1,4}[-/.][0-9A-Za-z]{1,3}[-/.][0-9]{1,4}[T ,]+[0-9]{1,2}:[0-9]{2}",
    Shape.EMAIL: r"^[^@\s]+@[^@\s]+[.][^@\s.]{2,}$",
    Shape.PHONE: r"^[+(]?[0-9][0-9 ()./-]{5,18}[0-9]$",
    Shape.CURRENCY: r"^[A-Z]{3}$",
    Shape.LEADING_ZERO: r"^0[0-9]+$",
}
_NATIVE_TYPES = {
    Native.INTEGER: ValueType.INTEGER,
    Native.FLOAT: ValueType.DECIMAL,
    Native.SHORT_DECIMAL: ValueType.DECIMAL,
    Native.DECIMAL: ValueType.DECIMAL,
    Native.BOOLEAN: ValueType.BOOLEAN,
    Native.DATE: ValueType.DATE,
    Native.WALL_CLOCK: ValueType.DATETIME,
    Native.INSTANT: ValueType.DATETIME,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnLook:
    """One column over all rows; `distinct` is near the truth, `shapes` count fitting values."""

    header: str
    rows: int
    filled: int
    distinct: int
    shapes: dict[Shape, int]
    samples: tuple[str, ...]
    native: Native

    def share(self, shape: Shape) -> float:
        """Return which share of the values has the shape."""
        return self.shapes[shape] / self.filled if self.filled else 0.0

    @property
    def unique_share(self) -> float:
        """1 when no value repeats."""
        return min(self.distinct / self.filled, 1.0) if self.filled else 0.0

    @property
    def type(self) -> ValueType:
        """The type that all values have; ids, codes and numbers with a leading zero are text."""
        if self.native is not Native.TEXT:
            return _NATIVE_TYPES[self.native]
        plain = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", self.header).lower()
        if not self.filled or KEY_WORDS.search(plain) or self.shapes[Shape.LEADING_ZERO]:
            return ValueType.TEXT
        trials = (
            (Shape.INTEGER, ValueType.INTEGER), (Shape.BOOLEAN, ValueType.BOOLEAN),
            (Shape.DATETIME, ValueType.DATETIME), (Shape.DATE, ValueType.DATE),
            (Shape.NUMBER, ValueType.DECIMAL),
        )  # fmt: skip
        return next(
            (kind for shape, kind in trials if self.shapes[shape] == self.filled), ValueType.TEXT
        )


def look_at_columns(
    connection: sa.Connection,
    rows: sa.Table,
    headers: Sequence[str],
    natives: Sequence[Native],
) -> tuple[ColumnLook, ...]:
    """Count all columns, some at a time: planning one statement of 300 took fifteen seconds."""
    return tuple(
        look
        for start in range(0, len(headers), COLUMNS_AT_ONCE)
        for look in _look_at_some(
            connection, rows, list(enumerate(headers))[start : start + COLUMNS_AT_ONCE], natives
        )
    )


def _look_at_some(
    connection: sa.Connection,
    rows: sa.Table,
    headers: Sequence[tuple[int, str]],
    natives: Sequence[Native],
) -> Iterator[ColumnLook]:
    texts = [native_text(rows.c[str(at)], natives[at]) for at, _ in headers]
    counts: list[sa.ColumnElement[int]] = [sa.func.count()]
    for text in texts:
        counts += [sa.func.count(text), sa.func.approx_count_distinct(text)]
        counts += [sa.func.count(1).filter(matches(text, PATTERNS[shape])) for shape in Shape]
    total, *found = connection.execute(sa.select(*counts).select_from(rows)).one()
    first = connection.execute(sa.select(*texts).select_from(rows).limit(200)).all()
    width = 2 + len(Shape)
    for place, (at, header) in enumerate(headers):
        filled, distinct, *shapes = found[place * width : (place + 1) * width]
        yield ColumnLook(
            header=header,
            rows=total,
            filled=filled,
            distinct=distinct,
            shapes=dict(zip(Shape, shapes, strict=True)),
            samples=_samples([row[place] for row in first]),
            native=natives[at],
        )


def _samples(values: Sequence[str | None]) -> tuple[str, ...]:
    known = dict.fromkeys(value for value in values if value is not None)
    return tuple(list(known)[:SAMPLES])

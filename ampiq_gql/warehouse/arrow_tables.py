"""Tables of a server that can hold what Arrow brings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

__all__ = ["table_columns"]


def table_columns(schema: pa.Schema, id_column: str) -> Iterator[sa.Column[Any]]:
    """Describe a table that can hold the rows; the customer's id becomes a native UUID."""
    for field in schema:
        kind = sa.Uuid() if field.name == id_column else _column_type(field.type)
        yield sa.Column(field.name, kind)


def _column_type(kind: pa.DataType) -> sa.types.TypeEngine[Any]:
    if pa.types.is_dictionary(kind):
        return _column_type(kind.value_type)
    if pa.types.is_boolean(kind):
        return sa.Boolean()
    if pa.types.is_integer(kind):
        return sa.BigInteger()
    if pa.types.is_floating(kind):
        return sa.Double()
    if pa.types.is_decimal(kind):
        return sa.Numeric(kind.precision, kind.scale)
    if pa.types.is_date(kind):
        return sa.Date()
    return sa.DateTime() if pa.types.is_timestamp(kind) else sa.Text()

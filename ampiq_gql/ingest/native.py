"""Columns that their file's format has typed already: as texts for keys, as values for the rest."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from ampiq_gql.ingest.columns import ValueType
from ampiq_gql.ingest.table_file import Native
from ampiq_gql.ingest.values import AMOUNT, Reading, noon, raw_text, to_utc, typed_value

__all__ = ["NATIVE_SQL_TYPES", "native_text", "native_value"]

Value = sa.ColumnElement[Any]

EXACT_FLOAT = 2.0**53
"""Whole numbers beyond this are no longer exact in a floating-point column."""

NATIVE_SQL_TYPES: dict[Native, sa.types.TypeEngine[Any]] = {
    Native.TEXT: sa.Text(),
    Native.INTEGER: sa.BigInteger(),
    Native.FLOAT: sa.Double(),
    Native.SHORT_DECIMAL: sa.Numeric(18, 4),
    Native.DECIMAL: sa.Numeric(38, 9),
    Native.BOOLEAN: sa.Boolean(),
    Native.DATE: sa.Date(),
    Native.WALL_CLOCK: sa.DateTime(),
    Native.INSTANT: sa.DateTime(),
}


def native_text(column: Value, native: Native) -> Value:
    """Spell the values as a careful CSV would: exact, ISO, UTC marked with Z; blank is NULL."""
    text = sa.cast(column, sa.Text)
    match native:
        case Native.TEXT:
            return raw_text(column)
        case Native.FLOAT:
            # Ids and counts that a tool with NULLs turned into floats: 123.0 means 123.
            is_whole = (sa.func.trunc(column) == column) & (sa.func.abs(column) <= EXACT_FLOAT)
            return sa.case(
                (is_whole, sa.cast(sa.try_cast(column, sa.BigInteger), sa.Text)), else_=text
            )
        case Native.SHORT_DECIMAL | Native.DECIMAL:
            # All places are stored: 1.500000000 is spelled 1.5.
            return sa.func.regexp_replace(text, r"[.]?0+$", "", type_=sa.Text)
        case Native.INSTANT:
            return text + sa.literal("Z")
        case _:
            return text


def native_value(column: Value, native: Native, kind: ValueType, reading: Reading) -> Value:
    """Return the value as the kind wants it, NULL when it is not one."""
    match kind, native:
        case ValueType.INTEGER, Native.INTEGER:
            return column
        case (
            ValueType.DECIMAL,
            Native.INTEGER | Native.FLOAT | Native.SHORT_DECIMAL | Native.DECIMAL,
        ):
            return sa.try_cast(column, AMOUNT)
        case ValueType.BOOLEAN, Native.BOOLEAN:
            return column
        case ValueType.DATE, Native.DATE:
            return column
        case ValueType.DATE, Native.WALL_CLOCK | Native.INSTANT:
            return sa.cast(column, sa.Date)
        case ValueType.DATETIME, Native.INSTANT:
            return column
        case ValueType.DATETIME, Native.WALL_CLOCK:
            return to_utc(column, reading.time_zone)
        case ValueType.DATETIME, Native.DATE:
            return to_utc(noon(sa.cast(column, sa.DateTime)), reading.time_zone)
        case _:
            return typed_value(native_text(column, native), kind, reading)

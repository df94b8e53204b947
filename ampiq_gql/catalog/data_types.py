"""Database types as the language sees them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from dsl.catalog import DataType

__all__ = ["data_type_of"]

# Order matters: SQLAlchemy's Float is a Numeric, and its DateTime has no common base with Date.
_TYPES: tuple[tuple[type[sa.types.TypeEngine[Any]], DataType], ...] = (
    (sa.Boolean, DataType.BOOLEAN),
    (sa.Integer, DataType.INTEGER),
    (sa.Float, DataType.FLOAT),
    (sa.Numeric, DataType.DECIMAL),
    (sa.DateTime, DataType.DATETIME),
    (sa.Date, DataType.DATE),
)


def data_type_of(sql_type: sa.types.TypeEngine[Any]) -> DataType:
    """Return the type in the language; ids, and whatever it has no word for, are text."""
    for known, data_type in _TYPES:
        if isinstance(sql_type, known):
            return data_type
    return DataType.STRING

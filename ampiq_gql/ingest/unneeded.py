"""Values that are bad but that no row needs: they become NULL with a note, and the row stays."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from ampiq_gql.ingest.columns import ColumnSpec, ValueType

__all__ = ["note_reason", "without_placeholder"]

Value = sa.ColumnElement[Any]

PLACEHOLDERS = (
    "n/a", "#n/a", "na", "n.a.", "none", "null", "nil", "nan", "-", "--", "?", "unknown",
    "unbekannt", "inconnu", "desconocido", "test@test.com", "noemail@noemail.com",
)  # fmt: skip
"""What people and systems write where they know nothing (compared in lower case)."""

FIRST_BIRTHDATE = date(1900, 1, 2)
"""1900-01-01 is what systems write for an unknown day of birth."""

NAMES_THAT_LOOK_EMPTY = ("na", "null", "nan", "none", "nil", "test")


def without_placeholder(value: Value, column: ColumnSpec) -> Value:
    """Return the value, NULL where it says nothing."""
    if column.type is ValueType.TEXT:
        words: tuple[str, ...] = PLACEHOLDERS
        if column.name in ("given_name", "surname", "full_name"):
            # There are people of these names.
            words = tuple(word for word in words if word not in NAMES_THAT_LOOK_EMPTY)
        return sa.case((sa.func.lower(value).in_(words), sa.null()), else_=value)
    if column.name == "birthdate":
        is_birthdate = (value >= FIRST_BIRTHDATE) & (value <= sa.func.current_date())
        return sa.case((is_birthdate, value))
    return value


def note_reason(column: ColumnSpec) -> str:
    """Say why such a value is gone."""
    match column.type:
        case ValueType.TEXT:
            return "a placeholder, not a value"
        case ValueType.DATE:
            return (
                "not a date of a living person's birth"
                if column.name == "birthdate"
                else "not a date"
            )
        case ValueType.DATETIME:
            return "not a date"
        case _:
            return "not a value of its type"

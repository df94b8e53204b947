"""Arithmetic on texts of an export: exact, and leaving alone what is no number, for the checks."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

__all__ = ["MONEY", "amount", "spelled", "without_apostrophe"]

Value = sa.ColumnElement[Any]

MONEY = sa.Numeric(18, 4)


def amount(text: Value) -> Value:
    """Return the amount, NULL when the text is none."""
    return sa.try_cast(text, MONEY)


def spelled(value: Value, otherwise: Value | None = None) -> Value:
    """Return a number as text; where there is none, the text that it should have come from."""
    text = sa.cast(sa.cast(value, MONEY), sa.Text)
    return text if otherwise is None else sa.func.coalesce(text, otherwise)


def without_apostrophe(text: Value) -> Value:
    """Take off the mark that keeps spreadsheets from reading an id as a number."""
    return sa.func.ltrim(text, "'", type_=sa.Text)

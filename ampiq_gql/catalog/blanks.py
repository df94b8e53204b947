"""Texts that say nothing: empty ones, and those of nothing but white space."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from ampiq_gql.catalog.summaries import Counted

__all__ = ["blank_rows", "blank_tests", "white_rows"]

WHITE_SPACE = " \t\r\n\v\f"


def blank_tests(value: sa.ColumnElement[Any]) -> tuple[sa.ColumnElement[bool], ...]:
    """Return the tests for empty text, and for text of nothing but white space.

    Texts compare by bytes, so only those that begin with white space are looked at closer.
    """
    begins_white = (value < "!") & (value != "")
    return value == "", begins_white & (sa.func.ltrim(value, WHITE_SPACE) == "")


def blank_rows(values: Iterable[Counted]) -> int:
    """Return in how many rows the text is empty."""
    return sum(counted.rows for counted in values if not counted.value)


def white_rows(values: Iterable[Counted]) -> int:
    """Return in how many rows the text is nothing but white space."""
    return sum(one.rows for one in values if one.value and not one.value.strip(WHITE_SPACE))

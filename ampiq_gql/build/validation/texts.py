"""Whether a text says anything."""

from __future__ import annotations

import sqlalchemy as sa

from ampiq_gql.build.expressions import Value

__all__ = ["is_blank", "is_filled", "is_only_spaces"]


def is_blank(text: Value) -> sa.ColumnElement[bool]:
    """Say whether there is no text: NULL, empty or spaces alone."""
    return text.is_(None) | is_only_spaces(text)


def is_only_spaces(text: Value) -> sa.ColumnElement[bool]:
    """Say whether a text is empty or spaces alone.

    Only texts that begin with a space are trimmed: trimming all took five times as long.
    """
    return sa.case((text.like(" %"), sa.func.trim(text) == ""), else_=text == "")


def is_filled(text: Value) -> sa.ColumnElement[bool]:
    """Say whether there is a text."""
    return sa.not_(is_only_spaces(text))

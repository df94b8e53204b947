"""The argument that all commands of the language take: an expression, typed or piped."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from ampiq_gql.errors import Invalid

__all__ = ["Expression", "read_expression"]

BYTE_ORDER_MARK = "\ufeff"  # what some editors begin a file with

Expression = Annotated[
    str, typer.Argument(metavar="EXPR", help="An expression; - reads standard input.")
]


def read_expression(given: str) -> str:
    """Return the text that is meant. Raises `Invalid` (INPUT_UNREADABLE) when it is not UTF-8."""
    text = sys.stdin.read().removeprefix(BYTE_ORDER_MARK) if given == "-" else given
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise Invalid(
            "INPUT_UNREADABLE",
            f"The expression is not UTF-8 text from character {error.start + 1} on.",
            hint="Save it as UTF-8.",
            place="standard input" if given == "-" else None,
        ) from error
    return text

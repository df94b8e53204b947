"""The argument that all commands of the language take: an expression, typed or piped."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

__all__ = ["Expression", "read_expression"]

Expression = Annotated[
    str, typer.Argument(metavar="EXPR", help="An expression; - reads standard input.")
]


def read_expression(given: str) -> str:
    """Return the text that is meant."""
    return sys.stdin.read() if given == "-" else given

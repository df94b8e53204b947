"""Where in the text a node stands, as `line 3, column 14`."""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

__all__ = ["place_of", "place_of_error"]


def place_of(node: exp.Expr) -> str | None:
    """Return the place of the first name in the node; None when the parser kept none."""
    for part in node.walk():
        if "line" in part.meta:
            # The parser counts columns by the end of a word.
            start = part.meta["col"] - (part.meta["end"] - part.meta["start"])
            return f"line {part.meta['line']}, column {start}"
    return None


def place_of_error(details: Mapping[str, object]) -> str | None:
    """Return the place that a syntax error names."""
    if not details.get("line"):
        return None
    return f"line {details['line']}, column {details['col']}"

"""Literals between text and value, both ways: quoted texts and numbers."""

from __future__ import annotations

import re
from decimal import Decimal

__all__ = ["number_of", "number_text", "plain_number", "quoted", "unquoted"]

_ESCAPES = {"n": "\n", "t": "\t", "\\": "\\", '"': '"', "'": "'"}


def unquoted(token: str) -> str:
    """Return the text that a quoted token means.

    Three quotes keep everything as it is; one quote is doubled or escaped by a backslash. A
    backslash before any other letter is a backslash.
    """
    if len(token) >= 6 and token.startswith('"""') and token.endswith('"""'):
        return token[3:-3]
    quote = token[0]
    return re.sub(
        rf"\\(.)|{quote}{quote}",
        lambda found: quote if found[1] is None else _ESCAPES.get(found[1], found[0]),
        token[1:-1],
    )


def quoted(text: str) -> str:
    """Return the text in double quotes, so that `unquoted` gives it back."""
    if "\n" in text and '"""' not in text and not text.endswith('"'):
        return f'"""{text}"""'
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def number_of(token: str) -> Decimal:
    """Return the exact number of a token, without its symbols: `$1_500.50`, `60 percent`."""
    sign = "-" if "-" in token else ""
    return Decimal(sign + re.sub(r"[^\d.]", "", token))


def number_text(number: Decimal) -> str:
    """Return the plain digits of a number, never with an exponent."""
    return format(number, "f")


def plain_number(number: Decimal) -> str:
    """Return the one text of all equal numbers: no zeros at the end, no minus before zero."""
    digits = number_text(number)
    digits = digits.rstrip("0").rstrip(".") if "." in digits else digits
    return "0" if digits == "-0" else digits

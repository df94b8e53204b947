"""How a column writes its numbers: seen from all its values, asked of the user when two ways stay.

`1.234,50` and `1,234.50` say which mark is which; `1.234` alone does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from ampiq_gql.ingest.errors import AmbiguousNumbers
from ampiq_gql.ingest.mapping import ValueSpelling
from ampiq_gql.ingest.patterns import matches, rewritten

__all__ = ["NumberStyle", "bare_number", "currency_signs", "find_number_styles"]

Text = sa.ColumnElement[str]

PLAIN = r"^[+-]?([0-9]+([.]([0-9]{0,2}|[0-9]{4,}))?|0?[.][0-9]+)$"
"""Nothing to decide: digits, and at most a point that cannot part thousands."""

POINT_DECIMAL = (
    r"^[+-]?([0-9]*[.]([0-9]{0,2}|[0-9]{4,})|0[.][0-9]{3}|[0-9]{4,}[.][0-9]{3}"
    r"|[0-9]{1,3}(,[0-9]{3})+[.][0-9]+|[0-9]{1,3}(,[0-9]{3}){2,})$"
)
COMMA_DECIMAL = (
    r"^[+-]?([0-9]*,([0-9]{0,2}|[0-9]{4,})|0,[0-9]{3}|[0-9]{4,},[0-9]{3}"
    r"|[0-9]{1,3}([.][0-9]{3})+,[0-9]+|[0-9]{1,3}([.][0-9]{3}){2,})$"
)
UNCLEAR = r"^[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}$"
SPACED = r"^[+-]?[0-9]{1,3}([ '][0-9]{3})+([.,][0-9]+)?$"

SIGNS = r"^([+-]?)\s*(?:[$€£¥₹₩]|[A-Z]{3}|kr\.?|zł|Fr\.?|R\$|C\$|A\$|US\$)?\s*(.*)$"
TRAILING_SIGNS = r"^(.*?)\s*(?:[$€£¥₹₩]|[A-Z]{3}|kr\.?|zł|Fr\.?)$"
CURRENCY_SIGN = r"US\$|C\$|A\$|R\$|[$€£¥₹₩]|[A-Z]{3}|kr|zł|Fr"
CURRENCIES = {"$": "USD", "US$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₩": "KRW",
              "C$": "CAD", "A$": "AUD", "R$": "BRL", "zł": "PLN", "Fr": "CHF"}  # fmt: skip
PARENTHESES = r"^\((.*)\)$"
TRAILING_MINUS = r"^([^+-].*)-$"
ODD_SPACES = ("\u00a0", "\u202f", "\u2009")
ADORNED = r"[^0-9.,+eE-]|[0-9]-$"
"""Something beside digits, marks and a leading sign."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberStyle:
    """How the numbers of a column are written.

    `is_adorned`: currency signs, spaces or parentheses stand beside digits somewhere. `is_plain`:
    every value is digits and at most a decimal point.
    """

    decimal_mark: str = "."
    thousands_mark: str | None = None
    is_adorned: bool = False
    is_plain: bool = False


def bare_number(raw: Text) -> Text:
    """Take off currency signs and odd spaces; parentheses and a trailing minus mean minus."""
    plain = raw
    for space in ODD_SPACES:
        plain = sa.func.replace(plain, space, " ", type_=sa.Text)
    plain = sa.func.replace(plain, "−", "-", type_=sa.Text)
    plain = rewritten(plain, PARENTHESES, r"-\1")
    plain = rewritten(plain, TRAILING_SIGNS, r"\1")
    plain = rewritten(plain, SIGNS, r"\1\2")
    plain = rewritten(plain, TRAILING_MINUS, r"-\1")
    return sa.func.trim(plain, type_=sa.Text)


def currency_signs(connection: sa.Connection, rows: sa.FromClause, raw: Text) -> tuple[str, ...]:
    """Return the currencies that stand beside the numbers of a column, sorted."""
    pattern = sa.literal(CURRENCY_SIGN, sa.Text, literal_execute=True)
    sign = sa.func.regexp_extract(raw, pattern, type_=sa.Text)
    is_told = matches(raw, "[0-9]") & (sa.func.length(sign) > 0)
    different = sa.select(sign).select_from(rows).where(is_told).distinct()
    found = connection.execute(different).scalars()
    return tuple(sorted({CURRENCIES.get(one, one) for one in found}))


def find_number_styles(
    connection: sa.Connection,
    rows: sa.FromClause,
    columns: Sequence[tuple[str, Text, ValueSpelling]],
    *,
    place: str,
) -> dict[str, NumberStyle]:
    """Decide for each column by all its values. Raises `AmbiguousNumbers` when two ways stay."""
    if not columns:
        return {}
    odd = [
        count
        for _, raw, _ in columns
        for count in (
            sa.func.count(1).filter(sa.not_(matches(raw, PLAIN))),
            sa.func.count(1).filter(matches(raw, ADORNED)),
        )
    ]
    found = connection.execute(sa.select(*odd).select_from(rows)).one()
    styles: dict[str, NumberStyle] = {}
    for at, (header, raw, said) in enumerate(columns):
        unusual, adorned = found[2 * at], found[2 * at + 1]
        if said.decimal_mark or said.thousands_mark:
            styles[header] = NumberStyle(
                decimal_mark=said.decimal_mark or ".",
                thousands_mark=said.thousands_mark,
                is_adorned=bool(adorned),
            )
        elif not unusual:
            styles[header] = NumberStyle(is_plain=True)
        else:
            styles[header] = _look(connection, rows, header, raw, bool(adorned), place)
    return styles


def _look(
    connection: sa.Connection,
    rows: sa.FromClause,
    header: str,
    raw: Text,
    is_adorned: bool,
    place: str,
) -> NumberStyle:
    bare = bare_number(raw) if is_adorned else raw
    shapes = (POINT_DECIMAL, COMMA_DECIMAL, UNCLEAR, SPACED)
    counts = sa.select(*(sa.func.count(1).filter(matches(bare, shape)) for shape in shapes))
    found: Sequence[int] = connection.execute(counts.select_from(rows)).one()
    point, comma, unclear, spaced = found
    mark = _decimal_mark(point, comma, unclear)
    if mark is None:
        sample = connection.execute(
            sa.select(sa.func.min(bare)).select_from(rows).where(matches(bare, UNCLEAR))
        ).scalar_one()
        raise AmbiguousNumbers(
            f'The numbers in "{header}" can be read two ways: the mark in "{sample}" parts '
            "decimals or thousands.",
            place=place,
            hint=f'Say which in a mapping file: `{{to: …, decimal_mark: "."}}` or '
            f'`decimal_mark: ","` at the column "{header}".',
        )
    return NumberStyle(
        decimal_mark=mark,
        thousands_mark="," if mark == "." else ".",
        is_adorned=is_adorned or bool(spaced),
    )


def _decimal_mark(point: int, comma: int, unclear: int) -> str | None:
    """Both marks as decimals is a mess: the more frequent one stands, the others are bad values."""
    if point or comma:
        return "," if comma > point else "."
    return None if unclear else "."

"""Made-up rows in SQL: series of numbers, and draws that depend only on seed, purpose and key.

Runs on the embedded engine, where source tables live. The same seed gives the same rows at any
size and in any order, since nothing is drawn from a stream.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from duckdb_sqlalchemy.datatypes import UBigInteger

__all__ = ["Draws", "exploded", "item", "kept", "maybe", "series"]

Element = sa.ColumnElement[Any]
Choice = str | int | None

_DRAWN_BITS = 32
_RESOLUTION = 2**_DRAWN_BITS


def series(count: int, name: str) -> sa.TableValuedAlias:
    """Return the numbers from 0 to `count` - 1 as column `name`."""
    numbers = sa.func.range(count).table_valued(sa.column(name, sa.BigInteger()))
    return numbers.render_derived(name=f"{name}_series")


def exploded(count: Element) -> Element:
    """Return the numbers from 0 to `count` - 1 of each row, one row for each."""
    return sa.func.unnest(sa.func.range(count), type_=sa.BigInteger())


def maybe(condition: Element, value: Element | str | int) -> Element:
    """Return the value where the condition holds, else NULL."""
    return sa.case((condition, value))


class Draws:
    """Draws for one kind of thing, told apart by `keys` (columns that identify one of them).

    All operands are unsigned whole numbers: mixed signs would be computed in 128 bits, a hundred
    times slower, and fractions take twice as long as shifts.
    """

    def __init__(self, seed: int, *keys: Element) -> None:
        self._seed = seed
        self._keys = keys

    def uniform(self, purpose: str) -> Element:
        """Return a number from 0 (included) to 1 (excluded)."""
        return sa.cast(self._bits(purpose), sa.Double()) / float(_RESOLUTION)

    def exponential(self, purpose: str) -> Element:
        """Return a number from 0 on, of the exponential law with mean 1."""
        return -sa.func.ln(1 - self.uniform(purpose), type_=sa.Double())

    def below(self, purpose: str, bound: int) -> Element:
        """Return a whole number from 0 to `bound` - 1, all equally likely."""
        return sa.cast(_scaled(self._bits(purpose), bound), sa.BigInteger())

    def mostly_low(self, purpose: str, bound: int) -> Element:
        """Return a whole number from 0 to `bound` - 1: the first quarter is drawn half the time."""
        bits = self._bits(purpose)
        squared = (bits * bits).bitwise_rshift(_unsigned(_DRAWN_BITS))
        return sa.cast(_scaled(squared, bound), sa.BigInteger())

    def happens(self, purpose: str, share: float) -> sa.ColumnElement[bool]:
        """Tell whether something happens that happens to `share` of all."""
        return self._bits(purpose) < _unsigned(round(share * _RESOLUTION))

    def one_of(self, purpose: str, choices: Sequence[str]) -> Element:
        """Return one of the texts, all equally likely."""
        return item(choices, self.below(purpose, len(choices)))

    def weighted(self, purpose: str, weights: Mapping[Any, int]) -> Element:
        """Return one of the texts or numbers (None is NULL); each as likely as its weight says."""
        # A list with each choice as often as it weighs: a CASE would draw anew for every branch.
        unit = math.gcd(*weights.values())
        urn = [choice for choice, weight in weights.items() for _ in range(weight // unit)]
        return item(urn, self.below(purpose, len(urn)))

    def _bits(self, purpose: str) -> Element:
        digest = hashlib.sha256(f"{self._seed}\x1f{purpose}".encode()).digest()
        # Hashed twice: the engine only combines the hashes of several arguments, which leaves
        # the draws for two purposes correlated.
        mixed = sa.func.xor(sa.func.hash(*self._keys), _unsigned(int.from_bytes(digest[:7])))
        drawn: Element = sa.func.hash(mixed, type_=UBigInteger())
        return drawn.bitwise_rshift(_unsigned(64 - _DRAWN_BITS))


def item(choices: Sequence[Choice], position: Element) -> Element:
    """Return the text or number at `position`, counted from 0."""
    is_number = any(isinstance(choice, int) for choice in choices)
    kind: sa.types.TypeEngine[Any] = sa.BigInteger() if is_number else sa.Text()
    return sa.func.list_extract(sa.func.list_value(*choices), position + 1, type_=kind)


@contextmanager
def kept(connection: sa.Connection, name: str, rows: sa.Select[Any]) -> Iterator[sa.Table]:
    """Keep rows in a temporary table: what is drawn once is read by all.

    Begins and ends outside of transactions: rows that are not committed are read by one core only.
    """
    columns = (sa.Column(column.name, column.type) for column in rows.selected_columns)
    table = sa.Table(name, sa.MetaData(), *columns, prefixes=["TEMPORARY"])
    with connection.begin():
        table.create(connection)
        connection.execute(table.insert().from_select(list(table.columns.keys()), rows))
    yield table
    with connection.begin():
        table.drop(connection)


def _scaled(bits: Element, bound: int) -> Element:
    return (bits * _unsigned(bound)).bitwise_rshift(_unsigned(_DRAWN_BITS))


def _unsigned(number: int) -> Element:
    return sa.cast(number, UBigInteger())

"""Made-up rows in SQL: series of numbers, and draws that depend only on seed, purpose and key.

Runs on the embedded engine, where source tables live. The same seed gives the same rows at any
size and in any order, since nothing is drawn from a stream.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from duckdb_sqlalchemy.datatypes import UBigInteger

__all__ = ["Draws", "exploded", "item", "kept", "maybe", "series"]

Element = sa.ColumnElement[Any]

_RESOLUTION = 2**32


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
    """Draws for one kind of thing, told apart by `keys` (columns that identify one of them)."""

    def __init__(self, seed: int, *keys: Element) -> None:
        self._seed = seed
        self._keys = keys

    def uniform(self, purpose: str) -> Element:
        """Return a number from 0 (included) to 1 (excluded)."""
        digest = hashlib.sha256(f"{self._seed}\x1f{purpose}".encode()).digest()
        # Hashed twice: the engine only combines the hashes of several arguments, which leaves
        # the draws for two purposes correlated.
        mixed = sa.func.xor(sa.func.hash(*self._keys), _unsigned(int.from_bytes(digest[:7])))
        # All operands unsigned: mixed signs would be computed in 128 bits, a hundred times slower.
        draw = sa.func.hash(mixed, type_=UBigInteger()) % _unsigned(_RESOLUTION)
        return sa.cast(draw, sa.Double()) / float(_RESOLUTION)

    def below(self, purpose: str, bound: Element | int) -> Element:
        """Return a whole number from 0 to `bound` - 1, all equally likely."""
        return sa.cast(sa.func.floor(self.uniform(purpose) * bound), sa.BigInteger())

    def happens(self, purpose: str, share: float) -> sa.ColumnElement[bool]:
        """Tell whether something happens that happens to `share` of all."""
        return self.uniform(purpose) < share

    def one_of(self, purpose: str, choices: Sequence[str]) -> Element:
        """Return one of the texts, all equally likely."""
        return item(choices, self.below(purpose, len(choices)))

    def weighted(
        self, purpose: str, weights: Mapping[str, int] | Mapping[str | None, int]
    ) -> Element:
        """Return one of the texts (None is NULL); each as likely as its weight says."""
        # A list with each text as often as it weighs: a CASE would draw anew for every branch.
        urn = [text for text, weight in weights.items() for _ in range(weight)]
        return item(urn, self.below(purpose, len(urn)))


@contextmanager
def kept(connection: sa.Connection, name: str, rows: sa.Select[Any]) -> Iterator[sa.Table]:
    """Keep rows in a temporary table: what is drawn once is read by all, on all cores."""
    columns = (sa.Column(column.name, column.type) for column in rows.selected_columns)
    table = sa.Table(name, sa.MetaData(), *columns, prefixes=["TEMPORARY"])
    table.create(connection)
    connection.execute(table.insert().from_select(list(table.columns.keys()), rows))
    yield table
    table.drop(connection)


def _unsigned(number: int) -> Element:
    return sa.cast(number, UBigInteger())


def item(choices: Sequence[str | None], position: Element) -> Element:
    """Return the text at `position`, counted from 0."""
    return sa.func.list_extract(sa.func.list_value(*choices), position + 1, type_=sa.Text())

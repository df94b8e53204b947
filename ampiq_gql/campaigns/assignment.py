"""Who gets what: a pure function of the campaign's salt and the customer's id.

A customer's cell never depends on who else is in the audience, so it stays the same in every run.
Draws are compared as text of 13 hex digits: no engine has to turn them into numbers. The control
group comes first from 0, then the treatments in the order of their making; a larger control share
only adds people to it.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from ampiq_gql.warehouse.ids import IdText, Sha256Hex

__all__ = ["Cell", "cells_of", "customer_draw", "draw_of", "in_cell", "new_salt"]

DIGITS = 13
WHOLE_BP = 10_000
_SEPARATOR = "\x1f"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A range of draws: from `low`, included, to `high`, excluded; None is no upper bound.

    `position` counts the cells from 0.
    """

    position: int
    low: str
    high: str | None

    def holds(self, draw: str) -> bool:
        """Tell whether the draw falls into the cell."""
        return self.low <= draw and (self.high is None or draw < self.high)


def new_salt() -> str:
    """Return 128 random bits in hex; one for each campaign, never copied to another."""
    return secrets.token_hex(16)


def draw_of(salt: str, customer_id: str) -> str:
    """Return the customer's draw: what `customer_draw` computes in the database."""
    digest = hashlib.sha256(f"{salt}{_SEPARATOR}{customer_id}".encode())
    return digest.hexdigest()[:DIGITS]


def customer_draw(salt: str, amperity_id: sa.ColumnElement[object]) -> sa.ColumnElement[str]:
    """Return the draw of the customer with that id, as an expression."""
    text = sa.literal(salt + _SEPARATOR, sa.Text()).concat(IdText(amperity_id))
    return sa.func.substr(Sha256Hex(text), 1, DIGITS, type_=sa.Text())


def bound(cumulative_bp: int) -> str:
    """Return the smallest draw above a share, which is given in 1/10,000."""
    return f"{cumulative_bp * 16**DIGITS // WHOLE_BP:0{DIGITS}x}"


def cells_of(shares_bp: Sequence[int]) -> tuple[Cell, ...]:
    """Cut the range of draws; the shares must sum to 10,000 and the last cell is open above.

    A cell without a share holds nobody, also when it is the last.
    """
    if sum(shares_bp) != WHOLE_BP:
        raise ValueError(f"shares sum to {sum(shares_bp)}, not to {WHOLE_BP}")
    cells = []
    reached = 0
    for position, share in enumerate(shares_bp):
        low, reached = reached, reached + share
        is_top = reached == WHOLE_BP and share > 0
        # Nothing is below the lowest draw, so an empty cell is the empty range from it to itself.
        edge = low if share else 0
        high = None if is_top else bound(reached if share else 0)
        cells.append(Cell(position=position, low=bound(edge), high=high))
    return tuple(cells)


def in_cell(draw: sa.ColumnElement[str], cell: Cell) -> sa.ColumnElement[bool]:
    """Return the test that the draw falls into the cell."""
    above = draw >= cell.low
    return above if cell.high is None else sa.and_(above, draw < cell.high)

"""Whose histories are read: everybody, or a share drawn by the hash of the id, in chunks.

The draw is a function of the customer alone: rows in another order, newer orders and other
customers never change who trains. Chunks bound what the warehouse and Python hold at a time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from ampiq_gql.predict.framing import Stack, days_before
from ampiq_gql.predict.tables import Members, orders
from ampiq_gql.warehouse import Session
from ampiq_gql.warehouse.ids import IdText, Sha256Hex

__all__ = ["CHUNK_CUSTOMERS", "Draws", "Roster", "bound_for", "everybody"]

CHUNK_CUSTOMERS = 200_000
DRAW_DIGITS = 3  # 4,096 steps: a share is met within a part in four thousand
NOBODY = Members(low=UUID(int=0), high=UUID(int=0), ids=None, customers=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """The customers to read, in chunks of neighbours; a roster of nobody has one, too."""

    customers: int
    chunks: tuple[Members, ...]


class Draws:
    """Everybody with an order row in the build, each with a draw that is theirs for good."""

    def __init__(
        self, session: Session, *, seed: int, chunk_customers: int = CHUNK_CUSTOMERS
    ) -> None:
        self._session = session
        self._chunk_customers = chunk_customers
        # Kept: made in the statements that compare them, hashes would be taken of every order.
        self._drawn = session.materialise("draws", _draws(seed))

    def roster(self, below: str | None) -> Roster:
        """Return those whose draw is below the bound; without one, everybody."""
        drawn = self._drawn.c
        if below is None:
            return _roster(self._session, sa.select(drawn.amperity_id), self._chunk_customers)
        chosen = sa.select(drawn.amperity_id).where(drawn.draw < below)
        kept = self._session.materialise("drawn_customers", chosen)
        return _roster(
            self._session, sa.select(kept.c.amperity_id), self._chunk_customers, is_sample=True
        )

    def rows_by_draw(self, stack: Stack) -> dict[str, int]:
        """Count customers by draw, once for every cutoff in whose window they have an order row.

        Orders that were wholly cancelled before the cutoff count here, though they do not train.
        """
        drawn = self._drawn.c
        seen = _seen(stack).subquery("seen")
        times = sum((flag for flag in seen.c if flag.name != "amperity_id"), sa.literal(0))
        statement = (
            sa.select(drawn.draw, sa.cast(sa.func.sum(times), sa.BigInteger))
            .select_from(self._drawn.join(seen, seen.c.amperity_id == drawn.amperity_id))
            .group_by(drawn.draw)
        )
        return dict(self._session.rows(statement))


def everybody(session: Session, *, chunk_customers: int = CHUNK_CUSTOMERS) -> Roster:
    """Return everybody with an order row in the build."""
    people = session.materialise("shoppers", _people())
    return _roster(session, sa.select(people.c.amperity_id), chunk_customers)


def bound_for(rows_by_draw: Mapping[str, int], most: int) -> str | None:
    """Return the bound below which draws hold at most that many rows; None when all fit.

    The lowest draw is always within, lest nobody should be left.
    """
    total = 0
    for place, draw in enumerate(sorted(rows_by_draw)):
        total += rows_by_draw[draw]
        if place and total > most:
            return draw
    return None


def _roster(
    session: Session, ids: sa.Select[UUID], chunk_customers: int, *, is_sample: bool = False
) -> Roster:
    """Cut the ids into chunks; of everybody, a chunk is told by its first and last id alone."""
    listed = ids.subquery("listed").c
    place = sa.func.row_number(type_=sa.BigInteger).over(order_by=listed.amperity_id) - 1
    numbered = sa.select(listed.amperity_id, place.label("place")).subquery("numbered").c
    ((customers,),) = session.rows(sa.select(sa.func.count()).select_from(ids.subquery("ids")))
    firsts = range(0, customers, chunk_customers)
    lasts = [min(first + chunk_customers, customers) - 1 for first in firsts]
    statement = sa.select(numbered.place, numbered.amperity_id).where(
        numbered.place.in_([*firsts, *lasts])
    )
    edge = dict(session.rows(statement))
    chunks = tuple(
        Members(
            low=edge[first],
            high=edge[last],
            ids=ids if is_sample else None,
            customers=last + 1 - first,
        )
        for first, last in zip(firsts, lasts, strict=True)
    )
    return Roster(customers=customers, chunks=chunks or (NOBODY,))


def _people() -> sa.Select[UUID]:
    person = orders.c.amperity_id
    return sa.select(person).where(person.is_not(None)).distinct()


def _draws(seed: int) -> sa.Select[UUID, str]:
    """Give each person the first digits of a hash of the seed and their id."""
    people = _people().subquery("people")
    named = sa.literal(f"{seed}\x1f", sa.Text()).concat(IdText(people.c.amperity_id))
    draw = sa.func.substr(Sha256Hex(named), 1, DRAW_DIGITS, type_=sa.Text())
    return sa.select(people.c.amperity_id, draw.label("draw"))


def _seen(stack: Stack) -> sa.Select[*tuple[Any, ...]]:
    """Tell per person, with 1 or 0, in which cutoffs' windows they have an order row."""
    at = orders.c.order_datetime

    def inside(cutoff: datetime) -> sa.ColumnElement[int]:
        since = days_before(cutoff, stack.window_days)
        return sa.func.max(sa.case((sa.and_(at >= since, at < cutoff), 1), else_=0))

    flags = [inside(cutoff).label(f"at_{place}") for place, cutoff in enumerate(stack.cutoffs)]
    person = orders.c.amperity_id
    return sa.select(person, *flags).where(person.is_not(None)).group_by(person)

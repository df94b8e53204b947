"""The gate before a build: so many rows or so much money in quarantine would make it wrong."""

from __future__ import annotations

from decimal import Decimal

import sqlalchemy as sa

from ampiq_gql.ingest.errors import QuarantineTooLarge
from ampiq_gql.ingest.sources import LOADS, QUARANTINE
from ampiq_gql.settings import Settings

__all__ = ["refuse_large_quarantine"]


def refuse_large_quarantine(connection: sa.Connection, settings: Settings) -> None:
    """Raise `QuarantineTooLarge` when a load has more waiting than the settings allow.

    Rows that were retried or discarded no longer wait. Money counts with its share of the rows
    that still do.
    """
    for number, waiting, rows, held, money, money_held in connection.execute(_waiting()):
        share = waiting / rows if rows else 0.0
        still = Decimal(waiting) / Decimal(held) if held else Decimal(0)
        lost = abs(money_held) * still / abs(money) if money else Decimal(0)
        if share > settings.quarantine_row_share:
            raise QuarantineTooLarge(
                f"{waiting:,} of {rows:,} rows of load {number} wait in quarantine ({share:.1%}; "
                f"at most {settings.quarantine_row_share:.1%} may)."
            )
        if lost > Decimal(str(settings.quarantine_revenue_share)):
            raise QuarantineTooLarge(
                f"{lost:.1%} of the revenue of load {number} waits in quarantine (at most "
                f"{settings.quarantine_revenue_share:.1%} may)."
            )


def _waiting() -> sa.Select[int, int, int, int, Decimal, Decimal]:
    waiting = (
        sa.select(QUARANTINE.c.load_number, sa.func.count().label("waiting"))
        .group_by(QUARANTINE.c.load_number)
        .subquery("waiting_rows")
    )
    loaded = (
        sa.select(
            LOADS.c.load_number,
            sa.func.sum(LOADS.c.rows_read).label("rows_read"),
            sa.func.sum(LOADS.c.rows_quarantined).label("rows_quarantined"),
            sa.func.sum(LOADS.c.money_read).label("money_read"),
            sa.func.sum(LOADS.c.money_quarantined).label("money_quarantined"),
        )
        .group_by(LOADS.c.load_number)
        .subquery("loaded_rows")
    )
    return sa.select(
        waiting.c.load_number,
        waiting.c.waiting,
        sa.cast(loaded.c.rows_read, sa.BigInteger),
        sa.cast(loaded.c.rows_quarantined, sa.BigInteger),
        sa.cast(loaded.c.money_read, sa.Numeric(38, 4)),
        sa.cast(loaded.c.money_quarantined, sa.Numeric(38, 4)),
    ).join_from(waiting, loaded, loaded.c.load_number == waiting.c.load_number)

"""Who drives a run: a lease that one process holds and another may take over when it is dead.

The lease is a row's `owner` and `lease_until`; taking it is one conditional UPDATE, so two
processes never drive the same run.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CursorResult, String, or_, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from ampiq_gql.store.base import ID, UtcDateTime, utc_now

__all__ = ["Leased", "take_lease"]


class Leased:
    """Columns of a table whose rows are driven by one process at a time."""

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    owner: Mapped[str | None] = mapped_column(String(200))
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


def take_lease(
    session: Session,
    table: type[Leased],
    row_id: str,
    *,
    owner: str,
    until: datetime,
    dead_owners: frozenset[str] = frozenset(),
) -> bool:
    """Take the lease; False when a process holds it that is not known to be dead.

    The holder renews it by storing the row, not here: nobody can take it twice.
    """
    result = session.execute(
        update(table)
        .where(
            table.id == row_id,
            or_(
                table.owner.is_(None),
                table.owner.in_(dead_owners),
                table.lease_until < utc_now(),
            ),
        )
        .values(owner=owner, lease_until=until)
    )
    return isinstance(result, CursorResult) and result.rowcount == 1

"""The door to the store: opens it, brings its tables up to date, and begins units of work.

A unit whose caller has given up (its time ran out, the client went away) changes nothing: it asks
when it has the write lock, for which it may have waited, and again before it commits.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from ampiq_gql.cancellation import refuse_if_cancelled
from ampiq_gql.settings import Settings
from ampiq_gql.store import engine as engines
from ampiq_gql.store.errors import StoreBusy, StoreUnusable
from ampiq_gql.store.migrate import bring_up_to_date
from ampiq_gql.store.unit_of_work import UnitOfWork

__all__ = ["Store"]


class Store:
    """The control plane of one installation. Safe to share between threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._readers = engines.for_reading(engine)

    @classmethod
    def open(cls, settings: Settings) -> Store:
        """Connect, and create or migrate the tables, one process at a time.

        Raises `OperatorError` (STORE_URL_INVALID, HOME_UNUSABLE), its `StoreUnusable`, or
        `Conflict` (STORE_TOO_NEW) when a newer AmpIQ has written the store.
        """
        engine = engines.for_migration(settings)
        try:
            bring_up_to_date(engine)
        except DBAPIError as error:
            raise StoreUnusable(engine.url, str(error.orig)) from error
        return cls(engines.for_work(settings))

    @contextmanager
    def begin(self) -> Iterator[UnitOfWork]:
        """Begin a unit that may write: committed at its end, rolled back when it raises.

        Raises `StoreBusy` when others write for too long, `Cancelled` when nobody waits for it.
        """
        with Session(self._engine) as session, session.begin():
            _take_turn(session)
            refuse_if_cancelled()
            yield UnitOfWork(session)
            refuse_if_cancelled()

    @contextmanager
    def read(self) -> Iterator[UnitOfWork]:
        """Begin a unit that only reads: one consistent state, and it never waits for writers."""
        with Session(self._readers) as session:
            yield UnitOfWork(session)

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()


def _take_turn(session: Session) -> None:
    """Begin the transaction now, not with its first statement: SQLite may have to wait for it."""
    try:
        session.connection()
    except DBAPIError as error:
        if engines.is_locked(error):
            raise StoreBusy from error
        raise

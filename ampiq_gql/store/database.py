"""The door to the store: opens it, brings its tables up to date, and begins units of work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from ampiq_gql.settings import Settings
from ampiq_gql.store import engine as engines
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

        Raises `Invalid` (STORE_URL_INVALID), or `Conflict` (STORE_TOO_NEW) when a newer AmpIQ has
        written the store.
        """
        bring_up_to_date(engines.for_migration(settings))
        return cls(engines.for_work(settings))

    @contextmanager
    def begin(self) -> Iterator[UnitOfWork]:
        """Begin a unit that may write: committed at its end, rolled back when it raises."""
        with Session(self._engine) as session, session.begin():
            yield UnitOfWork(session)

    @contextmanager
    def read(self) -> Iterator[UnitOfWork]:
        """Begin a unit that only reads: one consistent state, and it never waits for writers."""
        with Session(self._readers) as session:
            yield UnitOfWork(session)

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

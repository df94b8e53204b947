"""PostgreSQL's errors in our own words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import sqlalchemy as sa

from ampiq_gql.warehouse.errors import (
    QueryTimeout,
    QueryTooLarge,
    WarehouseUnreachable,
    WarehouseUnsuitable,
)

__all__ = ["explain", "explained"]

TOO_LARGE = (psycopg.errors.OutOfMemory, psycopg.errors.DiskFull,
             psycopg.errors.ConfigurationLimitExceeded)  # fmt: skip


def explain(error: Exception, timeout_seconds: float) -> Exception:
    """Return what a reader is told; an error that nobody can mend comes back as it is."""
    original = error.orig if isinstance(error, sa.exc.DBAPIError) else error
    if isinstance(original, psycopg.errors.QueryCanceled):
        return QueryTimeout(timeout_seconds)
    if isinstance(original, TOO_LARGE):
        return QueryTooLarge()
    if isinstance(original, psycopg.OperationalError) and original.sqlstate is None:
        return WarehouseUnreachable("the database server", _first_line(original))
    return error


@contextmanager
def explained(place: str) -> Iterator[None]:
    """Translate what goes wrong with the server itself; `place` says where it is."""
    try:
        yield
    except sa.exc.DBAPIError as error:
        explained_error = explain(error, 0)
        if isinstance(error.orig, psycopg.errors.InsufficientPrivilege):
            explained_error = WarehouseUnsuitable(
                f"The user of {place} lacks a right: {_first_line(error.orig)}",
                hint="Let it make schemas: GRANT CREATE, TEMPORARY ON DATABASE … TO …",
            )
        elif isinstance(error, sa.exc.OperationalError):
            explained_error = WarehouseUnreachable(place, _first_line(error.orig))
        if explained_error is error:
            raise
        raise explained_error from error


def _first_line(error: BaseException | None) -> str:
    return f"{str(error).strip().splitlines()[0] if error and str(error).strip() else error!r}."

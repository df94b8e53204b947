"""ClickHouse's errors in our own words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from clickhouse_connect.driver import exceptions as driver

from ampiq_gql.warehouse.errors import (
    QueryTimeout,
    QueryTooLarge,
    WarehouseUnreachable,
    WarehouseUnsuitable,
)

__all__ = ["explain", "explained", "is_taken"]

TABLE_EXISTS = 57
TIMED_OUT = 159
TOO_LARGE = frozenset({241, 396, 307, 243})
"""Of memory, of result, of bytes, of the disk."""
DENIED = frozenset({497})
REFUSED_LOGIN = frozenset({192, 193, 194, 516})

Failure = sa.exc.DBAPIError | driver.Error


def explain(error: Exception, timeout_seconds: float) -> Exception:
    """Return what a reader is told; an error that nobody can mend comes back as it is."""
    code = _code(error)
    if code == TIMED_OUT:
        return QueryTimeout(timeout_seconds)
    if code in TOO_LARGE:
        return QueryTooLarge()
    if code is None and isinstance(_original(error), driver.OperationalError):
        return WarehouseUnreachable("the database server", _first_line(error))
    return error


def is_taken(error: Exception) -> bool:
    """Say whether a table could not be made because it is there already."""
    return _code(error) == TABLE_EXISTS


@contextmanager
def explained(place: str) -> Iterator[None]:
    """Translate what goes wrong with the server itself; `place` says where it is."""
    try:
        yield
    except (sa.exc.DBAPIError, driver.Error) as error:
        code = _code(error)
        if code in DENIED:
            raise WarehouseUnsuitable(
                f"The user of {place} lacks a right: {_first_line(error)}",
                hint="docs/engines.md says which rights the two roles of the warehouse need.",
            ) from error
        if code is None or code in REFUSED_LOGIN:
            raise WarehouseUnreachable(place, _first_line(error)) from error
        raise


def _original(error: BaseException) -> BaseException | None:
    return error.orig if isinstance(error, sa.exc.DBAPIError) else error


def _code(error: BaseException) -> int | None:
    """Return the server's own number of the error, None when it did not answer at all."""
    found = re.search(r"\b[Cc]ode: (\d+)", str(_original(error)))
    return int(found[1]) if found else None


def _first_line(error: BaseException) -> str:
    lines = str(_original(error)).strip().splitlines()
    return f"{lines[0].rstrip('.')}." if lines else f"{error!r}."

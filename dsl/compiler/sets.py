"""Sets of ids as named CTEs, each computed once however often an expression speaks of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable
from typing import Any, TypeAlias

from sqlalchemy import CTE, Column, ColumnElement, Select, or_

from dsl.catalog import ID_COLUMN
from dsl.compiler.operands import bound_time
from dsl.resolved import TableRef

__all__ = ["Rows", "Sets", "id_of", "known_rows", "slug"]

Rows: TypeAlias = "Select[*tuple[Any, ...]]"
_MAX_NAME = 48  # engines take 63 at least; room is left for a number


class Sets:
    """The CTEs of one statement, by what they mean."""

    def __init__(self) -> None:
        self._ctes: dict[Hashable, CTE] = {}
        self._names: set[str] = set()

    def shared(self, key: Hashable, name: str, build: Callable[[], Rows]) -> CTE:
        """Return the CTE of that meaning; build it on first use, under a name for readers."""
        if key not in self._ctes:
            statement = build()
            self._ctes[key] = statement.cte(self._unused(name))
        return self._ctes[key]

    def _unused(self, name: str) -> str:
        unused, count = name, 1
        while unused in self._names:
            count += 1
            unused = f"{name}_{count}"
        self._names.add(unused)
        return unused


def id_of(table: TableRef) -> ColumnElement[Any]:
    """Return the customer's id under the name that every set gives it."""
    return table.id.label(ID_COLUMN)


def known_rows(table: TableRef) -> list[ColumnElement[bool]]:
    """Return what every row must be to count: of a known customer, and not after as_of."""
    conditions: list[ColumnElement[bool]] = (
        [] if _is_required(table.id) else [table.id.is_not(None)]
    )
    cut = visible(table)
    return conditions if cut is None else [*conditions, cut]


def visible(table: TableRef) -> ColumnElement[bool] | None:
    """Return the cut of rows that have not happened yet; None when there is nothing to cut."""
    if table.visible_before is None or table.event_time is None:
        return None
    moment = table.event_time.element
    bound = bound_time(table.visible_before, table.event_time.type)
    return or_(moment.is_(None), moment < bound)


def slug(name: str) -> str:
    """Return a name for readers as part of an identifier."""
    return re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")[:_MAX_NAME] or "unnamed"


def _is_required(column: ColumnElement[Any]) -> bool:
    return isinstance(column, Column) and not column.nullable

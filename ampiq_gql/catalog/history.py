"""Since which build a column holds data, and up to which one: carried from build to build."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TypeAlias

import pyarrow as pa
import sqlalchemy as sa

from ampiq_gql.catalog.profiles import TableProfile
from ampiq_gql.catalog.stored import catalog_column_history
from ampiq_gql.warehouse import BuildInfo, Session, Warehouse, load_arrow

__all__ = [
    "BuildMark", "ColumnHistories", "ColumnHistory", "former_history", "read_history",
    "store_history",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildMark:
    """A build, whether it is still kept or not; `built_at` is an aware UTC instant."""

    build_id: str
    built_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnHistory:
    """The first and the last build in which a column held anything."""

    first: BuildMark
    last: BuildMark


ColumnHistories: TypeAlias = Mapping[tuple[str, str], ColumnHistory]
"""By table and column; columns that never held anything are not in it."""


def former_history(warehouse: Warehouse) -> ColumnHistories:
    """Return the histories up to the current build; none before the first."""
    if warehouse.current_build() is None:
        return MappingProxyType({})
    with warehouse.read() as session:
        return read_history(session)


def read_history(session: Session) -> ColumnHistories:
    """Return the histories up to the session's build."""
    if not session.build.has_statistics:
        return MappingProxyType({})
    rows = session.rows(sa.select(*catalog_column_history.columns))
    return {
        (table, column): ColumnHistory(
            first=BuildMark(build_id=first, built_at=first_at.replace(tzinfo=UTC)),
            last=BuildMark(build_id=last, built_at=last_at.replace(tzinfo=UTC)),
        )
        for table, column, first, first_at, last, last_at in rows
    }


def store_history(
    connection: sa.Connection,
    build: BuildInfo,
    profiles: Iterable[TableProfile],
    former: ColumnHistories,
) -> None:
    """Write the histories up to a build whose tables were just measured."""
    catalog_column_history.create(connection)
    present = dict(former)
    mark = BuildMark(build_id=build.id, built_at=build.built_at)
    for key in _filled(profiles):
        known = present.get(key)
        present[key] = replace(known, last=mark) if known else ColumnHistory(first=mark, last=mark)
    rows = [
        {
            "table_name": table,
            "column_name": column,
            "first_build_id": one.first.build_id,
            "first_built_at": one.first.built_at.replace(tzinfo=None),
            "last_build_id": one.last.build_id,
            "last_built_at": one.last.built_at.replace(tzinfo=None),
        }
        for (table, column), one in present.items()
    ]
    if rows:
        load_arrow(connection, catalog_column_history, pa.Table.from_pylist(rows).to_reader())


def _filled(profiles: Iterable[TableProfile]) -> Iterator[tuple[str, str]]:
    for profile in profiles:
        for column in profile.columns:
            if column.filled:
                yield profile.name, column.name

"""Values of the warehouse: which build one reads and which engine answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

__all__ = [
    "BUILD_SCHEMA", "SOURCES_SCHEMA", "BuildInfo", "Dialect", "FoundTable", "KeptBuild", "Standing",
]  # fmt: skip

BUILD_SCHEMA = "c360"
"""Schema of all customer-360 tables, for readers and for the build alike."""

SOURCES_SCHEMA = "sources"
"""Schema of the source tables, for ingest and for the build alike."""


class Dialect(StrEnum):
    """SQL dialects, as people choose them for `view SQL`."""

    DUCKDB = "duckdb"
    POSTGRESQL = "postgresql"
    CLICKHOUSE = "clickhouse"


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildInfo:
    """One build of the customer-360.

    `as_of` is a day of the site's zone, `built_at` an aware UTC instant. `newest_event_on` is the
    day of the newest row of any table with an event time; None when there are no such rows.
    `order_columns` are those in which every purchase line is like its order; none when that is not
    known (`build.order_columns`). `row_counts` has the rows of every table that has any, and
    `overridden` the ids of checks that found errors and were published on somebody's word; both
    are empty for builds of earlier versions. `has_statistics`: it keeps what the data explorer
    shows; `has_mark`: what the next build may stand on. `attached` names the tables of others,
    `schema.table`, that views of the build read.
    """

    id: str
    as_of: date
    built_at: datetime
    time_zone: str
    currency: str
    newest_event_on: date | None
    order_columns: tuple[str, ...] = ()
    row_counts: Mapping[str, int] = field(default_factory=dict)
    overridden: tuple[str, ...] = ()
    has_statistics: bool = False
    has_mark: bool = False
    attached: tuple[str, ...] = ()

    @property
    def has_origins(self) -> bool:
        """It keeps how its tables came about: lineage, loads and the rules of flags.

        Tables of others did not come about here.
        """
        return self.has_statistics and not self.attached


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundTable:
    """A table or view of others, with the types of its columns; instants have a time zone."""

    schema: str
    name: str
    columns: Mapping[str, sa.types.TypeEngine[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a customer-360 lives, in words; `fix` says what would confine its readers better."""

    found: str
    fix: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptBuild:
    """A build that still stands; `info` is None, and `damage` says why, when it cannot be read."""

    id: str
    info: BuildInfo | None
    size_bytes: int
    is_current: bool
    damage: str | None = None

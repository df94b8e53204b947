"""Values of the warehouse: which build one reads and which engine answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

__all__ = ["BUILD_SCHEMA", "SOURCES_SCHEMA", "BuildInfo", "Dialect"]

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
    known (`build.order_columns`).
    """

    id: str
    as_of: date
    built_at: datetime
    time_zone: str
    currency: str
    newest_event_on: date | None
    order_columns: tuple[str, ...] = ()

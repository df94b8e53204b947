"""From the settings to the engine: the URL names it, drivers are loaded only when they are used."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url

from ampiq_gql.errors import Invalid
from ampiq_gql.settings import Settings
from ampiq_gql.warehouse.duckdb import DuckDBWarehouse
from ampiq_gql.warehouse.protocols import Warehouse

__all__ = ["open_warehouse"]


def open_warehouse(settings: Settings) -> Warehouse:
    """Open the warehouse that the settings name; DuckDB files in the home unless told otherwise.

    Raises `Invalid` for a URL of no engine, and when the engine's driver is not installed.
    """
    if settings.warehouse_url is None:
        return DuckDBWarehouse(settings)
    url = _parsed(settings.warehouse_url)
    try:
        opened = _ENGINES[url.get_backend_name()]
    except KeyError as error:
        raise _unknown(url.render_as_string(hide_password=True)) from error
    try:
        return opened(settings, url)
    except ModuleNotFoundError as error:
        extra = _EXTRAS[url.get_backend_name()]
        raise Invalid(
            "WAREHOUSE_DRIVER_MISSING",
            f"The driver for {extra} is not installed: there is no module {error.name!r}.",
            hint=f"Install it: pip install 'ampiq-graphql[{extra}]'",
        ) from error


def _parsed(url: str) -> URL:
    try:
        return make_url(url)
    except sa.exc.ArgumentError as error:
        raise _unknown(url) from error


def _unknown(url: str) -> Invalid:
    return Invalid(
        "WAREHOUSE_URL_UNKNOWN",
        f"The warehouse {url!r} is of no engine that this version knows.",
        hint="Write postgresql+psycopg://user@host/database or clickhousedb://user@host:8123, or "
        "leave `warehouse_url` out: DuckDB files in the home are used then.",
    )


def _postgresql(settings: Settings, url: URL) -> Warehouse:
    from ampiq_gql.warehouse.postgresql import PostgreSQLWarehouse  # an optional extra

    return PostgreSQLWarehouse(settings, url)


def _clickhouse(settings: Settings, url: URL) -> Warehouse:
    from ampiq_gql.warehouse.clickhouse.warehouse import ClickHouseWarehouse  # an optional extra

    return ClickHouseWarehouse(settings, url)


_ENGINES: Mapping[str, Callable[[Settings, URL], Warehouse]] = {
    "postgresql": _postgresql,
    "clickhousedb": _clickhouse,
}
_EXTRAS = {"postgresql": "postgresql", "clickhousedb": "clickhouse"}

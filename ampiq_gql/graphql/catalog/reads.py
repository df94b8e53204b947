"""Blocking reads of the catalog of the current build."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ampiq_gql.catalog import ColumnEntry, TableEntry, WarehouseCatalog
from ampiq_gql.catalog.activation_ids import ActivationId, activation_ids

if TYPE_CHECKING:
    from ampiq_gql.services import Services

__all__ = ["all_activation_ids", "all_tables", "attributes_matching", "table_named"]


def all_tables(services: Services) -> Sequence[TableEntry]:
    """Return all tables, in the order in which names are looked up; uploaded files last."""
    return services.explorer.tables()


def table_named(services: Services, name: str) -> TableEntry | None:
    """Return the table of that name, or None."""
    return _catalog(services).table(name)


def all_activation_ids(services: Services) -> Sequence[ActivationId]:
    """Return the keys by which lists name people."""
    return activation_ids(_catalog(services))


def attributes_matching(services: Services, search: str | None) -> Sequence[ColumnEntry]:
    """Return the attributes that match, the best match first."""
    return _catalog(services).attributes(search)


def _catalog(services: Services) -> WarehouseCatalog:
    with services.warehouse.read() as session:
        return services.segments.catalog(session)

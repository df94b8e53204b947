"""Histories, uses and lineage of many columns at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ampiq_gql.catalog.history import ColumnHistory
from ampiq_gql.explorer import ColumnUse, TableLineage

if TYPE_CHECKING:
    from ampiq_gql.services import Services

__all__ = ["column_histories", "column_uses", "table_lineages"]

ColumnKey = tuple[str, str]


def column_histories(
    services: Services, keys: Sequence[ColumnKey]
) -> list[ColumnHistory | BaseException | None]:
    """Return since and until when each column holds data; None when it never did."""
    histories = services.explorer.histories()
    return [histories.get(key) for key in keys]


def column_uses(
    services: Services, keys: Sequence[ColumnKey]
) -> list[tuple[ColumnUse, ...] | BaseException]:
    """Return what uses each column."""
    uses = services.explorer.uses()
    return [uses.get(key, ()) for key in keys]


def table_lineages(services: Services, names: Sequence[str]) -> list[TableLineage | BaseException]:
    """Return where each table comes from."""
    return [services.explorer.lineage(name) for name in names]

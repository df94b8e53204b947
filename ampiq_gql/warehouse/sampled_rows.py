"""A look at a table of others: some of its rows, as texts."""

from __future__ import annotations

import sqlalchemy as sa

from ampiq_gql.warehouse.model import FoundTable
from ampiq_gql.warehouse.protocols import Row

__all__ = ["sampled_texts"]


def sampled_texts(connection: sa.Connection, table: FoundTable, limit: int) -> list[Row]:
    """Return some rows of a table of others, whichever come first, as texts."""
    columns = (sa.Column(name, kind) for name, kind in table.columns.items())
    described = sa.Table(table.name, sa.MetaData(schema=table.schema), *columns)
    texts = (sa.cast(column, sa.Text).label(column.name) for column in described.columns)
    return [tuple(row) for row in connection.execute(sa.select(*texts).limit(limit))]

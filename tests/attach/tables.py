"""Tables of others, described in a few lines: each column with its type and its values as texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import sqlalchemy as sa

from ampiq_gql.warehouse import FoundTable, Row

__all__ = ["BIGINT", "NUMERIC", "TEXT", "TIMESTAMP", "Columns", "found_tables"]

BIGINT, NUMERIC, TEXT = sa.BigInteger(), sa.Numeric(12, 2), sa.Text()
TIMESTAMP = sa.DateTime(timezone=True)

Columns: TypeAlias = Mapping[str, tuple[sa.types.TypeEngine[Any], Sequence[str | None]]]


def found_tables(
    tables: Mapping[str, Columns],
) -> tuple[list[FoundTable], dict[str, list[Row]]]:
    """Return the tables as an engine finds them, and the rows of each."""
    found = [
        FoundTable(
            schema="public", name=name, columns={one: kind for one, (kind, _) in columns.items()}
        )
        for name, columns in tables.items()
    ]
    rows = {
        name: list(zip(*(values for _, values in columns.values()), strict=True))
        for name, columns in tables.items()
    }
    return found, rows

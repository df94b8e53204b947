"""The files beside a build as a server shows them: one select for each table that they make up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from ampiq_gql.warehouse.pointer import PublishedFile
from ampiq_gql.warehouse.protocols import AnySelect
from ampiq_gql.warehouse.publication import LISTS, list_table_name

__all__ = ["file_views"]


def file_views(
    built: Mapping[str, sa.Table], tables: Mapping[str, sa.Table], files: Iterable[PublishedFile]
) -> dict[str, Any]:
    """Return the selects by the names of their tables.

    `built` are the tables of the build, whose columns and types a file takes on; `tables` those
    that the files lie in, by their paths.
    """
    return {
        name: _select_files([tables[file.path] for file in members], built.get(name))
        for name, members in groupby(sorted(files, key=_table_of), key=_table_of)
    }


def _table_of(file: PublishedFile) -> str:
    return list_table_name(file.name) if file.table == LISTS else file.table


def _select_files(tables: list[sa.Table], standard: sa.Table | None) -> Any:
    """Read the files as the standard table has it: its columns and types, NULL where they lack."""
    first, *others = (_select_file(table, standard) for table in tables)
    return first.union_all(*others) if others else first


def _select_file(table: sa.Table, standard: sa.Table | None) -> AnySelect:
    if standard is None:
        return sa.select(*table.columns)
    return sa.select(
        *(
            sa.cast(table.c.get(column.name, sa.null()), column.type).label(column.name)
            for column in standard.columns
        )
    )

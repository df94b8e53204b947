"""Finding tables and columns by words of their names, labels and descriptions."""

from __future__ import annotations

from ampiq_gql.catalog import TableEntry, WarehouseCatalog
from ampiq_gql.catalog.naming import normalise
from ampiq_gql.explorer.models import FoundTable

__all__ = ["search_catalog"]


def search_catalog(catalog: WarehouseCatalog, text: str) -> tuple[FoundTable, ...]:
    """Return what matches, by table: tables whose own names match best first.

    Every word must be found in the name, the label or the description. Without words every table
    matches, and no column.
    """
    words = text.casefold().split()
    columns: dict[str, list[int]] = {}
    found = catalog.attributes(text) if words else ()
    for rank, column in enumerate(found):
        columns.setdefault(column.table_name, []).append(rank)
    matches = [
        FoundTable(
            table=table,
            is_match=_matches(table, words),
            columns=tuple(found[rank] for rank in columns.get(table.name, ())),
        )
        for table in (*catalog.tables, *catalog.files)
        if table.name in columns or _matches(table, words)
    ]

    def place(one: FoundTable) -> tuple[bool, int]:
        best = min(columns.get(one.table.name, [len(found)]))
        return not _is_named(one.table, text), best

    return tuple(sorted(matches, key=place))


def _matches(table: TableEntry, words: list[str]) -> bool:
    text = f"{table.name} {table.label} {table.description}".casefold()
    return all(word in text for word in words)


def _is_named(table: TableEntry, text: str) -> bool:
    wanted = normalise(text)
    return bool(wanted) and wanted in table.name

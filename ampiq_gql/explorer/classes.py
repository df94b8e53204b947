"""Access classes that a site states of columns which are nowhere: they protect nobody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ampiq_gql.catalog import WarehouseCatalog
from ampiq_gql.explorer.origins import Lineages
from ampiq_gql.warehouse import SOURCES_SCHEMA
from dsl.suggestions import Candidate, nearest

__all__ = ["unmatched_classes"]


def unmatched_classes(
    stated: Iterable[str], catalog: WarehouseCatalog, lineages: Lineages
) -> tuple[str, ...]:
    """Return a sentence for each `column` or `table.column` that nothing is called.

    Columns of the build, of the sources that it was made of, of uploaded files and of results of
    queries count.
    """
    pairs = set(_columns(catalog, lineages))
    columns = {column for _, column in pairs}
    known = columns | {f"{table}.{column}" for table, column in pairs}
    return tuple(
        _told(name, known if "." in name else columns) for name in stated if name not in known
    )


def _columns(catalog: WarehouseCatalog, lineages: Lineages) -> Iterator[tuple[str, str]]:
    for table in (*catalog.tables, *catalog.files):
        yield from ((table.name, one.name) for one in table.columns)
    for inputs in lineages.inputs.values():
        yield from ((one.table.removeprefix(f"{SOURCES_SCHEMA}."), one.column) for one in inputs)


def _told(name: str, known: Iterable[str]) -> str:
    near = nearest(name, [Candidate(one) for one in sorted(known)])
    meant = f" (did you mean {' or '.join(near)}?)" if near else ""
    return (
        f"column_classes: no column is called “{name}”, so that its class protects nothing{meant}"
    )

"""The result of a saved query as a table: what its columns are called and hold."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from ampiq_gql.store.lists import ListColumn, stored_column

__all__ = ["QueryTable", "stored_table"]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryTable:
    """A result as a table: `query.<slug>`, whose slug stays when the query gets another name.

    `restricted` are the names of columns that the site called personal when the query ran.
    """

    slug: str
    rows: int
    has_one_row_each: bool
    columns: tuple[ListColumn, ...]
    restricted: tuple[str, ...] = ()

    def document(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        return asdict(self)


def stored_table(document: dict[str, Any] | None) -> QueryTable | None:
    """Read what `document` has written; None when there was no result yet."""
    if document is None:
        return None
    columns = tuple(map(stored_column, document["columns"]))
    restricted = tuple(document.get("restricted", ()))
    return QueryTable(**document | {"columns": columns, "restricted": restricted})

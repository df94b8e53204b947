"""Values of saved queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ampiq_gql.errors import UserError
from ampiq_gql.plugin import CustomerKey
from ampiq_gql.warehouse import Row
from ampiq_gql.warehouse.user_sql import ResultColumn, UserSql

__all__ = ["MAX_CSV_ROWS", "MAX_PREVIEW_ROWS", "QueryCheck", "QueryResult", "SaveQuery"]

MAX_PREVIEW_ROWS = 1_000
MAX_CSV_ROWS = 100_000
"""The most rows of a CSV file (data-model.md §7); Parquet and Arrow files have no bound."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveQuery:
    """A new query (`id` None), or what is to change; None leaves a property as it is.

    A folder of "" takes the query out of its folder. `key` is the column by which the result names
    customers, so that segments can use it; `is_plain` takes that away again.
    """

    id: str | None = None
    revision: int | None = None
    name: str | None = None
    text: str | None = None
    description: str | None = None
    folder_id: str | None = None
    key: CustomerKey | None = None
    is_plain: bool = False
    refreshes: bool | None = None
    fewest_rows: int | None = None
    most_rows: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryCheck:
    """What the guard says of a text: the judged query, or the problem."""

    query: UserSql | None
    problem: UserError | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryResult:
    """The first rows of a query. `is_cut`: there are more.

    Values of personal columns are None for those who may not read them.
    """

    columns: tuple[ResultColumn, ...]
    rows: tuple[Row, ...]
    is_cut: bool
    build_id: str
    as_of: date

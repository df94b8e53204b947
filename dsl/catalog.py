"""What the language must know of the data: Protocols only.

The server implements these over a build of the customer-360; tests implement them over a fixture.
Nothing here touches a database: selectables are SQLAlchemy expressions, never rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, FromClause

__all__ = [
    "FILE_PREFIX",
    "ID_COLUMN",
    "LINES_TABLE",
    "LIST_PREFIXES",
    "ORDERS_TABLE",
    "QUERY_PREFIX",
    "UNIVERSE_TABLE",
    "Catalog",
    "Column",
    "DataType",
    "Grain",
    "ListKind",
    "MemberList",
    "SavedSegment",
    "Table",
    "Unit",
    "list_prefix",
]

FILE_PREFIX = "file."
"""How the names of tables that are uploaded files begin: `file.survey`, with columns below it."""

QUERY_PREFIX = "query."
"""How the names of tables that are results of saved queries begin: `query.locals`."""

LIST_PREFIXES = (FILE_PREFIX, QUERY_PREFIX)


def list_prefix(name: str) -> str:
    """Return the prefix with which the name of a list's table begins, whatever its case, or ""."""
    lowered = name[: max(map(len, LIST_PREFIXES))].lower()
    return next((prefix for prefix in LIST_PREFIXES if lowered.startswith(prefix)), "")


ID_COLUMN = "amperity_id"
UNIVERSE_TABLE = "merged_customers"
LINES_TABLE = "unified_itemized_transactions"
ORDERS_TABLE = "unified_transactions"


class DataType(StrEnum):
    """Type of a column as the language sees it (segments.md §3)."""

    STRING = "string"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    INTEGER = "integer"
    DECIMAL = "decimal"
    FLOAT = "float"

    @property
    def is_number(self) -> bool:
        """Integer, decimal or float."""
        return self in (DataType.INTEGER, DataType.DECIMAL, DataType.FLOAT)

    @property
    def is_time(self) -> bool:
        """Date or datetime."""
        return self in (DataType.DATE, DataType.DATETIME)


class Unit(StrEnum):
    """What a number counts."""

    MONEY = "money"
    RATIO = "ratio"  # 0 to 1
    PERCENT = "percent"  # 0 to 100
    DAYS = "days"
    COUNT = "count"


class Grain(StrEnum):
    """How many rows of a table one customer has; measured at build, not declared."""

    ONE = "one"  # at most one row per customer
    MANY = "many"


class ListKind(StrEnum):
    """What `member of …` can name."""

    SEGMENT = "segment"
    QUERY = "query"
    FILE = "file"
    LIST = "list"
    CAMPAIGN = "campaign"


class Column(Protocol):
    """A column that expressions can name."""

    @property
    def name(self) -> str:
        """Lower snake case, unique in its table."""

    @property
    def label(self) -> str:
        """The friendly name; back-quoted names match it too."""

    @property
    def type(self) -> DataType:
        """Type as the language sees it."""

    @property
    def unit(self) -> Unit | None:
        """What a number counts, when known."""

    @property
    def is_pii(self) -> bool:
        """Restricted personal data (readings.md 22)."""

    @property
    def completion(self) -> float | None:
        """Share of rows with a value, 0 to 1; None when not profiled."""

    @property
    def known_values(self) -> frozenset[str] | None:
        """All values of a text column when the profile lists every one of them, else None."""

    @property
    def is_snapshot(self) -> bool:
        """The value depends on the day of the build (`days_since_…`, `l12m_…`): W211."""

    @property
    def element(self) -> ColumnElement[object]:
        """The column in `Table.selectable`."""


class Table(Protocol):
    """A table that expressions can name."""

    @property
    def name(self) -> str:
        """Lower snake case, unique in the catalog."""

    @property
    def label(self) -> str:
        """The friendly name."""

    @property
    def grain(self) -> Grain:
        """Rows per customer."""

    @property
    def columns(self) -> Sequence[Column]:
        """All columns, the id included, in their order."""

    @property
    def selectable(self) -> FromClause:
        """What to select from."""

    @property
    def id_column(self) -> ColumnElement[object] | None:
        """The customer's id in this table; None when the table has none (E204)."""

    @property
    def event_time(self) -> Column | None:
        """When a row happened; rows after the end of as_of are invisible (readings.md 2)."""

    @property
    def newest_event_on(self) -> date | None:
        """Day of the newest row, so that the cut can be left out when it would cut nothing."""

    @property
    def lookup_rank(self) -> int:
        """Order in which unqualified names are looked up; equal ranks are ambiguous (E202)."""

    def column(self, name: str) -> Column | None:
        """Return the column of that normalised name."""


class SavedSegment(Protocol):
    """A segment that expressions can name."""

    @property
    def id(self) -> str:
        """Immutable id."""

    @property
    def name(self) -> str:
        """Present name."""

    @property
    def text(self) -> str:
        """Its expression."""

    @property
    def is_active(self) -> bool:
        """Active, not draft."""


class MemberList(Protocol):
    """A list of customers that is not a segment: file, query or campaign."""

    @property
    def name(self) -> str:
        """Present name."""

    @property
    def selectable(self) -> FromClause:
        """Rows that carry the id."""

    @property
    def id_column(self) -> ColumnElement[object]:
        """The customer's id in `selectable`."""


class Catalog(Protocol):
    """Everything that names in an expression can mean, at one build."""

    @property
    def build_as_of(self) -> date:
        """The as_of of the build: the default day, and the day of the snapshot columns."""

    @property
    def currency(self) -> str:
        """ISO 4217 code of the amounts."""

    @property
    def week_start(self) -> int:
        """1 Monday … 7 Sunday."""

    @property
    def order_columns(self) -> frozenset[str]:
        """Columns in which every purchase line is like its order, under one name in both tables.

        Measured at build for `LINES_TABLE` and `ORDERS_TABLE`; the orders have one row each.
        With `ID_COLUMN` among them, whoever bought is a customer of the universe.
        Empty when nothing is known.
        """

    @property
    def tables(self) -> Sequence[Table]:
        """All tables but files, in lookup order."""

    @property
    def files(self) -> Sequence[Table]:
        """Uploaded files (`file.…`) and results of queries (`query.…`).

        Only their full names mean them and their columns.
        """

    def table(self, name: str) -> Table | None:
        """Return the table of that normalised name; a list is found by its label as well."""

    def segment(self, name: str) -> SavedSegment | None:
        """Return the saved segment of that name, compared case-insensitively."""

    def member_list(self, kind: ListKind, name: str) -> MemberList | None:
        """Return the file, query or campaign of that name, compared case-insensitively."""

    def names(self, kind: ListKind) -> Sequence[str]:
        """Names that `member of <kind>` accepts, for proposals."""

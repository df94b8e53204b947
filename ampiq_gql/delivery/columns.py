"""The rows of a delivery: chosen columns of chosen customers, in the order of their ids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import sqlalchemy as sa

from ampiq_gql.delivery.errors import ColumnsRestricted
from ampiq_gql.insights.customers import CustomerColumn, choose_columns, join_columns
from ampiq_gql.warehouse import AnySelect
from ampiq_gql.warehouse.ids import IdText
from dsl.catalog import ID_COLUMN, Catalog
from dsl.compiler.dialects import IdOrder

__all__ = ["KEY", "RowColumns"]

AnyColumn: TypeAlias = sa.ColumnElement[Any]  # its type is decided at run time

KEY = "ampiq_row_key"
"""The first column of the rows: the customer's id as text. It is not sent unless asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowColumns:
    """What of each customer is sent. `headings` are the columns' names in the order asked for."""

    headings: tuple[str, ...]
    chosen: tuple[CustomerColumn, ...]

    @classmethod
    def choose(
        cls, catalog: Catalog, names: Sequence[str], *, may_read_pii: bool = True
    ) -> RowColumns:
        """Find the columns, named `column` or `table.column`; no names mean the id alone.

        Raises `Invalid` (COLUMN_UNKNOWN, COLUMN_REPEATS) and `ColumnsRestricted`.
        """
        wanted = tuple(dict.fromkeys(name.strip() for name in names)) or (ID_COLUMN,)
        named = tuple(name for name in wanted if name != ID_COLUMN)
        chosen = choose_columns(catalog, named) if named else ()
        columns = cls(headings=_headings(wanted, chosen), chosen=chosen)
        if columns.pii and not may_read_pii:
            raise ColumnsRestricted(columns.pii)
        return columns

    @property
    def pii(self) -> tuple[str, ...]:
        """Headings of restricted columns."""
        return tuple(column.name for column in self.chosen if column.column.is_pii)

    def select(self, ids: sa.FromClause) -> AnySelect:
        """Return the rows of the customers in `ids`: `KEY`, then the columns, by id.

        `ids` holds each customer once, in a column `amperity_id`.
        """
        identity = ids.c[ID_COLUMN]
        shown: dict[str, AnyColumn] = {
            column.name: _as_sent(column.column.element) for column in self.chosen
        }
        shown[ID_COLUMN] = IdText(identity)
        labelled = [shown[heading].label(heading) for heading in self.headings]
        source = join_columns(ids, self.chosen)
        statement = sa.select(IdText(identity).label(KEY), *labelled).select_from(source)
        return statement.order_by(IdOrder(identity))


def _headings(wanted: Sequence[str], chosen: Sequence[CustomerColumn]) -> tuple[str, ...]:
    names = iter(chosen)
    return tuple(name if name == ID_COLUMN else next(names).name for name in wanted)


def _as_sent(element: AnyColumn) -> AnyColumn:
    """Ids leave as text: destinations know nothing of our types."""
    return IdText(element) if isinstance(element.type, sa.Uuid) else element

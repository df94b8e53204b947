"""Sets of ids read from the rows of one table: any row, counts and other measures."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select

from dsl.compiler.row_tests import row_condition
from dsl.compiler.sets import id_of, known_rows
from dsl.resolved import AnyRow, RowsMeasured

__all__ = ["any_row", "rows_measured"]


def any_row(leaf: AnyRow) -> Select[Any]:
    """Return who has a row that passes."""
    rows = select(id_of(leaf.table)).where(*known_rows(leaf.table))
    return rows.where(row_condition(leaf.where)).distinct()


def rows_measured(leaf: RowsMeasured) -> Select[Any]:
    """Return who has matching rows whose measure passes."""
    rows = select(id_of(leaf.table)).where(*known_rows(leaf.table))
    if leaf.where is not None:
        rows = rows.where(row_condition(leaf.where))
    return rows.group_by(leaf.table.id).having(row_condition(leaf.test))

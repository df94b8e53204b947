"""Lists of values that a profile takes over from the build before: less what went, plus what came.

Only of texts whose values are all listed: from their list everything else follows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from ampiq_gql.catalog.measuring import LISTED_VALUES, Ask
from ampiq_gql.catalog.profiles import ColumnProfile, TableProfile
from ampiq_gql.catalog.summaries import Counted
from ampiq_gql.warehouse import AnySelect
from dsl.catalog import DataType

__all__ = ["MovedTable", "carried_values"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedTable:
    """A table of which some rows were replaced: its `former` profile, and these rows."""

    former: TableProfile
    gone: sa.Table
    come: sa.Table


def carried_values(moved: MovedTable, ask: Ask) -> Mapping[str, Sequence[Counted]]:
    """Return all values of the columns of which that is enough to know, the most frequent first."""
    return {
        column.name: values
        for column in _listed(moved)
        if 0 < len(values := _values(moved, column, ask)) <= LISTED_VALUES
    }


def _listed(moved: MovedTable) -> Iterator[ColumnProfile]:
    for column in moved.former.columns:
        is_there = column.name in moved.gone.c and column.name in moved.come.c
        if column.lists_all_values and column.type is DataType.STRING and is_there:
            yield column


def _values(moved: MovedTable, column: ColumnProfile, ask: Ask) -> tuple[Counted, ...]:
    rows = Counter({found.value: found.rows for found in column.values})
    for value, change in ask(_change(moved, column.name)):
        rows[value] += int(change)
    ordered = sorted(rows.items(), key=lambda one: (-one[1], one[0]))
    return tuple(Counted(value, number) for value, number in ordered if number)


def _change(moved: MovedTable, name: str) -> AnySelect:
    """Count by how many rows each value has become more or fewer."""
    sides = (
        sa.select(table.c[name].label("value"), sa.literal(sign).label("sign"))
        for table, sign in ((moved.gone, -1), (moved.come, 1))
    )
    both = sa.union_all(*sides).subquery("moved")
    counted = sa.select(both.c.value, sa.func.sum(both.c.sign)).where(both.c.value.is_not(None))
    return counted.group_by(both.c.value)

"""Figures that a build takes over from the one before: less what went, plus what came.

What a pass counted is a sum over its rows. Where the tables that it reads stand as they stood it is
the same again, and where rows came and went it is enough to count these.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeAlias

import sqlalchemy as sa

from ampiq_gql.warehouse import Row

__all__ = ["Changes", "MovedRows", "PassGroups", "carried", "groups_of"]

PassGroups: TypeAlias = tuple[tuple[tuple[str | None, ...], tuple[Decimal, ...]], ...]
"""The groups of a pass: their names, and their figures, the last of which is their rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedRows:
    """Rows of one table: those that the former build had alone, and those that this one has."""

    gone: sa.Table
    come: sa.Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """How tables and source tables (`orders`, `order-items`) differ from those of the former build.

    Of the `kept` ones no row has changed, of the `moved` ones these; all others are new.
    """

    kept: frozenset[str] = frozenset()
    moved: Mapping[str, MovedRows] = field(default_factory=dict)

    def has_kept(self, names: Sequence[str]) -> bool:
        """Tell whether all these tables stand as they stood."""
        return bool(names) and self.kept.issuperset(names)

    def has_moved(self, names: Sequence[str]) -> bool:
        """Tell whether it is known of all these tables which rows came and went."""
        return bool(names) and all(name in self.kept or name in self.moved for name in names)


def groups_of(rows: Iterable[Row], width: int) -> PassGroups:
    """Return the groups that a statement found: the first `width` columns are their names."""
    return tuple(
        (
            tuple(None if name is None else str(name) for name in row[:width]),
            tuple(Decimal(str(figure or 0)) for figure in row[width:]),
        )
        for row in rows
    )


def carried(former: PassGroups, gone: PassGroups, come: PassGroups) -> PassGroups:
    """Return the groups after rows went and came; without any row there is no group."""
    totals: dict[tuple[str | None, ...], tuple[Decimal, ...]] = {}
    for sign, groups in ((1, former), (-1, gone), (1, come)):
        for names, figures in groups:
            totals[names] = tuple(_added(totals.get(names), figures, sign))
    return tuple((names, figures) for names, figures in totals.items() if figures[-1] or not names)


def _added(
    total: Sequence[Decimal] | None, figures: Sequence[Decimal], sign: int
) -> Iterator[Decimal]:
    """Add figures up; nothing is 0 without places, as where it is counted."""
    for at, figure in enumerate(figures):
        yield (total[at] if total else Decimal()) + sign * figure or Decimal()

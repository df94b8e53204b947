"""How a check is declared: one small object that says what it looks at, and when it is bad.

Checks of one `Relation` are counted in one pass over its rows, so a check costs an aggregate.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeAlias

import sqlalchemy as sa
from sqlalchemy.sql.expression import ClauseElement

from ampiq_gql.build.expressions import Value
from ampiq_gql.build.validation.inputs import Absent, Inputs, Rows
from ampiq_gql.build.validation.models import CheckUnit, Part, SampleColumn
from ampiq_gql.warehouse import AnySelect, Row

__all__ = [
    "AggregateCheck", "Check", "Condition", "CountedCheck", "Group", "Measured", "MeasuredCheck",
    "Relation", "RowCheck", "SumCheck", "TableFamily",
]  # fmt: skip

Condition: TypeAlias = Callable[[Rows], sa.ColumnElement[bool]]
"""Says of each row whether it holds; unknown counts as no."""

Aggregate: TypeAlias = Callable[[Rows], Value]


# Relations are compared by identity: all checks that share one are counted together.
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Relation:
    """Rows that are read once for all their checks.

    `keys` tell people which row it is; `by` splits the results: by `datasource` first, by what
    follows into parts of a result. Where other figures already say that no row can fail, `sound`
    returns how many rows there are and nothing is asked. `besides` are counted in the same pass,
    for `Inputs.counted`. Where the tables that it `reads` stand as they stood, so do its figures;
    those of a relation that `is_additive` are sums over rows, or over orders and all their lines.
    """

    table: str
    select: Callable[[Inputs], Rows | Absent]
    keys: tuple[SampleColumn, ...] = ()
    by: tuple[str, ...] = ()
    sound: Callable[[Inputs], int | None] = lambda _inputs: None
    besides: Mapping[str, Aggregate] = field(default_factory=dict)
    reads: tuple[str, ...] = ()
    is_additive: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Check(ABC):
    """What every check states.

    More than `warn_above` of the checked may not fail without a warning, more than `error_above`
    not without stopping the publication; without either it only informs. `meaning` says what
    fails, `advice` what to do about it, in a sentence each.
    """

    id: str
    meaning: str
    advice: str
    column: str | None = None
    warn_above: float | None = None
    error_above: float | None = None
    unit: CheckUnit = CheckUnit.ROWS

    @property
    @abstractmethod
    def place(self) -> str:
        """The table that is checked, as the documentation names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What was counted for one check, in one source where `datasource` names it."""

    checked: Decimal = Decimal()
    failing: Decimal = Decimal()
    table: str | None = None
    datasource: str | None = None
    absent: str | None = None
    sql: ClauseElement | None = None
    rows_sql: AnySelect | None = None
    sample_columns: tuple[SampleColumn, ...] = ()
    samples: tuple[Row, ...] = ()
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """The aggregates of one check in one group of a pass, under the group's names."""

    names: tuple[object, ...]
    figures: Sequence[Decimal | int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedCheck(Check):
    """A check that is counted in the pass over its relation; `needs` columns must be there."""

    rows: Relation
    needs: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """The table of the relation."""
        return self.rows.table

    @abstractmethod
    def aggregates(self, rows: Rows) -> tuple[Value, Value]:
        """Return what is checked and what fails, over all rows of a group."""

    def combine(self, groups: Iterable[Group]) -> Measured:
        """Return the figures over all groups of one source."""
        pairs = [(group.figures[0] or 0, group.figures[1] or 0) for group in groups]
        return Measured(
            checked=sum((Decimal(checked) for checked, _ in pairs), Decimal()),
            failing=sum((Decimal(failing) for _, failing in pairs), Decimal()),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RowCheck(CountedCheck):
    """Counts the rows that fail, and lists some of them by their keys.

    Of failing rows it also tells how many there are by value of the column `part_by`, or by the
    conditions that `parts` names.
    """

    fails: Condition
    checked: Condition | None = None
    part_by: str | None = None
    parts: Callable[[Rows], Mapping[str, sa.ColumnElement[bool]]] | None = None

    def aggregates(self, rows: Rows) -> tuple[Value, Value]:
        """Count the rows in question, and those that fail."""
        failing = sa.func.count(1).filter(self.failing(rows))
        if self.checked is None:
            return sa.func.count(), failing
        return sa.func.count(1).filter(self.checked(rows)), failing

    def failing(self, rows: Rows) -> sa.ColumnElement[bool]:
        """Return the condition of the rows that fail."""
        fails = self.fails(rows)
        return fails if self.checked is None else self.checked(rows) & fails


@dataclass(frozen=True, slots=True, kw_only=True)
class AggregateCheck(CountedCheck):
    """Compares two figures over all rows: how many there are, and how many should not be."""

    total: Aggregate
    surplus: Aggregate

    def aggregates(self, rows: Rows) -> tuple[Value, Value]:
        """Return both figures."""
        return self.total(rows), self.surplus(rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class SumCheck(CountedCheck):
    """Compares two sums in every group; what fails is what they differ by, added up."""

    expected: Aggregate
    found: Aggregate
    unit: CheckUnit = CheckUnit.MONEY

    def aggregates(self, rows: Rows) -> tuple[Value, Value]:
        """Return both sums."""
        return self.expected(rows), self.found(rows)

    def combine(self, groups: Iterable[Group]) -> Measured:
        """Add up how far the sums are apart; the parts are the groups that differ."""
        checked = failing = Decimal()
        parts = []
        for group in groups:
            expected, found = (Decimal(figure or 0) for figure in group.figures)
            checked += expected
            failing += abs(expected - found)
            if expected != found:
                name = ", ".join(str(name) for name in group.names) or "all"
                parts.append(Part(name=name, checked=expected, failing=abs(expected - found)))
        return Measured(checked=checked, failing=failing, parts=tuple(parts))


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredCheck(Check):
    """A check that asks in its own way; it may answer for several tables or sources."""

    table: str
    measure: Callable[[Inputs], Iterable[Measured]]

    @property
    def place(self) -> str:
        """The table that is stated."""
        return self.table


@dataclass(frozen=True, slots=True, kw_only=True)
class TableFamily(Check):
    """One check for each of many tables: `make` returns it, None for a table it is not about."""

    tables: str
    make: Callable[[TableFamily, str, Inputs], CountedCheck | None] = field(repr=False)

    @property
    def place(self) -> str:
        """Which tables, in words."""
        return self.tables

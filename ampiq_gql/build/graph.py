"""The directed graph of a build: each table with what it reads, and in which order they are made.

A step can only read what it declares, so the graph that is shown is the one that is run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import sqlalchemy as sa

from ampiq_gql.build.identity import PersonKeys
from ampiq_gql.build.models import BuildContext
from ampiq_gql.build.sources import Sources
from ampiq_gql.build.writing import TableSelect
from ampiq_gql.errors import Fault
from ampiq_gql.ingest import SourceKind

__all__ = ["Graph", "Inputs", "Rows", "Step", "source_name"]

Rows: TypeAlias = TableSelect | PersonKeys | None
"""What a step makes; None when nothing was loaded that it could be made of."""


def source_name(kind: SourceKind) -> str:
    """Return the name under which steps read a source table."""
    return f"sources.{kind.value.replace('-', '_')}"


SOURCE_NAMES: Mapping[str, SourceKind] = {source_name(kind): kind for kind in SourceKind}


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What one step is given: the tables and sources that it declares, and no others."""

    step: str
    connection: sa.Connection
    context: BuildContext
    sources: Sources
    tables: Mapping[str, sa.FromClause | None]

    def __getitem__(self, name: str) -> sa.FromClause:
        """Return a table; one that is not declared, or was not made, is a fault."""
        table = self.get(name)
        if table is None:
            raise Fault(f"{self.step} needs {name}, which was not made")
        return table

    def get(self, name: str) -> sa.FromClause | None:
        """Return a table, None when nothing was loaded that it could be made of."""
        if name not in self.tables:
            raise Fault(f"{self.step} reads {name} without declaring it")
        return self.tables[name]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One table of a build, or of its making (`is_scratch`), and how its rows are selected.

    `reads` names steps and source tables. `reads_day`: the rows depend on the day of the build.
    `part_key`: a row is made only of rows of the same key, so that a change of the inputs that
    `follows` names touches no other rows; any other change touches all of them. `of_everyone`
    names inputs that are an exception: rows of other keys move the columns that come from them,
    and these are renewed on all rows. `kept_in`: what this step makes of the rows that nothing
    touched stands in that table of the former build, in columns of the same names.
    """

    name: str
    reads: tuple[str, ...]
    rows: Callable[[Inputs], Rows]
    is_scratch: bool = False
    reads_day: bool = False
    part_key: str | None = None
    follows: frozenset[str] = frozenset()
    of_everyone: frozenset[str] = frozenset()
    kept_in: str | None = None


class Graph:
    """Steps in the order in which they are made."""

    def __init__(self, steps: Sequence[Step]) -> None:
        """Put the steps in order; they stay as declared where the order does not matter.

        Raises `Fault` when a step reads what nothing makes, itself in a circle, or twice.
        """
        self._steps = {step.name: step for step in steps}
        if len(self._steps) != len(steps):
            names = [step.name for step in steps]
            twice = sorted({name for name in names if names.count(name) > 1})
            raise Fault(f"several steps make {', '.join(twice)}")
        self._refuse_missing()
        self._order = tuple(self._sorted())

    def __iter__(self) -> Iterator[Step]:
        """Yield the steps, each after all that it reads."""
        return iter(self._order)

    def __getitem__(self, name: str) -> Step:
        """Return the step of that name."""
        return self._steps[name]

    def __contains__(self, name: object) -> bool:
        """Tell whether some step makes that table."""
        return name in self._steps

    def readers(self, name: str) -> tuple[Step, ...]:
        """Return the steps that read a table, in their order."""
        return tuple(step for step in self._order if name in step.reads)

    def source_kinds(self, step: Step) -> tuple[SourceKind, ...]:
        """Return the source tables that a step reads."""
        return tuple(SOURCE_NAMES[name] for name in step.reads if name in SOURCE_NAMES)

    def _refuse_missing(self) -> None:
        for step in self._steps.values():
            for name in step.reads:
                if name not in self._steps and name not in SOURCE_NAMES:
                    raise Fault(f"{step.name} reads {name}, which nothing makes")

    def _sorted(self) -> Iterator[Step]:
        made = set(SOURCE_NAMES)
        waiting = dict(self._steps)
        while waiting:
            ready = next((s for s in waiting.values() if made.issuperset(s.reads)), None)
            if ready is None:
                raise Fault(f"these steps read one another in a circle: {', '.join(waiting)}")
            yield waiting.pop(ready.name)
            made.add(ready.name)

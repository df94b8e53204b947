"""The tables of one build, made step by step along its graph, as its plan says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import sqlalchemy as sa

from ampiq_gql.build.graph import Graph, Inputs, Step
from ampiq_gql.build.identity import PersonKeys, write_person_keys
from ampiq_gql.build.large_amounts import explained_overflow
from ampiq_gql.build.lineage import Lineage
from ampiq_gql.build.mark import FormerBuild
from ampiq_gql.build.models import BuildContext
from ampiq_gql.build.moved import set_rows_aside
from ampiq_gql.build.parts import (
    ORDER_KINDS,
    differs_from,
    known_texts,
    removal,
    rows_of_touched,
    touched_orders,
    unfolded,
)
from ampiq_gql.build.planning import Action, Preparation
from ampiq_gql.build.provenance import adopt_lineage
from ampiq_gql.build.sources import Sources, SourceTable
from ampiq_gql.build.steps import LINES
from ampiq_gql.build.validation.carrying import MovedRows
from ampiq_gql.build.writing import (
    TableSelect,
    TableShape,
    Written,
    drop,
    replace_rows,
    standing,
    write_empty,
    write_scratch,
    write_table,
)
from ampiq_gql.catalog import standard_tables
from ampiq_gql.errors import Fault
from ampiq_gql.ingest import SourceKind
from ampiq_gql.progress import Progress

__all__ = ["Assembly"]

RECORDS_TABLE = "unified_coalesced"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Touched:
    """The ids of orders that changed, and the rows of source tables that belong to them."""

    orders: sa.Table
    sources: Mapping[SourceKind, SourceTable]


class Assembly:
    """Writes all tables of a build through one connection."""

    def __init__(
        self,
        connection: sa.Connection,
        context: BuildContext,
        prepared: Preparation,
        present: sa.MetaData | None,
        give_room_back: Callable[[], None],
        progress: Progress,
    ) -> None:
        """Begin with the tables that are `present` of the build that the plan stands on."""
        self._connection = connection
        self._context = context
        self._graph = prepared.graph
        self._sources = prepared.sources
        self._plan = prepared.plan
        self._present = present
        self._give_room_back = give_room_back
        self._progress = progress
        self._made: dict[str, sa.Table | None] = {}
        self._parts: dict[str, sa.Table] = {}
        self._aside: list[sa.Table] = []
        self._touched: _Touched | None = None
        self.tables: dict[str, sa.Table] = {}
        """The tables that are finished, as they are in the build."""
        self.shapes: dict[str, TableShape] = {}
        """How those of them were written that something is loaded for."""
        self.moved: dict[str, MovedRows] = {}
        """The rows that went from tables that were made in part, and those that came."""
        self.lineage = Lineage()
        """Where the tables come from."""

    def write(self) -> None:
        """Write everything."""
        self._clear()
        unread = _last_readers(self._graph)
        for step in self._graph:
            self._made[step.name] = self._make(step)
            for name in unread[step.name]:
                self._drop(name)
        for table in self._aside:
            drop(self._connection, table)
        for name in standard_tables():
            if name not in self.tables:
                self.tables[name] = write_empty(self._connection, name)

    def _make(self, step: Step) -> sa.Table | None:
        """Make a table as planned; return it with the columns that something filled."""
        match self._plan.action(step.name):
            case Action.KEPT:
                return self._timed("Keeping", step, self._keep)
            case Action.INCREMENTAL:
                return self._timed("Updating", step, self._update)
            case Action.UNNEEDED:
                return None
            case _:
                title = "Preparing" if step.is_scratch else "Building"
                return self._timed(title, step, self._make_anew)

    def _timed(
        self, title: str, step: Step, make: Callable[[Step], sa.Table | None]
    ) -> sa.Table | None:
        self._progress.start(f"{title} {step.name}")
        table = make(step)
        self._progress.finish()
        return table

    # --- anew ------------------------------------------------------------------------------------

    def _make_anew(self, step: Step) -> sa.Table | None:
        kinds = self._graph.source_kinds(step)
        sources = Sources(tables={kind: self._sources[kind] for kind in kinds})
        tables = {name: self._made[name] for name in step.reads if name in self._graph}
        given = self._inputs(step, sources, tables)
        with explained_overflow(given):
            rows = step.rows(given)
            return None if rows is None else self._write(step, rows)

    def _inputs(
        self,
        step: Step,
        sources: Sources,
        tables: Mapping[str, sa.Table | None],
    ) -> Inputs:
        return Inputs(
            step=step.name,
            connection=self._connection,
            context=self._context,
            sources=sources,
            tables=tables,
        )

    def _write(self, step: Step, rows: TableSelect | PersonKeys) -> sa.Table:
        if isinstance(rows, PersonKeys):
            self.lineage.record_scratch(rows.described())
            return write_person_keys(self._connection, rows)
        if step.is_scratch:
            self.lineage.record_scratch(rows)
            return write_scratch(self._connection, rows)
        self.lineage.record_table(rows)
        return self._finish(write_table(self._connection, rows))

    # --- from the former build -------------------------------------------------------------------

    def _clear(self) -> None:
        """Drop what is made anew, after looking in it for orders that changed."""
        if self._present is None:
            return
        if any(self._plan.action(step.name) is Action.INCREMENTAL for step in self._graph):
            self._touched = self._touch(self._standing())
        for table in self._present.sorted_tables:
            if table.name not in self._staying():
                drop(self._connection, table)
        self._give_room_back()

    def _standing(self) -> FormerBuild:
        if self._plan.former is None:
            raise Fault("nothing of a former build is there to be kept")
        return self._plan.former

    def _staying(self) -> frozenset[str]:
        """Return the tables of the former build that this one begins with."""
        stays = (Action.KEPT, Action.INCREMENTAL)
        return frozenset(
            name for name in self._standing().mark.tables if self._plan.action(name) in stays
        )

    def _keep(self, step: Step) -> sa.Table | None:
        """Leave a table as it is; None when nothing had been loaded for it."""
        former = self._standing()
        if step.name not in former.mark.tables:
            return None
        adopt_lineage(self.lineage, step.name, former.lineage)
        return self._finish(self._present_table(step.name))

    def _present_table(self, name: str) -> Written:
        return standing(self._present_tables()[name], self._standing().mark.tables[name])

    def _present_tables(self) -> Mapping[str, sa.Table]:
        if self._present is None:
            raise Fault("the tables of the former build were to stand and do not")
        return {table.name: table for table in self._present.sorted_tables}

    def _finish(self, written: Written) -> sa.Table:
        name = written.table.name
        self.tables[name], self.shapes[name] = written.table, written.shape
        return written.filled

    def _update(self, step: Step) -> sa.Table | None:
        """Take the rows of touched orders away, and put what they are now behind the others."""
        touched, present = self._touched, self._present_table(step.name)
        if touched is None or step.part_key is None:
            raise Fault(f"{step.name} cannot be made in part")
        if not all(name in self._parts for name in self._updated_inputs(step)):
            return self._remake(step, present)
        given = self._part_inputs(step, touched)
        with explained_overflow(given):
            rows = step.rows(given)
            if not isinstance(rows, TableSelect):
                raise Fault(f"{step.name} made no rows to set among the others")
            part = self._set_aside(unfolded(rows, f"new_{step.name}"))
        if not self._fits(part, rows, present.shape):
            return self._remake(step, present)
        adopt_lineage(self.lineage, step.name, self._standing().lineage)
        removed = removal(present.table, touched.orders, step.part_key)
        self._parts[step.name] = part
        gone = self._aside_of(f"gone_{step.name}", present.table, touched, step.part_key)
        replaced = replace_rows(self._connection, present, removed, part, rows.order_by)
        come = self._aside_of(f"come_{step.name}", replaced.table, touched, step.part_key)
        self.moved[step.name] = MovedRows(gone=gone, come=come)
        return self._finish(replaced)

    def _aside_of(self, name: str, table: sa.Table, touched: _Touched, key: str) -> sa.Table:
        """Set rows of touched orders aside; they stay until the build is checked."""
        return set_rows_aside(self._connection, name, table, touched.orders, key)

    def _updated_inputs(self, step: Step) -> list[str]:
        """Return the tables that the step follows and that have changed in part."""
        return [
            name
            for name in step.reads
            if name in self._graph and self._plan.action(name) is Action.INCREMENTAL
        ]

    def _fits(self, part: sa.Table, rows: TableSelect, shape: TableShape) -> bool:
        """Tell whether the new rows can be stored as the others are."""
        if set(rows.types) != set(shape.filled):
            return False
        differing = differs_from(part, shape.constant)
        if self._connection.execute(differing).first() is not None:
            return False
        texts = known_texts(self._present_tables()[rows.name])
        return all(self._texts(part.c[name]) <= known for name, known in texts.items())

    def _texts(self, column: sa.Column[str]) -> frozenset[str]:
        distinct = sa.select(column).where(column.is_not(None)).distinct()
        return frozenset(self._connection.execute(distinct).scalars())

    def _remake(self, step: Step, present: Written) -> sa.Table | None:
        """Make the whole table anew after all."""
        drop(self._connection, present.table)
        return self._make_anew(step)

    def _touch(self, former: FormerBuild) -> _Touched:
        """Find the orders that changed, and set their source rows aside."""
        lines, records = (self._present_table(name).filled for name in (LINES, RECORDS_TABLE))
        ids = touched_orders(self._sources, former.mark.number, lines=lines, records=records)
        orders = self._set_aside(ids)
        sources = {}
        for kind in ORDER_KINDS:
            whole = self._sources[kind]
            rows = self._set_aside(rows_of_touched(whole, orders))
            sources[kind] = replace(whole, table=rows)
        return _Touched(orders=orders, sources=sources)

    def _part_inputs(self, step: Step, touched: _Touched) -> Inputs:
        kinds = self._graph.source_kinds(step)
        made = {name: self._made[name] for name in step.reads if name in self._graph}
        parts = {name: part for name, part in self._parts.items() if name in made}
        sources = Sources(
            tables={kind: touched.sources.get(kind, self._sources[kind]) for kind in kinds}
        )
        return self._inputs(step, sources, {**made, **parts})

    def _set_aside(self, rows: TableSelect) -> sa.Table:
        table = write_scratch(self._connection, rows)
        self._aside.append(table)
        return table

    def _drop(self, name: str) -> None:
        """Give the room of a scratch table back."""
        table = self._made[name]
        if table is not None and self._graph[name].is_scratch:
            drop(self._connection, table)


def _last_readers(graph: Graph) -> Mapping[str, list[str]]:
    """Return for each step which steps nobody reads after it."""
    last = {step.name: (graph.readers(step.name) or (step,))[-1].name for step in graph}
    unread: dict[str, list[str]] = {step.name: [] for step in graph}
    for name, reader in last.items():
        unread[reader].append(name)
    return unread

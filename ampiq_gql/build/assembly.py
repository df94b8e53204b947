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
from ampiq_gql.build.moved import keep_new_rows, set_rows_aside
from ampiq_gql.build.parts import (
    ORDER_KINDS,
    differs_from,
    known_texts,
    people_of,
    removal,
    renewal,
    rest,
    rows_of,
    rows_of_touched,
    touched_orders,
    unfolded,
)
from ampiq_gql.build.planning import Action, Preparation
from ampiq_gql.build.provenance import adopt_lineage
from ampiq_gql.build.sources import Sources, SourceTable
from ampiq_gql.build.steps import LINES, ORDER_KEY, ORDERS, PERSON_KEY, RECORDS_TABLE
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Touched:
    """The ids of orders that changed, and the rows of source tables that belong to them.

    `people_before` are those who placed them as the former build has it.
    """

    orders: sa.Table
    sources: Mapping[SourceKind, SourceTable]
    people_before: sa.Table


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
        self._parts: dict[str, sa.Table | None] = {}
        self._dropped: set[str] = set()
        self._aside: list[sa.Table] = []
        self._touched: _Touched | None = None
        self._touched_people: sa.Table | None = None
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
            case Action.INCREMENTAL if step.is_scratch:
                return self._timed("Preparing", step, self._prepare_part)
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
        tables: Mapping[str, sa.FromClause | None],
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

    def _prepare_part(self, step: Step) -> sa.Table | None:
        """Make the rows of touched people; they are all that the steps after it ask for.

        What a table of the former build keeps of the others is put beside them.
        """
        given = self._part_inputs(step)
        with explained_overflow(given):
            rows = step.rows(given)
            part = None if rows is None else self._write(step, rows)
        if part is None or step.kept_in is None:
            self._parts[step.name] = part
        else:
            kept = self._present_table(step.kept_in).table
            self._connection.execute(rest(part, kept, self._people(), PERSON_KEY))
        return part

    def _update(self, step: Step) -> sa.Table | None:
        """Take the rows of touched keys away, and put what they are now behind the others."""
        present = self._present_table(step.name)
        given = self._part_inputs(step)
        with explained_overflow(given):
            rows = step.rows(given)
            if not isinstance(rows, TableSelect) or step.part_key is None:
                raise Fault(f"{step.name} made no rows to set among the others")
            part = self._set_aside(unfolded(rows, f"new_{step.name}"))
        if not self._fits(part, rows, present.shape):
            return self._remake(step, present)
        adopt_lineage(self.lineage, step.name, self._standing().lineage)
        removed = removal(present.table, self._touched_keys(step), step.part_key)
        self._parts[step.name] = part
        updated = self._replace(step, present, removed, part, rows.order_by)
        for name in sorted(step.of_everyone):
            if (found := self._made[name]) is not None:
                self._connection.execute(renewal(present.table, found, step.part_key))
        return self._finish(updated)

    def _replace(
        self,
        step: Step,
        present: Written,
        removed: sa.Delete,
        part: sa.Table,
        order_by: tuple[str, ...],
    ) -> Written:
        """Replace rows; of orders, the long tables, checks count what went and what came."""
        if step.part_key != ORDER_KEY:
            return replace_rows(self._connection, present, removed, part, order_by)
        name, connection = step.name, self._connection
        orders = self._changed().orders
        gone = set_rows_aside(connection, f"gone_{name}", present.table, orders, ORDER_KEY)
        come = keep_new_rows(connection, f"come_{name}", present.table, part)
        self.moved[name] = MovedRows(gone=gone, come=come)
        return replace_rows(connection, present, removed, part, order_by)

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
        """Make the whole table anew after all, and first whatever was prepared only in part."""
        for name in step.reads:
            self._complete(name)
        drop(self._connection, present.table)
        return self._make_anew(step)

    def _complete(self, name: str) -> None:
        """Make a scratch table whole of which there is a part."""
        if name not in self._parts or not self._graph[name].is_scratch:
            return
        step = self._graph[name]
        for read in step.reads:
            self._complete(read)
        part = self._parts.pop(name)
        if part is not None and name not in self._dropped:
            drop(self._connection, part)
        made = self._make_anew(step)
        if made is not None and name in self._dropped:
            self._aside.append(made)
        self._made[name] = made

    def _touch(self, former: FormerBuild) -> _Touched:
        """Find the orders that changed, and set their source rows aside."""
        lines, records, placed = (
            self._present_table(name).filled for name in (LINES, RECORDS_TABLE, ORDERS)
        )
        ids = touched_orders(self._sources, former.mark.number, lines=lines, records=records)
        orders = self._set_aside(ids)
        sources = {}
        for kind in ORDER_KINDS:
            whole = self._sources[kind]
            rows = self._set_aside(rows_of_touched(whole, orders))
            sources[kind] = replace(whole, table=rows)
        before = TableSelect(name="people_before", select=people_of(placed, orders))
        return _Touched(orders=orders, sources=sources, people_before=self._set_aside(before))

    def _changed(self) -> _Touched:
        if self._touched is None:
            raise Fault("nothing was looked for that changed since the former build")
        return self._touched

    def _touched_keys(self, step: Step) -> sa.Table:
        """Return the keys of the rows that a step makes."""
        return self._changed().orders if step.part_key == ORDER_KEY else self._people()

    def _people(self) -> sa.Table:
        """Return whoever placed a touched order, before or now; the orders are made by then."""
        if self._touched_people is None:
            touched, placed = self._changed(), self._made[ORDERS]
            if placed is None:
                raise Fault("there are no orders to look for the people of")
            before = sa.select(touched.people_before.c.amperity_id)
            both = sa.union(before, people_of(placed, touched.orders)).subquery("both")
            rows = TableSelect(name="touched_people", select=sa.select(both.c.amperity_id))
            self._touched_people = self._set_aside(rows)
        return self._touched_people

    def _part_inputs(self, step: Step) -> Inputs:
        """Return what a step reads, as far as it is about touched keys."""
        of_orders = self._changed().sources if step.part_key == ORDER_KEY else {}
        kinds = self._graph.source_kinds(step)
        sources = Sources(tables={kind: of_orders.get(kind, self._sources[kind]) for kind in kinds})
        tables = {name: self._part_of(name, step) for name in step.reads if name in self._graph}
        return self._inputs(step, sources, tables)

    def _part_of(self, name: str, step: Step) -> sa.FromClause | None:
        if name in self._parts and self._graph[name].part_key == step.part_key:
            return self._parts[name]
        made = self._made[name]
        if made is None or step.part_key is None or step.part_key not in made.c:
            return made
        return rows_of(made, self._touched_keys(step), step.part_key)

    def _set_aside(self, rows: TableSelect) -> sa.Table:
        table = write_scratch(self._connection, rows)
        self._aside.append(table)
        return table

    def _drop(self, name: str) -> None:
        """Give the room of a scratch table back."""
        table = self._made[name]
        if table is not None and self._graph[name].is_scratch:
            drop(self._connection, table)
            self._dropped.add(name)


def _last_readers(graph: Graph) -> Mapping[str, list[str]]:
    """Return for each step which steps nobody reads after it."""
    last = {step.name: (graph.readers(step.name) or (step,))[-1].name for step in graph}
    unread: dict[str, list[str]] = {step.name: [] for step in graph}
    for name, reader in last.items():
        unread[reader].append(name)
    return unread

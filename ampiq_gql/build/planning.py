"""What the next build will do with each table, and why, decided along the graph that it runs by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, StrEnum

import sqlalchemy as sa

from ampiq_gql.build.graph import Graph, Step, source_name
from ampiq_gql.build.mark import FormerBuild, Mark, has_changed, hash_of_loads, take_mark
from ampiq_gql.build.models import BuildContext
from ampiq_gql.build.sources import Sources, SourceTable, open_sources
from ampiq_gql.build.steps import PERSON_KEY, build_graph
from ampiq_gql.catalog import standard_tables
from ampiq_gql.ingest import SourceKind

__all__ = ["Action", "BuildPlan", "PlannedTable", "Preparation", "prepare"]


APPENDED_SHARE = 0.25
"""A larger share of rows is not left behind those that lie in order."""


class Action(StrEnum):
    """What a build does with a table."""

    ANEW = "anew"
    INCREMENTAL = "incremental"
    KEPT = "kept"
    UNNEEDED = "unneeded"
    EMPTY = "empty"
    LOADED = "loaded"


class _Change(Enum):
    """How much of a table differs from what the former build saw."""

    NONE = "none"
    PART = "part"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedTable:
    """A table of the plan, in the order of the build; sources come first.

    `former_rows` is how many rows it had in the build before, None when there is none or when the
    table is no part of builds.
    """

    name: str
    reads: tuple[str, ...]
    action: Action
    reason: str
    is_scratch: bool = False
    former_rows: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildPlan:
    """What a build would do. `former` is the build that it stands on, None when on none.

    `full_reason` says why not on the former one; None when it does. `is_current`: nothing has
    changed, so the former build stays.
    """

    former: FormerBuild | None
    full_reason: str | None
    is_current: bool
    tables: tuple[PlannedTable, ...]

    def action(self, name: str) -> Action:
        """Return what happens to the table of that name."""
        return next(table.action for table in self.tables if table.name == name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparation:
    """All that is known before a build writes its first table."""

    graph: Graph
    sources: Sources
    mark: Mark
    plan: BuildPlan


def prepare(
    connection: sa.Connection,
    context: BuildContext,
    former: FormerBuild | None,
    *,
    is_full: bool,
    can_stand: bool,
) -> Preparation:
    """Look at the sources and plan the build on them; `is_full` asks for a full one.

    `can_stand`: the engine can begin a build with the tables of the `former` one.
    """
    sources = open_sources(connection)
    graph = build_graph(has_customers=sources[SourceKind.CUSTOMERS].has_rows)
    mark = take_mark(connection, sources, context)
    plan = _plan(
        connection, graph, sources, mark=mark, former=former, is_full=is_full, can_stand=can_stand
    )
    return Preparation(graph=graph, sources=sources, mark=mark, plan=plan)


def _plan(
    connection: sa.Connection,
    graph: Graph,
    sources: Sources,
    *,
    mark: Mark,
    former: FormerBuild | None,
    is_full: bool,
    can_stand: bool,
) -> BuildPlan:
    """Compare the sources with what the former build was made of, and follow what changed."""
    full_reason = _full_reason(connection, mark, former, is_full=is_full)
    if full_reason is None and not can_stand:
        full_reason = "this engine writes every build whole"
    basis = former if full_reason is None else None
    planner = _Planner(graph, basis, mark, last=former)
    tables = [planner.source(connection, sources[kind]) for kind in SourceKind]
    tables += planner.steps()
    tables += [_empty(name) for name in standard_tables() if name not in graph]
    is_current = former is not None and former.mark.fingerprint == mark.fingerprint
    return BuildPlan(
        former=basis,
        full_reason=full_reason,
        is_current=is_current and not is_full,
        tables=tuple(tables),
    )


def _full_reason(
    connection: sa.Connection, mark: Mark, former: FormerBuild | None, *, is_full: bool
) -> str | None:
    """Say why nothing of the former build can be used; None when something can."""
    if is_full:
        return "a full build was asked for"
    if former is None:
        return "there is no build to stand on"
    old = former.mark
    if old.logic_version != mark.logic_version:
        return "this version of AmpIQ builds differently"
    for setting, before, now in (
        ("time zone", old.time_zone, mark.time_zone),
        ("currency", old.currency, mark.currency),
    ):
        if before != now:
            return f"the {setting} is {now} and was {before}"
    if old.rules != mark.rules:
        return "the rules of the build have changed"
    if old.column_classes != mark.column_classes:
        return "the classes of columns have changed"
    if hash_of_loads(connection, old.number) != old.loads:
        return "the source tables are not those that the last build was made of"
    return None


class _Planner:
    """Follows changes from the sources to the last table."""

    def __init__(
        self, graph: Graph, former: FormerBuild | None, mark: Mark, *, last: FormerBuild | None
    ) -> None:
        """Plan on `former`; of the `last` build only the numbers of rows are told."""
        self._graph = graph
        self._last = last
        self._former = former
        self._mark = mark
        self._changes: dict[str, _Change] = {}
        self._reasons: dict[str, str] = {}
        self._needed: frozenset[str] = frozenset()

    def source(self, connection: sa.Connection, source: SourceTable) -> PlannedTable:
        """Look whether a source table has changed."""
        name = source_name(source.kind)
        change, reason = self._source_change(connection, source)
        self._changes[name] = change
        return PlannedTable(
            name=name,
            reads=(),
            action=Action.LOADED if source.has_rows else Action.EMPTY,
            reason=reason,
        )

    def _source_change(self, connection: sa.Connection, source: SourceTable) -> tuple[_Change, str]:
        if self._former is None:
            return _Change.ALL, "" if source.has_rows else "nothing was loaded"
        before = self._former.mark.columns.get(source.kind.value)
        now = self._mark.columns.get(source.kind.value)
        if before == now:
            if now is None or not has_changed(connection, source, self._former.mark.number):
                return _Change.NONE, "unchanged" if source.has_rows else "nothing was loaded"
            return _Change.PART, "some rows have changed"
        if before is None:
            return _Change.ALL, "loaded for the first time"
        if now is None:
            return _Change.ALL, "all rows are gone"
        new = ", ".join(sorted(set(now) ^ set(before)))
        return _Change.ALL, f"other columns: {new}"

    def steps(self) -> Iterator[PlannedTable]:
        """Decide on each step, in their order."""
        for step in self._graph:
            self._changes[step.name], self._reasons[step.name] = self._change(step)
        self._needed = self._find_needed()
        for step in self._graph:
            yield self._planned(step)

    def _change(self, step: Step) -> tuple[_Change, str]:
        if self._former is None:
            return _Change.ALL, ""
        if step.reads_day and self._former.mark.as_of != self._mark.as_of:
            return _Change.ALL, f"the day is {self._mark.as_of} and was {self._former.mark.as_of}"
        changed = [name for name in step.reads if self._changes[name] is not _Change.NONE]
        if not changed:
            return _Change.NONE, "nothing that it reads has changed"
        whole = [
            name
            for name in changed
            if name not in step.of_everyone
            and (self._changes[name] is _Change.ALL or name not in step.follows)
        ]
        if whole:
            return _Change.ALL, f"{_listed(whole)} changed"
        return _Change.PART, f"rows of {_listed(changed)} changed"

    def _find_needed(self) -> frozenset[str]:
        """Return the steps that must be run: changed ones, and scratch that these read."""
        needed: set[str] = set()
        for step in reversed(list(self._graph)):
            is_read = any(reader.name in needed for reader in self._graph.readers(step.name))
            has_changed = self._changes[step.name] is not _Change.NONE
            if is_read if step.is_scratch else has_changed:
                needed.add(step.name)
        return frozenset(needed)

    def _planned(self, step: Step) -> PlannedTable:
        action, reason = self._action(step)
        return PlannedTable(
            name=step.name,
            reads=step.reads,
            action=action,
            reason=reason,
            is_scratch=step.is_scratch,
            former_rows=None if step.is_scratch else self._former_rows(step.name),
        )

    def _is_untidy(self, name: str) -> bool:
        """Tell whether so many rows lie behind the others that reading them is worth sorting."""
        shape = self._former.mark.tables.get(name) if self._former else None
        return shape is None or shape.appended > shape.rows * APPENDED_SHARE

    def _former_rows(self, name: str) -> int | None:
        if self._last is None:
            return None
        shape = self._last.mark.tables.get(name)
        return 0 if shape is None else shape.rows

    def _action(self, step: Step) -> tuple[Action, str]:
        reason = self._reasons[step.name]
        change = self._changes[step.name]
        if step.is_scratch and step.name not in self._needed:
            return Action.UNNEEDED, "nothing that is made reads it"
        match change:
            case _Change.NONE:
                return (Action.ANEW, "") if step.is_scratch else (Action.KEPT, reason)
            case _Change.PART if step.is_scratch:
                return Action.INCREMENTAL if self._suffices(step) else Action.ANEW, reason
            case _Change.PART if self._is_untidy(step.name):
                return Action.ANEW, "many of its rows came in parts, and lie in their order again"
            case _Change.PART:
                return Action.INCREMENTAL, reason
            case _Change.ALL:
                return Action.ANEW, reason

    def _suffices(self, step: Step) -> bool:
        """Tell whether the rows of touched people are all that is asked of a scratch table."""
        if step.part_key != PERSON_KEY:
            return False
        if step.kept_in is not None:
            return self._is_incremental(self._graph[step.kept_in])
        readers = self._graph.readers(step.name)
        return all(self._is_incremental(one) for one in readers if one.name in self._needed)

    def _is_incremental(self, step: Step) -> bool:
        return self._action(step)[0] is Action.INCREMENTAL


def _empty(name: str) -> PlannedTable:
    return PlannedTable(
        name=name, reads=(), action=Action.EMPTY, reason="nothing can be loaded for it yet"
    )


def _listed(names: list[str]) -> str:
    return ", ".join(names)

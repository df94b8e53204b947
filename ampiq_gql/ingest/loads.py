"""The loads of an installation: numbered, listed, and undone as a whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from ampiq_gql.ingest.errors import LoadNotFound, UndoRefused
from ampiq_gql.ingest.models import ControlTotals, LoadMode, SourceKind
from ampiq_gql.ingest.sources import (
    LOADS,
    QUARANTINE,
    QUARANTINE_CLOSED,
    UNDONE_LOADS,
    VALUE_NOTES,
    brought_columns,
    history_table,
    prepare_tables,
    source_table,
)
from ampiq_gql.warehouse import Warehouse

__all__ = ["LoadService", "LoadSummary", "UndoReport", "keep_load", "next_number"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadSummary:
    """One load: all its files together. `undone_at` is set when it was taken back (UTC)."""

    number: int
    loaded_at: datetime
    kinds: tuple[str, ...]
    source: str
    mode: str
    files: tuple[str, ...]
    rows_read: int
    rows_loaded: int
    rows_quarantined: int
    rows_duplicate: int
    rows_removed: int
    money_read: Decimal
    money_loaded: Decimal
    money_quarantined: Decimal
    money_duplicate: Decimal
    undone_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoReport:
    """What undoing did: `rows_taken_back` went, `rows_restored` stand again as before."""

    load_numbers: tuple[int, ...]
    rows_taken_back: int
    rows_restored: int


def next_number(connection: sa.Connection) -> int:
    """Return a number that no load or undoing had."""
    highest = [
        sa.select(sa.func.max(LOADS.c.load_number)),
        sa.select(sa.func.max(UNDONE_LOADS.c.load_number)),
        sa.select(sa.func.max(UNDONE_LOADS.c.undone_by)),
    ]
    return max(connection.execute(one).scalar() or 0 for one in highest) + 1


def keep_load(
    connection: sa.Connection,
    totals: ControlTotals,
    *,
    number: int,
    load_id: str,
    source: str,
    mode: LoadMode,
    file_hash: str,
    reading: Mapping[str, Any],
) -> None:
    """Write the account of one file."""
    connection.execute(
        LOADS.insert().values(
            load_id=load_id,
            load_number=number,
            kind=totals.kind.value,
            datasource=source,
            mode=mode.value,
            file=totals.file,
            file_hash=file_hash,
            loaded_at=datetime.now(UTC).replace(tzinfo=None),
            rows_read=totals.rows_read,
            rows_quarantined=totals.rows_quarantined,
            blank_lines=totals.blank_lines,
            file_lines=totals.file_lines,
            rows_loaded=totals.rows_loaded,
            rows_duplicate=totals.rows_duplicate,
            rows_new=totals.rows_new,
            rows_changed=totals.rows_changed,
            rows_unchanged=totals.rows_unchanged,
            rows_removed=totals.rows_removed,
            money_read=totals.money_read,
            money_loaded=totals.money_loaded,
            money_quarantined=totals.money_quarantined,
            money_duplicate=totals.money_duplicate,
            reading=json.dumps(reading),
        )
    )


class LoadService:
    """Lists and undoes loads."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse

    def list(self) -> tuple[LoadSummary, ...]:
        """Return all loads, the newest first; undone ones say so."""
        with self._warehouse.sources("ampiq loads list") as sources, sources.connection.begin():
            prepare_tables(sources.connection)
            present = _summaries(sources.connection, LOADS)
            undone = _summaries(sources.connection, UNDONE_LOADS)
        return tuple(sorted([*present, *undone], key=lambda load: load.number, reverse=True))

    def undo(self, number: int, *, with_later: bool = False) -> UndoReport:
        """Take a load back: its rows go, those that it replaced or removed stand again.

        Loads of the same source and kind that came later stand on it: they refuse the undoing,
        or go first `with_later`. Raises `LoadNotFound` and `UndoRefused`.
        """
        with self._warehouse.sources(f"ampiq loads undo {number}") as sources:
            connection = sources.connection
            with connection.begin():
                prepare_tables(connection)
                chain = _chain(connection, number)
                if len(chain) > 1 and not with_later:
                    later = ", ".join(str(one) for one in chain[:-1])
                    raise UndoRefused(
                        f"Load {number} cannot go alone: load {later} of the same source came "
                        "later and may stand on it.",
                        hint="Undo the newest first, or all of them with --with-later.",
                    )
                act = next_number(connection)
                moved = [_undo(connection, one, act) for one in chain]
        return UndoReport(
            load_numbers=tuple(chain),
            rows_taken_back=sum(gone for gone, _ in moved),
            rows_restored=sum(back for _, back in moved),
        )


def _summaries(connection: sa.Connection, table: sa.Table) -> list[LoadSummary]:
    found: dict[int, list[Mapping[str, Any]]] = {}
    rows = connection.execute(sa.select(table).order_by(table.c.file, table.c.kind)).mappings()
    for row in rows:
        found.setdefault(row["load_number"] or 0, []).append(dict(row))
    return [_summary(number, files) for number, files in found.items()]


def _summary(number: int, files: Sequence[Mapping[str, Any]]) -> LoadSummary:
    first = files[0]
    counts: Any = {
        name: sum((row[name] or 0) for row in files)
        for name in (
            "rows_read", "rows_loaded", "rows_quarantined", "rows_duplicate", "rows_removed",
        )
    }  # fmt: skip
    money: Any = {
        name: sum((row[name] or Decimal(0) for row in files), Decimal(0))
        for name in ("money_read", "money_loaded", "money_quarantined", "money_duplicate")
    }
    return LoadSummary(
        number=number,
        loaded_at=first["loaded_at"],
        kinds=tuple(dict.fromkeys(row["kind"] for row in files)),
        source=first["datasource"],
        mode=first["mode"] or LoadMode.UPSERT.value,
        files=tuple(dict.fromkeys(row["file"] for row in files)),
        undone_at=first.get("undone_at"),
        **counts,
        **money,
    )


def _chain(connection: sa.Connection, number: int) -> list[int]:
    """Return the load and all later ones that share a source table with it, newest first."""
    rows = connection.execute(
        sa.select(LOADS.c.load_number, LOADS.c.kind, LOADS.c.datasource)
    ).all()
    touched = {(kind, source) for one, kind, source in rows if one == number}
    if not touched:
        raise LoadNotFound(number)
    chain = {number}
    for one in sorted({one for one, _, _ in rows if one is not None and one > number}):
        own = {(kind, source) for of, kind, source in rows if of == one}
        if own & touched:
            chain.add(one)
            touched |= own
    return sorted(chain, reverse=True)


def _undo(connection: sa.Connection, number: int, act: int) -> tuple[int, int]:
    """Move the rows of one load back; return how many went and how many came."""
    of_load = LOADS.c.load_number == number
    kinds = connection.execute(sa.select(LOADS.c.kind).where(of_load).distinct()).scalars().all()
    gone = back = 0
    for kind in kinds:
        taken, restored = _undo_kind(connection, SourceKind(kind), number, act)
        gone, back = gone + taken, back + restored
    columns = [column.name for column in LOADS.columns]
    now = datetime.now(UTC).replace(tzinfo=None)
    archived = sa.select(*LOADS.columns, sa.literal(act), sa.literal(now)).where(of_load)
    connection.execute(
        UNDONE_LOADS.insert().from_select([*columns, "undone_by", "undone_at"], archived)
    )
    connection.execute(LOADS.delete().where(of_load))
    connection.execute(VALUE_NOTES.delete().where(VALUE_NOTES.c.load_number == number))
    _close_quarantine(connection, number, now)
    return gone, back


def _undo_kind(
    connection: sa.Connection, kind: SourceKind, number: int, act: int
) -> tuple[int, int]:
    brought = [column.name for column in brought_columns(connection, kind)]
    table, history = source_table(kind, brought), history_table(kind, brought)
    names = [column.name for column in table.columns]
    came = table.c.load_number == number
    gone = _count(connection, table, came)
    rows = sa.select(*table.columns, sa.literal(act)).where(came)
    connection.execute(history.insert().from_select([*names, "removed_in"], rows))
    connection.execute(table.delete().where(came))
    was_replaced = history.c.removed_in == number
    back = _count(connection, history, was_replaced)
    values = [
        sa.cast(sa.literal(act), sa.BigInteger) if name == "changed_in" else history.c[name]
        for name in names
    ]
    restored = sa.select(*values).where(was_replaced)
    connection.execute(table.insert().from_select(names, restored))
    connection.execute(history.delete().where(was_replaced))
    return gone, back


def _count(connection: sa.Connection, table: sa.Table, condition: sa.ColumnElement[bool]) -> int:
    statement = sa.select(sa.func.count()).select_from(table).where(condition)
    return int(connection.execute(statement).scalar_one())


def _close_quarantine(connection: sa.Connection, number: int, now: datetime) -> None:
    """The file of an undone load can be loaded again, and brings its bad rows along then."""
    held = QUARANTINE.c.load_number == number
    counts = sa.select(QUARANTINE.c.kind, sa.func.count()).where(held).group_by(QUARANTINE.c.kind)
    for kind, rows in connection.execute(counts).all():
        connection.execute(
            QUARANTINE_CLOSED.insert().values(
                load_number=number, kind=kind, outcome="undone", rows=rows, closed_at=now
            )
        )
    connection.execute(QUARANTINE.delete().where(held))

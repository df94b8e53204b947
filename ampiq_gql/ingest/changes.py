"""Winning rows against the source table as it stands: what is new, what changed, what goes.

Only that is written. What is replaced or removed moves to the history of its table under the
number of the load, so that undoing is the same two moves backwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from ampiq_gql.ingest.columns import KindSpec
from ampiq_gql.ingest.errors import ReloadRefused
from ampiq_gql.ingest.keying import KeyedRows, key_of, money_of
from ampiq_gql.ingest.models import LoadMode
from ampiq_gql.warehouse import AnySelect, SourcesConnection

__all__ = ["Changes", "FileChanges", "Reload", "apply_rows", "row_hash"]

Value = sa.ColumnElement[Any]

VANISHING_SHARE = 0.2
"""More rows than this do not vanish from a source unasked."""

NEW, CHANGED, UNCHANGED, REFUSED = "new", "changed", "unchanged", "older"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reload:
    """Into which table the rows go, under which source and number, and in which way."""

    spec: KindSpec
    target: sa.Table
    history: sa.Table
    source: str
    number: int
    mode: LoadMode
    allow_vanishing: bool = False
    numbers_follow: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChanges:
    """What became of the winning rows of one file; `refused` were older than what was there."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    money_refused: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What became of all of them; `removed` rows of the table are gone."""

    files: dict[int, FileChanges]
    removed: int = 0


def apply_rows(sources: SourcesConnection, reload: Reload, rows: KeyedRows) -> Changes:
    """Bring the rows into the table. Raises `ReloadRefused` when too much would vanish."""
    if reload.mode is LoadMode.DELETE:
        return _delete(sources, reload, rows)
    if not _has_rows(sources.connection, reload):
        return _bring_all(sources, reload, rows)
    incoming = _incoming(sources, reload, rows)
    judged = _judge(sources.connection, reload, incoming, rows.names)
    removed = _remove_vanished(sources.connection, reload, incoming)
    _replace_changed(sources.connection, reload, judged)
    _insert(sources.connection, reload, judged, rows.names)
    files = _count(sources.connection, reload, judged)
    for table in (judged, incoming):
        table.drop(sources.connection)
    return Changes(files=files, removed=removed)


def _has_rows(connection: sa.Connection, reload: Reload) -> bool:
    target = reload.target
    found = sa.select(sa.literal(1)).where(target.c.datasource == reload.source).limit(1)
    return connection.execute(found).first() is not None


def row_hash(names: Sequence[str], rows: sa.FromClause) -> Value:
    """Hash all values of a row in the embedded engine, so that it is one on every engine.

    A hash that another version of it makes differently costs a row written twice, nothing else.
    """
    values = [part for name in sorted(names) for part in (sa.literal(name), rows.c[name])]
    return sa.cast(sa.func.hash(*values).op(">>")(1), sa.BigInteger)


def _marked(rows: KeyedRows) -> tuple[list[str], AnySelect]:
    """Return the winning rows with their hash and file."""
    winners = rows.select.subquery("winners")
    names = list(rows.names)
    select = sa.select(
        *(winners.c[name] for name in names),
        row_hash(names, winners).label("row_hash"),
        winners.c._file,
    )
    return [*names, "row_hash", "_file"], select


def _bring_all(sources: SourcesConnection, reload: Reload, rows: KeyedRows) -> Changes:
    """Without rows of the source to compare with, all are new and go straight in."""
    names, select = _marked(rows)
    winners = select.subquery("marked")
    straight = sa.select(
        *(winners.c[name] for name in names if name != "_file"),
        sa.literal(reload.source).label("datasource"),
        sa.cast(sa.literal(reload.number), sa.BigInteger).label("load_number"),
        sa.cast(sa.literal(reload.number), sa.BigInteger).label("changed_in"),
    )
    columns = [name for name in names if name != "_file"]
    sources.bring(reload.target, [*columns, "datasource", "load_number", "changed_in"], straight)
    return Changes(
        files={file: FileChanges(new=totals.brought) for file, totals in rows.totals.items()}
    )


def _incoming(sources: SourcesConnection, reload: Reload, rows: KeyedRows) -> sa.Table:
    """Bring the winning rows to the engine, beside the table."""
    names, select = _marked(rows)
    incoming = _temporary(reload, "incoming", rows.names, ("row_hash", "_file"))
    incoming.create(sources.connection)
    sources.bring(incoming, names, select)
    if reload.numbers_follow:
        return _numbered_on(sources.connection, reload, incoming, rows.names)
    return incoming


def _temporary(reload: Reload, what: str, names: Sequence[str], numbers: Sequence[str]) -> sa.Table:
    return sa.Table(
        f"{what}_{reload.target.name}",
        sa.MetaData(),
        *(sa.Column(name, reload.target.c[name].type) for name in names),
        *(sa.Column(name, sa.BigInteger) for name in numbers),
        *((sa.Column("_status", sa.Text),) if what == "judged" else ()),
        prefixes=["TEMPORARY"],
    )


def _numbered_on(
    connection: sa.Connection, reload: Reload, incoming: sa.Table, names: Sequence[str]
) -> sa.Table:
    """Count lines that come later on from those that are there, so that none takes their place."""
    spec, target = reload.spec, reload.target
    parts = [name for name in spec.key if name != "line_number"]
    keys = [key.label(f"key_{number}") for number, key in enumerate(key_of(spec, target, parts))]
    # In a subquery of their own: engines do not see that two expressions with parameters are one.
    present = (
        sa.select(*keys, target.c.line_number)
        .where(target.c.datasource == reload.source)
        .subquery("present")
    )
    labels = [present.c[key.name] for key in keys]
    highest = (
        sa.select(*labels, sa.func.max(present.c.line_number).label("highest"))
        .group_by(*labels)
        .subquery("highest")
    )
    same = sa.and_(
        *(
            key == highest.c[label.name]
            for key, label in zip(key_of(spec, incoming, parts), keys, strict=True)
        )
    )
    follow = _temporary(reload, "following", names, ("row_hash", "_file"))
    follow.create(connection)
    values: dict[str, Value] = {column.name: column for column in incoming.columns}
    values["line_number"] = incoming.c.line_number + sa.func.coalesce(highest.c.highest, 0)
    select = sa.select(*values.values()).select_from(incoming.outerjoin(highest, same))
    connection.execute(follow.insert().from_select(list(values), select))
    incoming.drop(connection)
    return follow


def _same_key(reload: Reload, left: sa.FromClause, right: sa.FromClause) -> Value:
    pairs = zip(key_of(reload.spec, left), key_of(reload.spec, right), strict=True)
    return sa.and_(*(one == other for one, other in pairs))


def _judge(
    connection: sa.Connection, reload: Reload, incoming: sa.Table, names: Sequence[str]
) -> sa.Table:
    """Say of each row whether it is new, changed, unchanged, or older than what is there."""
    target = reload.target
    judged = _temporary(reload, "judged", names, ("row_hash", "_file"))
    judged.create(connection)
    present = (
        sa.select(
            *(key.label(f"key_{number}") for number, key in enumerate(key_of(reload.spec, target))),
            target.c.row_hash,
            target.c.update_dt,
            sa.literal(1).label("is_there"),
        )
        .where(target.c.datasource == reload.source)
        .subquery("present")
    )
    same = sa.and_(
        *(
            key == present.c[f"key_{number}"]
            for number, key in enumerate(key_of(reload.spec, incoming))
        )
    )
    cases: list[tuple[Value, str]] = [
        (present.c.is_there.is_(None), NEW),
        (present.c.row_hash == incoming.c.row_hash, UNCHANGED),
    ]
    if reload.mode is LoadMode.APPEND:
        cases.append((sa.true(), REFUSED))
    elif "update_dt" in incoming.c and reload.mode is LoadMode.UPSERT:
        cases.append((present.c.update_dt > incoming.c.update_dt, REFUSED))
    status = sa.case(*cases, else_=CHANGED)
    select = sa.select(*incoming.columns, status).select_from(incoming.outerjoin(present, same))
    columns = [*(column.name for column in incoming.columns), "_status"]
    connection.execute(judged.insert().from_select(columns, select))
    return judged


def _remove_vanished(connection: sa.Connection, reload: Reload, incoming: sa.Table) -> int:
    """Take away the rows of the source that the files no longer have, where the mode says so."""
    if reload.mode not in (LoadMode.REPLACE, LoadMode.WINDOW):
        return 0
    target = reload.target
    scope = target.c.datasource == reload.source
    if reload.mode is LoadMode.WINDOW:
        scope &= _window(connection, reload, incoming)
    every = connection.execute(
        sa.select(sa.func.count()).select_from(target).where(scope)
    ).scalar_one()
    stays = sa.tuple_(*key_of(reload.spec, target)).in_(sa.select(*key_of(reload.spec, incoming)))
    vanishes = scope & sa.not_(stays)
    vanishing = connection.execute(
        sa.select(sa.func.count()).select_from(target).where(vanishes)
    ).scalar_one()
    if vanishing > every * VANISHING_SHARE and not reload.allow_vanishing:
        raise ReloadRefused(
            f"{vanishing:,} of {every:,} {reload.spec.kind} of {reload.source} are not in the "
            f"files and would go ({vanishing / every:.0%}).",
            hint="Is the export whole? Say --allow-vanishing if they are really gone.",
        )
    if vanishing:
        _move_to_history(connection, reload, vanishes)
    return int(vanishing)


def _window(connection: sa.Connection, reload: Reload, incoming: sa.Table) -> Value:
    """Return the condition that a row lies within the dates of the files, both ends included."""
    if "order_datetime" not in incoming.c or "order_datetime" not in reload.target.c:
        raise ReloadRefused(
            f"--mode window needs the date of each row, which these {reload.spec.kind} lack.",
            hint="Use it for orders and for lines with order_datetime; else --mode replace.",
        )
    moment = incoming.c.order_datetime
    first, last = connection.execute(sa.select(sa.func.min(moment), sa.func.max(moment))).one()
    return reload.target.c.order_datetime.between(first, last)


def _replace_changed(connection: sa.Connection, reload: Reload, judged: sa.Table) -> None:
    changed = sa.select(*key_of(reload.spec, judged)).where(judged.c._status == CHANGED)
    if connection.execute(changed.limit(1)).first() is None:
        return
    target = reload.target
    is_changed = sa.tuple_(*key_of(reload.spec, target)).in_(changed)
    _move_to_history(connection, reload, (target.c.datasource == reload.source) & is_changed)


def _move_to_history(connection: sa.Connection, reload: Reload, condition: Value) -> None:
    target = reload.target
    names = [column.name for column in target.columns]
    rows = sa.select(*target.columns, sa.literal(reload.number)).where(condition)
    connection.execute(reload.history.insert().from_select([*names, "removed_in"], rows))
    connection.execute(target.delete().where(condition))


def _insert(
    connection: sa.Connection, reload: Reload, judged: sa.Table, names: Sequence[str]
) -> None:
    number = sa.cast(sa.literal(reload.number), sa.BigInteger)
    rows = sa.select(
        *(judged.c[name] for name in names),
        judged.c.row_hash,
        sa.literal(reload.source),
        number,
        number,
    ).where(judged.c._status.in_((NEW, CHANGED)))
    columns = [*names, "row_hash", "datasource", "load_number", "changed_in"]
    connection.execute(reload.target.insert().from_select(columns, rows))


def _count(connection: sa.Connection, reload: Reload, judged: sa.Table) -> dict[int, FileChanges]:
    def having(status: str) -> Value:
        return sa.func.count(1).filter(judged.c._status == status)

    refused_money = sa.func.sum(money_of(reload.spec, judged)).filter(judged.c._status == REFUSED)
    statement = sa.select(
        judged.c._file,
        having(NEW),
        having(CHANGED),
        having(UNCHANGED),
        having(REFUSED),
        sa.cast(sa.func.coalesce(refused_money, 0), sa.Numeric(38, 4)),
    ).group_by(judged.c._file)
    return {
        file: FileChanges(
            new=new, changed=changed, unchanged=unchanged, refused=refused, money_refused=money
        )
        for file, new, changed, unchanged, refused, money in connection.execute(statement)
    }


def _delete(sources: SourcesConnection, reload: Reload, rows: KeyedRows) -> Changes:
    """Take away the rows whose keys the files name; parts of the key that they lack match all."""
    names = [name for name in reload.spec.key if name in rows.brought]
    incoming = _incoming(sources, reload, rows)
    target, connection = reload.target, sources.connection
    named = sa.tuple_(*key_of(reload.spec, target, names)).in_(
        sa.select(*key_of(reload.spec, incoming, names))
    )
    condition = (target.c.datasource == reload.source) & named
    removed = connection.execute(
        sa.select(sa.func.count()).select_from(target).where(condition)
    ).scalar_one()
    _move_to_history(connection, reload, condition)
    incoming.drop(connection)
    files = {file: FileChanges(unchanged=totals.brought) for file, totals in rows.totals.items()}
    return Changes(files=files, removed=int(removed))

"""Typed rows into their source table: for each key the newest row stays.

Newest is by `update_dt` where both rows have one, else by order of loading.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from ampiq_gql.ingest.columns import KindSpec
from ampiq_gql.ingest.models import SourceKind
from ampiq_gql.warehouse import SOURCES_SCHEMA

__all__ = ["upsert"]


def upsert(
    connection: sa.Connection,
    spec: KindSpec,
    target: sa.Table,
    typed: sa.Table,
    *,
    source: str,
    load_id: str,
) -> int:
    """Bring the sound rows of `typed` into `target` and return how many are in it now."""
    names = [column.name for column in typed.columns if not column.name.startswith("_")]
    winners = _winners(spec, typed, names)
    if _has_rows(connection, target, source):
        kept = sa.Table(
            "winning_rows",
            sa.MetaData(schema=SOURCES_SCHEMA),
            *(sa.Column(name, typed.c[name].type) for name in names),
        )
        kept.create(connection)
        connection.execute(kept.insert().from_select(names, winners))
        _replace(connection, spec, target, kept, source)
        winners = sa.select(*(kept.c[name] for name in names))
        connection.execute(_append(target, winners, names, source, load_id))
        kept.drop(connection)
    else:
        connection.execute(_append(target, winners, names, source, load_id))
    loaded = sa.select(sa.func.count()).where(target.c.load_id == load_id)
    return connection.execute(loaded).scalar_one()


def _winners(
    spec: KindSpec, typed: sa.Table, names: Sequence[str]
) -> sa.Select[tuple[object, ...]]:
    """Select one row for each key, with the line numbers that a file of items lacks."""
    order = (typed.c._file.asc(), typed.c._line.asc())
    columns = {name: typed.c[name] for name in names}
    sound = sa.select(typed).where(typed.c._problem.is_(None)).subquery("sound")
    columns = {name: sound.c[name] for name in names}
    order = (sound.c._file.asc(), sound.c._line.asc())
    if spec.kind is SourceKind.ORDER_ITEMS:
        columns["is_return"] = sa.func.coalesce(sound.c.is_return, sa.false())
        columns["is_cancellation"] = sa.func.coalesce(sound.c.is_cancellation, sa.false())
        parts = [columns[name] for name in spec.key if name != "line_number"]
        numbered = sa.func.row_number().over(partition_by=parts, order_by=order)
        columns["line_number"] = sa.func.coalesce(sound.c.line_number, numbered)
    keyed = sa.select(
        *(column.label(name) for name, column in columns.items()), sound.c._file, sound.c._line
    ).subquery("keyed")
    rank = sa.func.row_number().over(
        partition_by=[keyed.c[name] for name in spec.key],
        order_by=(
            keyed.c.update_dt.desc().nulls_last(), keyed.c._file.desc(), keyed.c._line.desc()
        ),
    )  # fmt: skip
    ranked = sa.select(*(keyed.c[name] for name in names), rank.label("_rank")).subquery("ranked")
    return sa.select(*(ranked.c[name] for name in names)).where(ranked.c._rank == 1)


def _has_rows(connection: sa.Connection, target: sa.Table, source: str) -> bool:
    found = sa.select(sa.literal(1)).where(target.c.datasource == source).limit(1)
    return connection.execute(found).first() is not None


def _replace(
    connection: sa.Connection, spec: KindSpec, target: sa.Table, kept: sa.Table, source: str
) -> None:
    """Drop what is older than the row already there, then the rows that are replaced."""
    same = sa.and_(
        target.c.datasource == source,
        *(target.c[name].is_not_distinct_from(kept.c[name]) for name in spec.key),
    )
    is_older = sa.exists().where(same, target.c.update_dt > kept.c.update_dt)
    connection.execute(kept.delete().where(is_older))
    connection.execute(target.delete().where(sa.exists().where(same)))


def _append(
    target: sa.Table,
    rows: sa.Select[tuple[object, ...]],
    names: Sequence[str],
    source: str,
    load_id: str,
) -> sa.Insert:
    selected = rows.add_columns(sa.literal(source), sa.literal(load_id))
    return target.insert().from_select([*names, "datasource", "load_id"], selected)

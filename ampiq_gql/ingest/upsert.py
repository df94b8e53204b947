"""Typed rows into their source table: for each key the newest row stays.

Newest is by `update_dt` where both rows have one, else by order of loading.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from ampiq_gql.ingest.columns import KindSpec
from ampiq_gql.ingest.models import SourceKind
from ampiq_gql.warehouse import AnySelect, SourcesConnection

__all__ = ["upsert"]

FLAGS = ("is_return", "is_cancellation")
"""Parts of the key of an item that files leave out when they mean no."""


def upsert(
    sources: SourcesConnection,
    spec: KindSpec,
    target: sa.Table,
    typed: sa.Table,
    *,
    source: str,
    load_id: str,
    has_line_numbers: bool,
) -> int:
    """Bring the sound rows of `typed` into `target` and return how many are in it now.

    `has_line_numbers` tells whether files of items number their lines themselves.
    """
    connection = sources.connection
    names = [column.name for column in typed.columns if not column.name.startswith("_")]
    is_numbered = has_line_numbers or spec.kind is not SourceKind.ORDER_ITEMS
    winners = _winners(spec, typed, names, is_numbered=is_numbered)
    if _has_rows(connection, target, source):
        kept = sa.Table(
            "winning_rows",
            sa.MetaData(),
            *(sa.Column(name, typed.c[name].type) for name in names),
            prefixes=["TEMPORARY"],
        )
        kept.create(connection)
        sources.bring(kept, names, winners)
        if "update_dt" in names:
            _drop_older(connection, spec, target, kept, source)
        is_replaced = sa.exists().where(_same_key(spec, target, kept, source))
        connection.execute(target.delete().where(is_replaced))
        columns, rows = _marked(
            names, sa.select(*(kept.c[name] for name in names)), source, load_id
        )
        connection.execute(target.insert().from_select(columns, rows))
        kept.drop(connection)
    else:
        sources.bring(target, *_marked(names, winners, source, load_id))
    loaded = sa.select(sa.func.count()).where(target.c.load_id == load_id)
    return connection.execute(loaded).scalar_one()


def _winners(
    spec: KindSpec, typed: sa.Table, names: Sequence[str], *, is_numbered: bool
) -> AnySelect:
    """Select one row for each key."""
    sound = sa.select(typed).where(typed.c._problem.is_(None)).subquery("sound")
    columns: dict[str, sa.ColumnElement[object]] = {name: sound.c[name] for name in names}
    if spec.kind is SourceKind.ORDER_ITEMS:
        columns |= {flag: sa.func.coalesce(sound.c[flag], sa.false()) for flag in FLAGS}
        columns["line_number"] = sa.func.coalesce(sound.c.line_number, _position(spec, sound))
    labelled = [column.label(name) for name, column in columns.items()]
    if not is_numbered:
        # Lines without numbers of their own are counted within their key: none can repeat.
        return sa.select(*labelled)
    keyed = sa.select(*labelled, sound.c._file, sound.c._line).subquery("keyed")
    newest = [keyed.c.update_dt.desc().nulls_last()] if "update_dt" in names else []
    rank = sa.func.row_number(type_=sa.BigInteger).over(
        partition_by=[keyed.c[name] for name in spec.key],
        order_by=[*newest, keyed.c._file.desc(), keyed.c._line.desc()],
    )
    ranked = sa.select(*(keyed.c[name] for name in names), rank.label("_rank")).subquery("ranked")
    return sa.select(*(ranked.c[name] for name in names)).where(ranked.c._rank == 1)


def _position(spec: KindSpec, sound: sa.Subquery) -> sa.ColumnElement[int]:
    """Count the lines of the same order, product and kind in the order of the files."""
    parts = [
        sa.func.coalesce(sound.c[name], sa.false()) if name in FLAGS else sound.c[name]
        for name in spec.key
        if name != "line_number"
    ]
    order = (sound.c._file, sound.c._line)
    return sa.func.row_number(type_=sa.BigInteger).over(partition_by=parts, order_by=order)


def _has_rows(connection: sa.Connection, target: sa.Table, source: str) -> bool:
    found = sa.select(sa.literal(1)).where(target.c.datasource == source).limit(1)
    return connection.execute(found).first() is not None


def _same_key(
    spec: KindSpec, target: sa.Table, kept: sa.Table, source: str
) -> sa.ColumnElement[bool]:
    return sa.and_(
        target.c.datasource == source,
        *(target.c[name].is_not_distinct_from(kept.c[name]) for name in spec.key),
    )


def _drop_older(
    connection: sa.Connection, spec: KindSpec, target: sa.Table, kept: sa.Table, source: str
) -> None:
    """Leave out rows that are older than what is there already."""
    same = _same_key(spec, target, kept, source)
    is_older = sa.exists().where(same, target.c.update_dt > kept.c.update_dt)
    connection.execute(kept.delete().where(is_older))


def _marked(
    names: Sequence[str], rows: AnySelect, source: str, load_id: str
) -> tuple[list[str], AnySelect]:
    """Return the rows with their source and load, and the columns where they go."""
    marks = (sa.literal(source).label("datasource"), sa.literal(load_id).label("load_id"))
    return [*names, "datasource", "load_id"], rows.add_columns(*marks)

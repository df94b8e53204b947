"""One row for each key: which typed rows of a load win, found where keys repeat and only there.

Files rarely repeat keys, so the rows that do are looked for first; ranking all rows would take
several times as long.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from ampiq_gql.ingest.columns import KindSpec, ValueType
from ampiq_gql.ingest.models import SourceKind
from ampiq_gql.warehouse import AnySelect

__all__ = ["KeyedRows", "StagedTotals", "key_of", "key_rows", "money_of"]

Value = sa.ColumnElement[Any]

FLAGS = ("is_return", "is_cancellation")
"""Parts of the key of an item that files leave out when they mean no."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedTotals:
    """Rows and money of one file by what became of them before the source table was asked."""

    refused: int
    repeated: int
    brought: int
    money_refused: Decimal
    money_repeated: Decimal
    money_brought: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyedRows:
    """The winning rows: `select` gives `names` and `_file`; `drop` removes what it reads from.

    `brought` are the names that some file has; of the others the rows know nothing.
    """

    names: tuple[str, ...]
    brought: frozenset[str]
    select: AnySelect
    totals: dict[int, StagedTotals]
    scratch: tuple[sa.Table, ...]

    def drop(self, connection: sa.Connection) -> None:
        """Remove the temporary tables."""
        for table in self.scratch:
            table.drop(connection)


def key_of(spec: KindSpec, rows: sa.FromClause, names: Sequence[str] | None = None) -> list[Value]:
    """Return the key of a row without NULL, so that every engine can join on it by hash."""
    return [_not_null(spec, rows, name) for name in names or spec.key]


def _not_null(spec: KindSpec, rows: sa.FromClause, name: str) -> Value:
    column = spec.column(name)
    if column is None or column.type is ValueType.TEXT:
        return sa.func.coalesce(rows.c[name], "")
    if column.type is ValueType.BOOLEAN:
        return sa.func.coalesce(rows.c[name], sa.false())
    return sa.func.coalesce(rows.c[name], 0)


def key_rows(
    connection: sa.Connection,
    spec: KindSpec,
    typed: sa.Table,
    *,
    brought: frozenset[str],
    is_numbered: bool,
) -> KeyedRows:
    """Choose the newest row of each key: by `update_dt`, then by place in the files.

    Items that are not numbered (`is_numbered` unset) are numbered within their order and product
    instead: none of them can repeat.
    """
    names = tuple(column.name for column in typed.columns if not column.name.startswith("_"))
    parts = [name for name in spec.key if is_numbered or name != "line_number"]
    ranks = _rank_repeated(connection, spec, typed, parts, is_numbered=is_numbered)
    at = (ranks.c._file == typed.c._file) & (ranks.c._line == typed.c._line)
    rank = sa.func.coalesce(ranks.c._rank, 1)
    values: dict[str, Value] = {name: typed.c[name] for name in names}
    if spec.kind is SourceKind.ORDER_ITEMS:
        values |= {flag: sa.func.coalesce(typed.c[flag], sa.false()) for flag in FLAGS}
        values["line_number"] = typed.c.line_number if is_numbered else rank
    has_won = rank == 1 if is_numbered else sa.true()
    rows = sa.select(*(value.label(name) for name, value in values.items()), typed.c._file)
    winners = rows.select_from(typed.outerjoin(ranks, at)).where(
        typed.c._problem.is_(None), has_won
    )
    return KeyedRows(
        names=names,
        brought=brought,
        select=winners,
        totals=_totals(connection, spec, typed, ranks, is_numbered=is_numbered),
        scratch=(ranks,),
    )


def _rank_repeated(
    connection: sa.Connection,
    spec: KindSpec,
    typed: sa.Table,
    parts: Sequence[str],
    *,
    is_numbered: bool,
) -> sa.Table:
    """Rank the rows whose key is that of others too; 1 wins, or is the first line."""
    ranks = sa.Table(
        f"ranked_{typed.name}",
        sa.MetaData(),
        *(sa.Column(name, sa.BigInteger) for name in ("_file", "_line", "_rank")),
        prefixes=["TEMPORARY"],
    )
    ranks.create(connection)
    keys = key_of(spec, typed, parts)
    labels = [key.label(f"key_{number}") for number, key in enumerate(keys)]
    sound = (
        sa.select(*labels, typed.c._file, typed.c._line, *_update_time(typed))
        .where(typed.c._problem.is_(None))
        .subquery("sound")
    )
    key_columns = [sound.c[label.name] for label in labels]
    repeated = (
        sa.select(*key_columns).group_by(*key_columns).having(sa.func.count() > 1)
    ).subquery("repeated")
    same = sa.and_(*(sound.c[label.name] == repeated.c[label.name] for label in labels))
    place = [sound.c._file, sound.c._line]
    newest = [sound.c.update_dt.desc().nulls_last()] if "update_dt" in sound.c else []
    order = [*newest, *(column.desc() for column in place)] if is_numbered else place
    rank = sa.func.row_number(type_=sa.BigInteger).over(partition_by=key_columns, order_by=order)
    select = sa.select(sound.c._file, sound.c._line, rank).join_from(sound, repeated, same)
    connection.execute(ranks.insert().from_select(["_file", "_line", "_rank"], select))
    return ranks


def _update_time(typed: sa.Table) -> list[Value]:
    return [typed.c.update_dt] if "update_dt" in typed.c else []


def _totals(
    connection: sa.Connection,
    spec: KindSpec,
    typed: sa.Table,
    ranks: sa.Table,
    *,
    is_numbered: bool,
) -> dict[int, StagedTotals]:
    """Count rows and money of each file, by what became of them."""
    rows = sa.select(
        typed.c._file,
        sa.func.count(1).filter(typed.c._problem.is_not(None)),
        sa.func.count(),
        *_sums(money_of(spec, typed), typed.c._problem.is_not(None)),
    ).group_by(typed.c._file)
    counted = {file: tuple(found) for file, *found in connection.execute(rows)}
    lost: dict[int, tuple[int, Decimal]] = {}
    if is_numbered:
        at = (ranks.c._file == typed.c._file) & (ranks.c._line == typed.c._line)
        losers = (
            sa.select(typed.c._file, sa.func.count(), *_sums(money_of(spec, typed), sa.true())[1:])
            .join_from(typed, ranks, at)
            .where(ranks.c._rank > 1)
            .group_by(typed.c._file)
        )
        lost = {file: (count, money) for file, count, money in connection.execute(losers)}
    totals: dict[int, StagedTotals] = {}
    for file, (refused, every, money_refused, money_all) in counted.items():
        repeated, money_repeated = lost.get(file, (0, Decimal(0)))
        totals[file] = StagedTotals(
            refused=refused,
            repeated=repeated,
            brought=every - refused - repeated,
            money_refused=money_refused,
            money_repeated=money_repeated,
            money_brought=money_all - money_refused - money_repeated,
        )
    return totals


def money_of(spec: KindSpec, rows: sa.FromClause) -> Value:
    """Return the amount of a row that control totals add up; NULL when its kind has none."""
    amounts = [rows.c[name] for name in spec.money if name in rows.c]
    return sa.func.coalesce(*amounts, 0) if amounts else sa.cast(sa.literal(0), sa.Numeric(18, 4))


def _sums(money: Value, condition: Value) -> tuple[Value, Value]:
    def total(amount: Value) -> Value:
        return sa.cast(sa.func.coalesce(amount, 0), sa.Numeric(38, 4))

    return total(sa.func.sum(money).filter(condition)), total(sa.func.sum(money))

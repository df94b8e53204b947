"""Orders in other currencies: their amounts in the site's one, at the rate of the order's day.

What stood in the file stays beside, as text in `<column>_source`. A return or cancellation takes
the day of its order's purchase, so that a full refund nets to zero. Without a rate a row is held.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

from ampiq_gql.ingest.columns import KindSpec, ValueType
from ampiq_gql.ingest.errors import RatesInvalid
from ampiq_gql.ingest.minor_units import places_of
from ampiq_gql.warehouse import SourcesConnection

__all__ = ["Rates", "load_rates", "source_columns"]

Value = sa.ColumnElement[Any]

MOST_DAYS = 7
"""A rate is good for so many days after its own."""

COLUMNS = ("date", "from", "to", "rate")
RATE = sa.Numeric(18, 10)
FLAGS = ("is_return", "is_cancellation")


def source_columns(spec: KindSpec, brought: frozenset[str]) -> frozenset[str]:
    """Name the columns that keep what stood in the file; none for rows without a currency."""
    if "currency" not in brought or "order_datetime" not in brought:
        return frozenset()
    names = (name for name in ("currency", *_amounts(spec)) if name in brought)
    return frozenset(f"{name}_source" for name in names)


def _amounts(spec: KindSpec) -> Iterator[str]:
    return (column.name for column in spec.columns if column.type is ValueType.DECIMAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """The rates to the site's currency, in a temporary table of the staging database."""

    table: sa.Table
    currency: str
    time_zone: str

    def convert(
        self, connection: sa.Connection, spec: KindSpec, typed: sa.Table, *, file: int, problem: int
    ) -> None:
        """Convert the amounts of one file; rows without a rate get the number `problem`."""
        is_foreign = sa.and_(
            typed.c._file == file,
            typed.c._problem.is_(None),
            sa.func.upper(typed.c.currency) != self.currency,
        )
        found = self._found(connection, typed, is_foreign)
        names = [name for name in _amounts(spec) if f"{name}_source" in typed.c]
        places = places_of(self.currency)
        values: dict[str, Value | str] = {"currency": self.currency}
        values["currency_source"] = typed.c.currency
        for name in names:
            values[f"{name}_source"] = sa.cast(typed.c[name], sa.Text)
            values[name] = sa.func.round(typed.c[name] * found.c.rate, places)
        is_held = is_foreign & typed.c._line.not_in(sa.select(found.c._line))
        connection.execute(typed.update().values(_problem=problem).where(is_held))
        connection.execute(
            typed.update().values(values).where(is_foreign, typed.c._line == found.c._line)
        )
        found.drop(connection)

    def _found(self, connection: sa.Connection, typed: sa.Table, is_foreign: Value) -> sa.Table:
        """Keep the rate of each foreign row: the last one within a week of its order's day."""
        flags = [typed.c[flag] for flag in FLAGS if flag in typed.c]
        is_purchase = sa.and_(
            sa.true(), *(sa.func.coalesce(flag, sa.false()) == sa.false() for flag in flags)
        )
        of_order = sa.func.min(typed.c.order_datetime).filter(is_purchase)
        moment = sa.func.coalesce(
            of_order.over(partition_by=typed.c.order_id), typed.c.order_datetime
        )
        site_time = sa.func.timezone(self.time_zone, sa.func.timezone("UTC", moment))
        dated = sa.select(
            typed.c._line,
            typed.c._problem,
            typed.c._file,
            typed.c.currency,
            sa.cast(site_time, sa.Date).label("day"),
        ).subquery("dated")
        rates = self.table
        days = sa.cast(dated.c.day, sa.Date) - rates.c.day
        newest = (
            sa.select(
                dated.c._file,
                dated.c._line,
                sa.func.max_by(rates.c.rate, rates.c.day, type_=RATE).label("rate"),
            )
            .join_from(dated, rates, sa.func.upper(dated.c.currency) == rates.c.from_currency)
            .where(days.between(0, MOST_DAYS))
            .group_by(dated.c._file, dated.c._line)
            .subquery("newest")
        )
        found = sa.Table(
            "rates_found",
            sa.MetaData(),
            sa.Column("_line", sa.BigInteger),
            sa.Column("rate", RATE),
            prefixes=["TEMPORARY"],
        )
        found.create(connection)
        same = (typed.c._line == newest.c._line) & (typed.c._file == newest.c._file)
        chosen = sa.select(typed.c._line, newest.c.rate).join_from(typed, newest, same)
        chosen = chosen.where(is_foreign)
        connection.execute(found.insert().from_select(["_line", "rate"], chosen))
        return found


def load_rates(sources: SourcesConnection, path: Path, *, currency: str, time_zone: str) -> Rates:
    """Read the rates file: date, from, to, rate. Raises `RatesInvalid` with the line."""
    table = sa.Table(
        "rates_in_use",
        sa.MetaData(),
        sa.Column("day", sa.Date),
        sa.Column("from_currency", sa.Text),
        sa.Column("rate", RATE),
        prefixes=["TEMPORARY"],
    )
    table.create(sources.staging)
    rows = list(_read(path, currency))
    schema = pa.schema(
        [("day", pa.date32()), ("from_currency", pa.string()), ("rate", pa.decimal128(18, 10))]
    )
    batch = pa.RecordBatch.from_arrays(
        [
            pa.array(column, kind)
            for column, kind in zip(zip(*rows, strict=True), schema.types, strict=True)
        ]
        if rows
        else [pa.array([], kind) for kind in schema.types],
        schema=schema,
    )
    sources.stage(table, pa.RecordBatchReader.from_batches(schema, [batch]))
    return Rates(table=table, currency=currency, time_zone=time_zone)


def _read(path: Path, currency: str) -> Iterator[tuple[date, str, Decimal]]:
    """Yield the rates to the site's currency, those that are stated the other way turned round."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = csv.DictReader(file)
            missing = [name for name in COLUMNS if name not in (lines.fieldnames or ())]
            if missing:
                raise RatesInvalid(f"it lacks the column {missing[0]}", place=str(path))
            for number, line in enumerate(lines, start=2):
                yield from _rate(line, currency, place=f"{path}:{number}")
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise RatesInvalid(str(error), place=str(path)) from error


def _rate(
    line: dict[str, str], currency: str, *, place: str
) -> Iterator[tuple[date, str, Decimal]]:
    try:
        day, rate = date.fromisoformat(line["date"].strip()), Decimal(line["rate"].strip())
        origin, target = line["from"].strip().upper(), line["to"].strip().upper()
    except (ValueError, InvalidOperation, AttributeError, TypeError) as error:
        raise RatesInvalid(f"this is no rate: {line}", place=place) from error
    if not 0 < rate < 100_000_000:
        raise RatesInvalid(f"{rate} is no rate", place=place)
    if target == currency:
        yield day, origin, round(rate, 10)
    elif origin == currency:
        yield day, target, round(1 / rate, 10)

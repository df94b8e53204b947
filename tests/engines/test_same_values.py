"""Expressions that engines spell differently give the same values on all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from ampiq_gql.build.expressions import days_between, site_time
from ampiq_gql.build.identity import NAMESPACE
from ampiq_gql.ingest.columns import ValueType
from ampiq_gql.ingest.values import Reading, raw_text, typed_value
from ampiq_gql.warehouse.arithmetic import ExactQuotient, ExactRatio
from ampiq_gql.warehouse.clickhouse.server import Server as ClickHouseServer
from ampiq_gql.warehouse.duckdb.instance import Instance
from ampiq_gql.warehouse.ids import IdText, Sha256Hex
from ampiq_gql.warehouse.named_ids import NamedUuid
from ampiq_gql.warehouse.postgresql.server import Server as PostgreSQLServer
from dsl.compiler.dialects import EndsWith, Holds, IdOrder, IsoWeekday, StartsWith
from tests.engines.conftest import NewHome

Value = sa.ColumnElement[Any]

TEXTS = (
    "", " ", "1", "-17", "+5", "1.50", "1e3", "1.2.3", "abc", "true", "No", "TRUE", "2024-02-29",
    "2023-02-29", "2024-13-01", "1925-03-01", "20240229", "20230229", "2024-05-06T07:08:09.123456",
    "2024-05-06 07:08", "2024-05-06 25:08:00", "2024-05-06T07:08:09+02:00", "2024-05-06T07:08:09Z",
    "2024-03-31 02:30:00", "99999999999999999999",
)  # fmt: skip
READING = Reading(time_zone="UTC")
ROMAN = Reading(time_zone="Europe/Rome")
ID = UUID("1c6b6b0e-5c8e-4f6a-9a3e-0c8a4b1f2d3e")


def instant(text: str) -> Value:
    return sa.cast(sa.literal(text), sa.DateTime)


def money() -> Iterator[tuple[str, Value]]:
    for amount in ("0", "0.0001", "10", "-10", "99999999999999.9999", "2.5", "-0.0003"):
        whole = sa.cast(sa.literal(amount), sa.Numeric(18, 4))
        for count in (1, 3, -7, 0, 1_000_000):
            yield f"{amount} / {count}", ExactQuotient(whole, sa.literal(count, sa.BigInteger))
        for part in ("3", "-0.0007", "0"):
            other = sa.cast(sa.literal(part), sa.Numeric(18, 4))
            if abs(Decimal(amount)) < 1_000_000:
                yield f"{amount} : {part}", ExactRatio(whole, other)


def times() -> Iterator[tuple[str, Value]]:
    for text in ("2024-01-15 23:30:00", "2024-03-31 00:59:59", "2024-03-31 01:00:00",
                 "2024-10-27 00:30:00", "2024-10-27 01:30:00", "1950-07-01 12:00:00"):  # fmt: skip
        for zone in ("UTC", "Europe/Rome", "America/New_York"):
            yield f"{text} in {zone}", site_time(instant(text), zone)
        for other in ("2024-02-29 00:00:00", "1999-12-31 23:59:59"):
            yield f"{text} to {other}", days_between(instant(text), instant(other))
        yield f"weekday of {text}", IsoWeekday(instant(text))
    for text in ("2024-05-06 07:08:09", "2024-12-06", "2024-05-06T07:08:09-05:00",
                 "2024-03-31 02:30:00", "2024-10-27 02:30:00"):  # fmt: skip
        value = typed_value(sa.literal(text), ValueType.DATETIME, ROMAN)
        yield f"{text!r} of Rome", value
        yield f"{text!r} on the clock of Rome", site_time(value, "Europe/Rome")


def texts() -> Iterator[tuple[str, Value]]:
    for text in ("ÄRGER/100%_\\", "straße", "Ann", ""):
        value = sa.literal(text)
        yield f"lower {text}", sa.func.lower(value)
        if "ß" not in text:  # a capital of its own, two letters, or none
            yield f"upper {text}", sa.func.upper(value)
        yield f"hash {text}", Sha256Hex(value)
        yield f"id of {text}", IdText(NamedUuid(NAMESPACE, value))
        for part in ("/100%_", "\\", "%", "_", "Ä", "ß", "nn", ""):
            yield f"{text} contains {part}", value.contains(part, autoescape=True)
            yield f"{text} starts with {part}", value.startswith(part, autoescape=True)
            yield f"{text} holds {part}", Holds(value, sa.literal(part))
            yield f"{text} begins {part}", StartsWith(value, sa.literal(part))
            yield f"{text} ends {part}", EndsWith(value, sa.literal(part))
    yield "order of an id", IdText(sa.literal(ID, sa.Uuid))
    yield "part", sa.func.split_part(sa.literal("ann@example.com"), "@", 2)
    yield "no part", sa.func.split_part(sa.literal("ann"), "@", 2)
    yield "order", sa.literal(ID, sa.Uuid) == IdOrder(sa.literal(ID, sa.Uuid))


GROUPS = {"money": money, "times": times, "texts": texts}
WITHOUT_SHA1 = "id of "
"""PostgreSQL has no SHA-1: there ids are made on the way (`fill_named_ids`)."""


def answers(connection: sa.Connection, asked: Mapping[str, Value]) -> dict[str, Any]:
    labelled = [value.label(f"v{number}") for number, value in enumerate(asked.values())]
    found = connection.execute(sa.select(*labelled)).one()
    return dict(zip(asked, map(told, found), strict=True))


def told(value: Any) -> Any:
    return f"{value:f}" if isinstance(value, Decimal) else value


@pytest.fixture(scope="module")
def engines(new_home: NewHome, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    embedded = Instance.open(_spill(tmp_path_factory), memory_limit=None)
    postgresql = PostgreSQLServer.open(_url(new_home, "postgresql"), connections=1)
    clickhouse = ClickHouseServer.open(_url(new_home, "clickhouse"), connections=1)
    yield {
        "duckdb": embedded.engine,
        "postgresql": postgresql.engine,
        "clickhouse": clickhouse.engine,
    }
    for server in (postgresql, clickhouse):
        server.engine.dispose()
    embedded.close()


def _spill(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("spill")


def _url(new_home: NewHome, engine: str) -> sa.URL:
    return make_url(str(new_home(engine).warehouse_url))


@pytest.mark.parametrize("engine", ["postgresql", "clickhouse"])
@pytest.mark.parametrize("group", GROUPS)
def test_values_are_the_same(engines: Mapping[str, sa.Engine], engine: str, group: str) -> None:
    asked = dict(GROUPS[group]())
    if engine == "postgresql":
        asked = {name: value for name, value in asked.items() if not name.startswith(WITHOUT_SHA1)}
    with engines["duckdb"].connect() as embedded, engines[engine].connect() as server:
        expected, found = answers(embedded, asked), answers(server, asked)
    wrong = {name: (expected[name], found[name]) for name in asked if expected[name] != found[name]}
    assert wrong == {}


WRITTEN = sa.Table(
    "written_texts", sa.MetaData(), sa.Column("text", sa.Text), prefixes=["TEMPORARY"]
)


def readings(engine: sa.Engine) -> dict[str, tuple[Any, ...]]:
    """Read texts of a table as values of each kind: constants are worked out too early."""
    values = [typed_value(raw_text(WRITTEN.c.text), kind, READING) for kind in ValueType]
    with engine.connect() as connection:
        WRITTEN.create(connection)
        connection.execute(WRITTEN.insert(), [{"text": text} for text in TEXTS])
        found = connection.execute(sa.select(WRITTEN.c.text, *values)).all()
        WRITTEN.drop(connection)
    return {text: tuple(map(told, rest)) for text, *rest in found}


@pytest.mark.parametrize("engine", ["postgresql", "clickhouse"])
def test_texts_are_read_alike(engines: Mapping[str, sa.Engine], engine: str) -> None:
    expected, found = readings(engines["duckdb"]), readings(engines[engine])
    assert found == expected
    assert set(found) == set(TEXTS)

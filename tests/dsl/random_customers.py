"""Random customers for the fixture's tables: few values, many collisions, and every edge."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from dsl.catalog import DataType, Grain
from tests.dsl.fixture import AS_OF, CATALOG, Data, FixtureColumn, FixtureTable, Row, person

__all__ = ["NUMBERS", "TEXTS", "customers_of"]

TEXTS = (
    "", " ", "Chicago", "chicago", "CHICAGO", "Chicago, IL", "São Paulo", "SÃO PAULO", "50%",
    "a_b", "O'Hare", "back\\slash", "web", "socks", "Shoes",
)  # fmt: skip
NUMBERS = (-5, 0, 1, 2, 3, 5, 9, 10, 30, 100, 730)
_DAYS = (0, 1, 2, 5, 7, 29, 30, 31, 59, 60, 89, 90, 91, 180, 364, 365, 366, 729, 730, 731)
_BIRTHDATES = (
    date(2000, 2, 29), date(1986, 6, 30), date(1986, 7, 1), date(1990, 7, 6), date(1990, 7, 7),
    date(1955, 12, 31), date(2004, 2, 28), date(2010, 1, 1), date(2026, 7, 3),
)  # fmt: skip
_HOURS = (timedelta(0), timedelta(hours=12, seconds=1), timedelta(days=1, microseconds=-1))


def customers_of(seed: int, count: int = 24) -> Data:
    """Return all tables for as many customers; the same seed gives the same data."""
    random = Random(seed)  # noqa: S311 - data for a test
    people: list[Row] = [{"amperity_id": person(f"p{number}")} for number in range(count)]
    data: Data = {}
    for table in (*CATALOG.tables, *CATALOG.files):
        if table.id_column is None:
            continue
        is_complete = table.name in ("merged_customers", "customer_360")
        rows = people if is_complete else _holders(random, people, table)
        data[table.name] = [row | _values(random, table) for row in rows]
    return data


def _holders(random: Random, people: list[Row], table: FixtureTable) -> list[Row]:
    """Who has rows in a table: some have none, some are unknown to us."""
    if table.grain is Grain.ONE:
        return random.sample(people, len(people) * 2 // 3)
    strangers: list[Row] = [{"amperity_id": None}, {"amperity_id": person("stranger")}]
    return [random.choice([*people[: len(people) * 3 // 4], *strangers]) for _ in people * 4]


def _values(random: Random, table: FixtureTable) -> Row:
    columns = (column for column in table.columns if column.name != "amperity_id")
    return {column.name: _value(random, column) for column in columns}


def _value(random: Random, column: FixtureColumn) -> Any:
    if column.name == "order_id":
        return f"o{random.randrange(60)}"
    if random.random() < 0.15:
        return None
    match column.type:
        case DataType.STRING:
            return random.choice(TEXTS)
        case DataType.BOOLEAN:
            return random.random() < 0.4
        case DataType.DATE:
            return random.choice((*_BIRTHDATES, _day(random)))
        case DataType.DATETIME:
            day = _day(random)
            return datetime(day.year, day.month, day.day) + random.choice(_HOURS)  # noqa: DTZ001
        case DataType.INTEGER:
            return random.choice(NUMBERS)
        case DataType.DECIMAL:
            return random.choice((Decimal("0.5"), Decimal("99.9999"), *map(Decimal, NUMBERS)))
        case DataType.FLOAT:
            return random.choice((0.1, 0.3, 2.5, *map(float, NUMBERS)))


def _day(random: Random) -> date:
    return AS_OF + timedelta(days=random.choice((-1, -1, -1, 1)) * random.choice(_DAYS))

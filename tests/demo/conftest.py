"""The Complete Journey as files, and a home made of its first two hundred households."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from ampiq_gql.demo import journey
from ampiq_gql.demo.loading import Demonstration, prepare
from ampiq_gql.progress import Silent
from ampiq_gql.services import Services
from ampiq_gql.settings import Settings

HOUSEHOLDS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A demonstration home, prepared twice over the same files."""

    files: Path
    services: Services
    first: Demonstration
    second: Demonstration


@pytest.fixture(scope="session")
def journey_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the whole data set."""
    folder = tmp_path_factory.mktemp("journey")
    journey.write_files(folder, Silent())
    return folder


@pytest.fixture(scope="session")
def prepared(journey_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prepared]:
    """Files that stand in the home already are loaded as they are, so they can be fewer."""
    home = tmp_path_factory.mktemp("small") / "home"
    _first_households(journey_folder, home / "demo")
    services = Services.open(Settings(home=home))
    first = prepare(services, Silent(), synthetic_customers=None)
    second = prepare(services, Silent(), synthetic_customers=None)
    yield Prepared(files=home / "demo", services=services, first=first, second=second)
    services.close()


def _first_households(source: Path, target: Path) -> None:
    target.mkdir(parents=True)
    (target / "products.csv").write_bytes((source / "products.csv").read_bytes())
    households = _copy(source / "customers.csv", target, "customer_id", None)
    orders = _copy(source / "orders.csv", target, "customer_id", households, key="order_id")
    items = pq.read_table(source / "order_items.parquet")
    kept = pc.is_in(items["order_id"], pa.array([int(order_id) for order_id in orders]))
    pq.write_table(items.filter(kept), target / "order_items.parquet")


def _copy(
    source: Path, target: Path, column: str, kept: set[str] | None, *, key: str = "customer_id"
) -> set[str]:
    """Copy the rows whose `column` is kept (None: the first households); return their keys."""
    with source.open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    rows = rows[:HOUSEHOLDS] if kept is None else [row for row in rows if row[column] in kept]
    with (target / source.name).open("w", newline="", encoding="utf-8") as lines:
        writer = csv.DictWriter(lines, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return {row[key] for row in rows}

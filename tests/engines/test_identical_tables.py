"""The same sources give the same customer-360, and the same answers, on every engine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest

from ampiq_gql.build import BuildService
from ampiq_gql.demo import synthetic
from ampiq_gql.ingest import IngestRequest
from ampiq_gql.plugin import CustomerKey
from ampiq_gql.progress import Silent
from ampiq_gql.queries import SaveQuery
from ampiq_gql.segments.lists import FileToUpload
from ampiq_gql.services import Services
from ampiq_gql.warehouse import open_warehouse
from tests.engines.checksums import column_checksums
from tests.engines.conftest import SERVERS, NewHome
from tests.shop import SHOP_DAY, write_shop_files

CUSTOMERS = 300

BUYERS = """
SELECT t.amperity_id, c.city, c.email, count(*) AS orders, sum(t.order_revenue) AS paid,
  CAST(max(t.order_datetime) AS DATE) AS latest
FROM unified_transactions AS t JOIN merged_customers AS c ON c.amperity_id = t.amperity_id
GROUP BY t.amperity_id, c.city, c.email
"""

EXPRESSIONS = (
    'city is "Chicago" and has purchased in last 90 days',
    "has purchased at least 2 times in last 1 year",
    "email is null or lifetime_order_revenue > 100",
    "top 10 by lifetime_order_revenue",
    'repeat purchase where (product_category is "shoes")',
    'not has purchased in last 1 year and city is not "Chicago"',
    'given_name starts with "a" or surname contains "é" or email ends with ".com"',
    "bottom 5 by latest_order_datetime",
    "first_order_datetime in last 2 years and l12m_average_order_value between 10 and 500",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What a home says about the shop."""

    checksums: dict[str, str]
    counts: tuple[int, ...]
    members: tuple[bytes, ...]
    summary: tuple[str, ...]
    export: bytes
    lists: tuple[str, ...]


def synthetic_checksums(
    new_home: NewHome, engine: str, customers: int = CUSTOMERS
) -> dict[str, str]:
    settings = new_home(engine)
    warehouse = open_warehouse(settings)
    synthetic.generate(warehouse, customers, Silent())
    BuildService(warehouse, settings).run(synthetic.AS_OF, Silent())
    with warehouse.read() as session:
        found = column_checksums(session)
    warehouse.close()
    return found


def shop_answers(new_home: NewHome, engine: str) -> Answers:
    settings = new_home(engine)
    services = Services.open(settings)
    for kind, path in write_shop_files(settings.home).items():
        services.ingest.load(IngestRequest(files=(path,), kind=kind, source="shop"), Silent())
    services.build.run(SHOP_DAY, Silent())
    with services.warehouse.read() as session:
        checksums = column_checksums(session)
    answers = Answers(
        checksums=checksums,
        counts=tuple(services.insights.counted(text).customers for text in EXPRESSIONS),
        members=tuple(_members(services, text, settings.home) for text in EXPRESSIONS),
        summary=tuple(_figures(asdict(services.insights.summary(EXPRESSIONS[1])))),
        export=_exported(services, settings.home / "export.csv"),
        lists=tuple(_lists(services, settings.home / "survey.csv")),
    )
    services.close()
    return answers


def _lists(services: Services, file: Path) -> Iterator[str]:
    """Yield what a saved query and an uploaded file tell as tables, and who has what in them."""
    file.write_text("customer_id,stars,on,note\nc001,5,2026-01-02,a\nc002,1,2026-02-03,\nx,3,,b\n")
    wanted = FileToUpload(name="Survey", file=file, key=CustomerKey.CUSTOMER_ID)
    services.lists.upload(wanted, "ada")
    saved = services.queries.save(
        SaveQuery(name="Buyers", text=BUYERS, key=CustomerKey.AMPERITY_ID), "ada"
    )
    services.queries.run(services.queries.activate(saved.id, "ada").id, "ada")
    for text in (
        "file.survey.stars >= 3",
        "query.buyers.orders >= 5",
        'query.buyers.city is "Chicago"',
    ):
        yield f"{text}: {services.insights.counted(text).customers}"
    for table in ("file.survey", "query.buyers"):
        for column in services.explorer.table(table).columns:
            measured = (column.completion, column.distinct, column.minimum, column.maximum)
            values = sorted((one.value, one.rows) for one in column.top_values)
            told = (measured, column.mean, column.quantiles, column.blanks, values)
            yield f"{table}.{column.name} {column.type} {column.is_pii} {told}"
        shown = services.explorer.examples(table, may_read_pii=True)
        yield str(sorted(map(str, shown.rows)))


def _figures(shown: object, path: str = "") -> Iterator[str]:
    """Yield every figure with its place; statements and the build differ by nature."""
    if isinstance(shown, dict):
        for name, part in shown.items():
            if name not in ("sql", "build_id"):
                yield from _figures(part, f"{path}.{name}")
    elif isinstance(shown, list | tuple):
        for number, part in enumerate(shown):
            yield from _figures(part, f"{path}.{number}")
    else:
        yield f"{path} {shown!r}"


def _members(services: Services, text: str, home: Path) -> bytes:
    to = home / "members.csv"
    services.customers.export(text, to, columns=("customer_id",))
    return to.read_bytes()


def _exported(services: Services, to: Path) -> bytes:
    services.customers.export(
        EXPRESSIONS[2], to, columns=("email", "city", "lifetime_order_revenue")
    )
    return to.read_bytes()


@pytest.fixture(scope="session")
def expected_synthetic(new_home: NewHome) -> dict[str, str]:
    return synthetic_checksums(new_home, "duckdb")


@pytest.fixture(scope="session")
def expected_shop(new_home: NewHome) -> Answers:
    return shop_answers(new_home, "duckdb")


@pytest.mark.parametrize("engine", SERVERS)
def test_the_synthetic_shop_is_the_same_in_every_column(
    new_home: NewHome, engine: str, expected_synthetic: dict[str, str]
) -> None:
    assert synthetic_checksums(new_home, engine) == expected_synthetic
    assert len(expected_synthetic) > 700


@pytest.mark.parametrize("engine", SERVERS)
def test_files_become_the_same_tables_and_answers(
    new_home: NewHome, engine: str, expected_shop: Answers
) -> None:
    assert shop_answers(new_home, engine) == expected_shop
    assert all(expected_shop.counts)

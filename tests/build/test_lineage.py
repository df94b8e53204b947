"""Lineage is read off statements: what a value is made of, and what was only looked at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from ampiq_gql.build.lineage import Lineage
from ampiq_gql.build.writing import TableSelect
from ampiq_gql.catalog import load_catalog
from ampiq_gql.catalog.stored import catalog_lineage, catalog_loads
from ampiq_gql.settings import Settings
from ampiq_gql.warehouse import Session, open_warehouse
from tests.catalog.builders import Names
from tests.shop import make_shop

PEOPLE = sa.Table(
    "customers",
    sa.MetaData(schema="sources"),
    sa.Column("customer_id", sa.Text),
    sa.Column("email", sa.Text),
    sa.Column("spent", sa.Numeric(18, 4)),
    sa.Column("is_member", sa.Boolean),
)
INNER = sa.select(PEOPLE.c.customer_id, (PEOPLE.c.spent * 2).label("double")).subquery("inner")
BOTH = sa.union_all(
    sa.select(PEOPLE.c.email.label("contact")), sa.select(PEOPLE.c.customer_id.label("contact"))
).subquery("both")


def origins(value: sa.ColumnElement[object], *, lineage: Lineage | None = None) -> dict[str, bool]:
    """Return the columns that a value comes from, and whether it holds theirs."""
    followed = lineage or Lineage()
    followed.record_table(TableSelect(name="built", select=sa.select(value.label("made"))))
    return {origin.column: origin.is_value for _, _, origin in followed.columns()}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(PEOPLE.c.email, {"email": True}, id="a column itself"),
        pytest.param(sa.func.lower(PEOPLE.c.email), {"email": True}, id="a function of it"),
        pytest.param(PEOPLE.c.email.is_(None), {"email": False}, id="whether it is there"),
        pytest.param(sa.func.count(PEOPLE.c.email), {"email": False}, id="how many there are"),
        pytest.param(sa.func.max(PEOPLE.c.email), {"email": True}, id="one of them"),
        pytest.param(
            sa.case((PEOPLE.c.email == "x", PEOPLE.c.spent), else_=0),
            {"email": False, "spent": True},
            id="a choice by it",
        ),
        pytest.param(
            sa.func.sum(PEOPLE.c.spent).filter(PEOPLE.c.is_member),
            {"spent": True, "is_member": False},
            id="a sum of some rows",
        ),
        pytest.param(
            sa.func.row_number().over(order_by=PEOPLE.c.spent), {"spent": False}, id="a rank"
        ),
        pytest.param(INNER.c.double, {"spent": True}, id="through a subquery"),
        pytest.param(BOTH.c.contact, {"email": True, "customer_id": True}, id="through a union"),
        pytest.param(PEOPLE.alias("other").c.email, {"email": True}, id="under another name"),
        pytest.param(
            sa.func.coalesce(PEOPLE.c.email, sa.case((PEOPLE.c.email != "", "x"))),
            {"email": True},
            id="both ways, which counts as its value",
        ),
        pytest.param(sa.literal(1), {}, id="of nothing"),
    ],
)
def test_what_a_value_is_made_of(
    value: sa.ColumnElement[object], expected: dict[str, bool]
) -> None:
    assert origins(value) == expected


def test_scratch_tables_are_looked_through() -> None:
    lineage = Lineage()
    select = sa.select(PEOPLE.c.email.is_(None).label("is_unknown"), PEOPLE.c.spent)
    lineage.record_scratch(TableSelect(name="scratch", select=select))
    scratch = sa.Table("scratch", sa.MetaData(), sa.Column("is_unknown"), sa.Column("spent"))
    value = sa.case((scratch.c.is_unknown, 0), else_=scratch.c.spent)
    assert origins(value, lineage=lineage) == {"email": False, "spent": True}
    assert [origin.name for _, origin in lineage.tables()] == ["customers"]


def test_derived_columns_come_from_what_their_row_comes_from() -> None:
    lineage = Lineage()
    rows = TableSelect(
        name="built",
        select=sa.select(PEOPLE.c.spent.label("amount")),
        derived={"half": sa.column("amount") / 2},
    )
    lineage.record_table(rows)
    assert [(column, one.column) for _, column, one in lineage.columns()] == [
        ("amount", "spent"), ("half", "spent"),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    warehouse = open_warehouse(make_shop(tmp_path_factory.mktemp("lineage") / "home"))
    with warehouse.read() as opened:
        yield opened
    warehouse.close()


CONSTANT = ("_priority", "blv_", "has_blv", "is_supersized", "datasource", "currency")
"""No column is behind them."""

COUNTED = (
    "_brands", "_channels", "_stores", "multi_purchase", "frequency", "_line_count", "one_and_done",
)  # fmt: skip
"""Numbers of rows, which are no column's."""


def test_every_filled_column_of_a_build_has_an_origin(session: Session, tmp_path: Path) -> None:
    traced = set(
        session.rows(sa.select(catalog_lineage.c.table_name, catalog_lineage.c.column_name))
    )
    catalog = load_catalog(session, segments=Names(), settings=Settings(home=tmp_path))
    filled = {
        (column.table_name, column.name)
        for table in catalog.tables
        for column in table.columns
        if column.completion and not any(part in column.name for part in CONSTANT + COUNTED)
    }
    assert len(filled) > 200
    assert filled - traced == set()


def test_the_files_behind_the_sources_are_kept(session: Session) -> None:
    loads = session.rows(
        sa.select(catalog_loads.c.source_table, catalog_loads.c.file, catalog_loads.c.rows_loaded)
    )
    assert ("customers", "customers.csv", 60) in loads

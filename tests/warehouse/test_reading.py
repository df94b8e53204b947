"""What a session gives back, and that it can do nothing but read."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
import sqlalchemy as sa

from ampiq_gql.errors import Fault
from ampiq_gql.warehouse import NoBuild, Warehouse
from tests.warehouse.builders import build_info, customer_id, customers
from tests.warehouse.conftest import Build


def test_reading_before_the_first_build_says_what_to_run(warehouse: Warehouse) -> None:
    with pytest.raises(NoBuild) as caught, warehouse.read():
        pass
    assert (caught.value.code, caught.value.hint) == (
        "NO_BUILD",
        "Load files with `ampiq ingest`, then run `ampiq build`.",
    )


def test_a_session_knows_its_build(warehouse: Warehouse, build: Build) -> None:
    build("b1")
    with warehouse.read() as session:
        assert session.build == warehouse.current_build() == build_info("b1")
        assert session.snapshot == "b1.0"


def test_rows_are_python_values(warehouse: Warehouse, build: Build) -> None:
    build("b1", city="Rome", rows=1)
    statement = sa.select(
        customers,
        sa.literal(date(2026, 1, 2)),
        sa.literal(datetime.fromisoformat("2026-01-02T03:04")),
        sa.literal(True),
        sa.cast(1.5, sa.Double),
        sa.cast(sa.null(), sa.Text),
    )
    with warehouse.read() as session:
        assert session.rows(statement) == [
            (
                customer_id(0),
                "Rome",
                Decimal("0.0000"),
                date(2026, 1, 2),
                datetime.fromisoformat("2026-01-02T03:04"),
                True,
                1.5,
                None,
            )
        ]


def test_sums_of_money_stay_exact(warehouse: Warehouse, build: Build) -> None:
    build("b1", rows=4)
    total = sa.cast(sa.func.sum(customers.c.spent), sa.Numeric(38, 4))
    with warehouse.read() as session:
        assert session.rows(sa.select(total)) == [(Decimal("6.0000"),)]


def test_bound_lists_and_texts_reach_the_engine(warehouse: Warehouse, build: Build) -> None:
    build("b1", city="L'Aquila; drop table x -- %s $1", rows=2)
    statement = sa.select(customers.c.city).where(
        customers.c.amperity_id.in_([customer_id(0), customer_id(7)])
    )
    with warehouse.read() as session:
        assert session.rows(statement) == [("L'Aquila; drop table x -- %s $1",)]


def test_batches_are_bounded_and_complete(warehouse: Warehouse, build: Build) -> None:
    build("b1", rows=3)
    numbers = sa.func.range(10_000).table_valued("range")
    with warehouse.read() as session:
        sizes = [batch.num_rows for batch in session.batches(sa.select(numbers), batch_rows=4096)]
    assert sum(sizes) == 10_000
    assert max(sizes) <= 4096


def test_a_record_batch_reader_has_the_schema_first(warehouse: Warehouse, build: Build) -> None:
    build("b1", rows=2)
    with warehouse.read() as session:
        reader = session.record_batch_reader(sa.select(customers))
        assert [(field.name, str(field.type)) for field in reader.schema] == [
            ("amperity_id", "string"),
            ("city", "string"),
            ("spent", "decimal128(18, 4)"),
        ]
        assert reader.read_all().num_rows == 2


def test_an_abandoned_stream_leaves_the_session_usable(warehouse: Warehouse, build: Build) -> None:
    build("b1", rows=3)
    with warehouse.read() as session:
        stream = session.batches(sa.select(customers), batch_rows=1)
        next(stream)
        del stream
        assert session.rows(sa.select(sa.func.count()).select_from(customers)) == [(3,)]


def test_materialised_rows_can_be_joined(warehouse: Warehouse, build: Build) -> None:
    build("b1", rows=5)
    with warehouse.read() as session:
        rich = session.materialise(
            "Rich customers", sa.select(customers.c.amperity_id).where(customers.c.spent > 2)
        )
        again = session.materialise("Rich customers", sa.select(rich))
        statement = sa.select(sa.func.sum(customers.c.spent)).join_from(
            customers, again, customers.c.amperity_id == again.c.amperity_id
        )
        assert session.rows(statement) == [(Decimal(7),)]


def test_materialised_rows_are_seen_by_their_session_only(
    warehouse: Warehouse, build: Build
) -> None:
    build("b1")
    with warehouse.read() as one, warehouse.read() as other:
        mine = one.materialise("ids", sa.select(customers.c.amperity_id))
        with pytest.raises(sa.exc.ProgrammingError):
            other.rows(sa.select(mine))


def test_the_next_reader_finds_nothing_of_the_former(warehouse: Warehouse, build: Build) -> None:
    build("b1")
    with warehouse.read() as former:
        left = former.materialise("ids", sa.select(customers.c.amperity_id))
        next(former.batches(sa.select(left)))
    with warehouse.read() as session, pytest.raises(sa.exc.ProgrammingError):
        session.rows(sa.select(left))


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param(customers.insert().values(city="x"), id="insert"),
        pytest.param(sa.text("select 1"), id="text"),
        pytest.param(sa.delete(customers).returning(customers.c.city), id="delete returning"),
    ],
)
def test_only_selects_are_accepted(
    warehouse: Warehouse, build: Build, statement: sa.Select[int]
) -> None:
    build("b1")
    with warehouse.read() as session, pytest.raises(Fault, match="sends a SELECT"):
        session.rows(statement)


def test_a_stream_left_half_read_gives_way_to_the_next_statement(
    warehouse: Warehouse, build: Build
) -> None:
    build("b1", rows=5_000)
    with warehouse.read() as session:
        with session.record_batch_reader(sa.select(customers), batch_rows=1_024) as reader:
            reader.read_next_batch()
        assert session.rows(sa.select(sa.func.count()).select_from(customers)) == [(5_000,)]

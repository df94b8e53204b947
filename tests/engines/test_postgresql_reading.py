"""What a session on PostgreSQL gives back, how it is stopped, and that it can only read."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from decimal import Decimal

import pyarrow as pa
import pytest
import sqlalchemy as sa

from ampiq_gql.settings import Settings
from ampiq_gql.warehouse import (
    QueryCancelled,
    QueryTimeout,
    Session,
    Warehouse,
    WarehouseUnreachable,
    open_warehouse,
)
from tests.engines.test_postgresql_builds import build
from tests.warehouse.builders import customer_id, customers

ENDLESS = sa.select(sa.func.pg_sleep(60))
STREAM = sa.select(sa.func.generate_series(1, 10**9, type_=sa.BigInteger).label("number"))
ONE = sa.select(sa.literal(1))
COUNT = sa.select(sa.func.count()).select_from(customers)


@pytest.fixture
def session(warehouse: Warehouse) -> Iterator[Session]:
    build(warehouse, "b1", rows=3)
    with warehouse.read() as opened:
        yield opened


@pytest.fixture
def hasty(warehouse: Warehouse) -> Iterator[Session]:
    build(warehouse, "b1", rows=3)
    with warehouse.read(timeout_seconds=0.5) as opened:
        yield opened


def test_rows_are_python_values(session: Session) -> None:
    rows = session.rows(sa.select(customers).order_by(customers.c.spent).limit(1))
    assert rows == [(customer_id(0), "Rome", Decimal("0.0000"))]


def test_sums_of_whole_numbers_are_whole_numbers(session: Session) -> None:
    ((total,),) = session.rows(sa.select(sa.func.sum(sa.literal(2, sa.BigInteger))))
    assert (total, type(total)) == (2, int)


def test_batches_have_the_types_of_the_embedded_engine(session: Session) -> None:
    wanted = sa.select(customers, sa.func.sum(customers.c.spent).over(), sa.literal(1).label("one"))
    reader = session.record_batch_reader(wanted, batch_rows=2)
    assert reader.schema.types == [
        pa.string(), pa.string(), pa.decimal128(18, 4), pa.decimal128(38, 4), pa.int32(),
    ]  # fmt: skip
    assert [batch.num_rows for batch in reader] == [2, 1]


def test_a_materialised_table_is_read_like_any_other(session: Session) -> None:
    kept = session.materialise(
        "rich", sa.select(customers.c.amperity_id).where(customers.c.spent > 0)
    )
    assert session.rows(sa.select(sa.func.count()).select_from(kept)) == [(2,)]


def test_a_query_over_the_limit_is_stopped_and_the_session_works_on(hasty: Session) -> None:
    started = time.monotonic()
    with pytest.raises(QueryTimeout, match=r"0\.5 seconds"):
        hasty.rows(ENDLESS)
    assert time.monotonic() - started < 5
    assert hasty.rows(ONE) == [(1,)]


def test_a_stream_has_one_limit_from_its_first_row_to_its_last(hasty: Session) -> None:
    with pytest.raises(QueryTimeout):
        _read_slowly(hasty.batches(STREAM, batch_rows=1_000))
    assert hasty.rows(ONE) == [(1,)]


def _read_slowly(batches: Iterator[pa.RecordBatch]) -> None:
    for _ in batches:
        time.sleep(0.05)


def test_another_thread_may_cancel(warehouse: Warehouse) -> None:
    build(warehouse, "b1")
    with warehouse.read() as session:
        timer = threading.Timer(0.3, session.cancel)
        timer.start()
        with pytest.raises(QueryCancelled):
            session.rows(ENDLESS)
        assert session.rows(COUNT) == [(3,)]


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        (
            "WITH gone AS (DELETE FROM merged_customers RETURNING 1) SELECT 1 FROM gone",
            "data-modifying",
        ),
        ("SELECT pg_read_file('/etc/hostname')", "permission denied"),
        ("SELECT 1 FROM ampiq.shown", "permission denied"),
        ("SELECT 1 FROM pg_catalog.pg_authid", "permission denied"),
        ("SELECT lo_create(0)", r"may not call lo_create"),
        ("SELECT relname FROM pg_catalog.pg_class", r"may not read pg_catalog\.pg_class"),
        ("SELECT name FROM pg_settings", r"may not read pg_catalog\.pg_show_all_settings"),
        ("SELECT 1 FROM merged_customers, information_schema.tables", "may not read pg_catalog"),
        ("SELECT 1; DROP TABLE merged_customers", "syntax error"),
        ("SELECT 1; ROLLBACK; RESET ROLE; SELECT 1", "syntax error"),
    ],
)
def test_the_server_refuses_what_is_no_reading(session: Session, text: str, refusal: str) -> None:
    with pytest.raises(Exception, match=refusal):
        session.rows(sa.text(text).columns(sa.column("found", sa.Text)))
    assert session.rows(COUNT) == [(3,)]


def test_text_over_tables_of_the_build_is_read(session: Session) -> None:
    kept = session.materialise("kept", sa.select(customers))
    text = f"SELECT count(*) AS n FROM merged_customers JOIN {kept.name} USING (amperity_id)"
    assert session.rows(sa.text(text).columns(sa.column("n", sa.BigInteger))) == [(3,)]


def test_no_setting_outlives_its_statement(session: Session) -> None:
    role = sa.select(sa.func.current_user(), sa.func.current_setting("work_mem"))
    before = session.rows(role)
    session.rows(sa.select(sa.func.set_config("role", "none", False)))
    session.rows(sa.select(sa.func.set_config("work_mem", "1GB", False)))
    assert session.rows(role) == before
    assert before[0][0] == "ampiq_reader"


def test_a_server_that_does_not_answer_is_named_with_a_way_out(
    settings_of_nobody: Settings,
) -> None:
    with pytest.raises(WarehouseUnreachable, match=r"127\.0\.0\.1:1/nobody") as caught:
        open_warehouse(settings_of_nobody)
    assert "AMPIQ_WAREHOUSE_URL" in (caught.value.hint or "")
    assert "secret" not in caught.value.message


@pytest.fixture
def settings_of_nobody(postgres_settings: Settings) -> Settings:
    url = "postgresql+psycopg://ann:secret@127.0.0.1:1/nobody"
    return postgres_settings.model_copy(update={"warehouse_url": url})

"""What a session on ClickHouse gives back, how it is stopped, and that it can only read."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest
import sqlalchemy as sa

from ampiq_gql.settings import Settings
from ampiq_gql.warehouse import (
    QueryCancelled,
    QueryTimeout,
    QueryTooLarge,
    Session,
    Warehouse,
    WarehouseUnreachable,
    open_warehouse,
)
from ampiq_gql.warehouse.clickhouse.clients import client_of
from ampiq_gql.warehouse.clickhouse.reading import Reach, open_pinned
from ampiq_gql.warehouse.clickhouse.server import Server
from ampiq_gql.warehouse.functions import HASH_SHARE, DiscreteQuantiles, InHashShare
from tests.engines.conftest import NewHome
from tests.engines.test_postgresql_builds import build
from tests.warehouse.builders import customer_id, customers, source_customers

NUMBERS = sa.func.numbers(10**11).table_valued(sa.column("number", sa.BigInteger))
ENDLESS = sa.select(sa.func.sum(sa.func.sipHash64(NUMBERS.c.number)))
ONE = sa.select(sa.literal(1))
COUNT = sa.select(sa.func.count()).select_from(customers)


@pytest.fixture(scope="module")
def home(new_home: NewHome) -> Settings:
    settings = new_home("clickhouse")
    warehouse = open_warehouse(settings)
    with warehouse.sources("test") as sources, sources.connection.begin():
        source_customers.create(sources.connection)
    build(warehouse, "b1", rows=3)
    warehouse.close()
    return settings


@pytest.fixture
def warehouse(home: Settings) -> Iterator[Warehouse]:
    opened = open_warehouse(home)
    yield opened
    opened.close()


@pytest.fixture
def session(warehouse: Warehouse) -> Iterator[Session]:
    with warehouse.read() as opened:
        yield opened


@pytest.fixture
def hasty(warehouse: Warehouse) -> Iterator[Session]:
    with warehouse.read(timeout_seconds=0.5) as opened:
        yield opened


def test_rows_are_python_values(session: Session) -> None:
    rows = session.rows(sa.select(customers).order_by(customers.c.spent).limit(1))
    assert rows == [(customer_id(0), "Rome", Decimal("0.0000"))]


def test_times_and_truths_are_python_values(session: Session) -> None:
    moment = datetime.fromisoformat("1925-03-01T12:30:15.250")
    (row,) = session.rows(
        sa.select(
            sa.literal(date(1925, 3, 1)), sa.literal(moment), sa.literal(2) > 1, sa.null() > 1
        )
    )
    assert row == (date(1925, 3, 1), moment, True, None)
    assert type(row[2]) is bool


def test_batches_have_the_types_of_the_embedded_engine(session: Session) -> None:
    wanted = sa.select(
        customers,
        sa.func.sum(customers.c.spent).over(),
        sa.literal(1).label("one"),
        (customers.c.spent > 1).label("is_rich"),
        sa.literal(date(2026, 1, 1)).label("on"),
        sa.literal(datetime.fromisoformat("2026-01-01")).label("at"),
        sa.func.count().over().label("count"),
    )
    reader = session.record_batch_reader(wanted, batch_rows=2)
    assert reader.schema.types == [
        pa.string(), pa.string(), pa.decimal128(18, 4), pa.decimal128(38, 4), pa.int32(),
        pa.bool_(), pa.date32(), pa.timestamp("us"), pa.int64(),
    ]  # fmt: skip
    batches = list(reader)
    assert [batch.num_rows for batch in batches] == [2, 1]
    ids = {id_ for batch in batches for id_ in batch.column(0).to_pylist()}
    assert ids == {str(customer_id(number)) for number in range(3)}


def test_a_materialised_table_is_read_like_any_other_and_goes(
    session: Session, warehouse: Warehouse
) -> None:
    rich = sa.select(customers.c.amperity_id).where(customers.c.spent > 0)
    with warehouse.read() as other:
        kept = other.materialise("rich", rich)
        assert other.rows(sa.select(sa.func.count()).select_from(kept)) == [(2,)]
    with pytest.raises(sa.exc.DBAPIError):
        session.rows(sa.select(sa.func.count()).select_from(kept))


def test_a_query_over_the_limit_is_stopped_and_the_session_works_on(hasty: Session) -> None:
    started = time.monotonic()
    with pytest.raises(QueryTimeout, match=r"0\.5 seconds"):
        hasty.rows(ENDLESS)
    assert time.monotonic() - started < 5
    assert hasty.rows(ONE) == [(1,)]


def test_a_stream_has_one_limit_from_its_first_row_to_its_last(hasty: Session) -> None:
    with pytest.raises(QueryTimeout):
        read_slowly(hasty.batches(sa.select(NUMBERS).limit(100_000), batch_rows=1_000))
    assert hasty.rows(ONE) == [(1,)]


def read_slowly(batches: Iterator[pa.RecordBatch]) -> None:
    for _ in batches:
        time.sleep(0.05)


def test_a_half_read_stream_does_not_meet_the_next_statement(session: Session) -> None:
    stream = session.batches(sa.select(NUMBERS).limit(100_000), batch_rows=1_000)
    assert next(stream).num_rows == 1_000
    assert session.rows(COUNT) == [(3,)]


def test_another_thread_may_cancel(session: Session) -> None:
    timer = threading.Timer(0.3, session.cancel)
    timer.start()
    with pytest.raises(QueryCancelled):
        session.rows(ENDLESS)
    assert session.rows(COUNT) == [(3,)]


def test_a_query_that_needs_too_much_memory_is_stopped(home: Settings) -> None:
    bounded = open_warehouse(home.model_copy(update={"memory_limit": "100MB"}))
    numbers = sa.select(NUMBERS.c.number).limit(20_000_000).subquery()
    large = sa.select(sa.func.count(sa.distinct(numbers.c.number)))
    with bounded.read() as session, pytest.raises(QueryTooLarge):
        session.rows(large)
    bounded.close()


def test_shares_and_quantiles_are_drawn_beside_bound_values(session: Session) -> None:
    numbers = sa.select(NUMBERS.c.number).limit(20_000).subquery()
    share = sa.case((InHashShare(numbers.c.number), numbers.c.number))
    drawn = sa.select(
        sa.func.count(sa.distinct(share)), DiscreteQuantiles(numbers.c.number, 5, 50, 95)
    )
    ((count, quantiles),) = session.rows(drawn.where(numbers.c.number < 20_000))
    expected = 20_000 / HASH_SHARE
    assert abs(count - expected) < 5 * expected**0.5
    assert list(quantiles) == [999, 9_999, 18_999]


def shown_as(text: str) -> sa.TextualSelect:
    return sa.text(text).columns(sa.column("found", sa.Text))


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("SELECT * FROM file('/etc/hostname', LineAsString)", r"may not read file\(\)"),
        ("SELECT file('/etc/hostname')", r"may not read file\(\)"),
        ("SELECT * FROM url('http://127.0.0.1/', LineAsString)", r"may not read url\(\)"),
        ("SELECT name FROM system.tables", r"may not read system\.tables"),
        ("SELECT table_name FROM information_schema.tables", "may not read information_schema"),
        ("SELECT 1 WHERE 'x' IN (SELECT name FROM system.databases)", "may not read system"),
        ("SELECT 1 WHERE 'x' IN system.databases", "may not read system"),
        ("SELECT getSetting('max_memory_usage')", r"may not read getSetting\(\)"),
        ("SELECT dictGet('d', 'a', 1)", r"may not read dictGet\(\)"),
        ("SELECT sleep(1)", r"may not read sleep\(\)"),
        ("INSERT INTO merged_customers SELECT 1", "readonly mode|may not"),
        ("SELECT 1 SETTINGS readonly = 0", "READONLY"),
        ("SELECT 1 SETTINGS max_memory_usage = 0", "may not read Set"),
        ("SELECT 1 FORMAT Null", "FORMAT"),
        ("SELECT city FROM merged_customers INTO OUTFILE '/tmp/found'", "."),
        ("SELECT 1; SELECT 2", "may not|Syntax|Multi"),
        ("SELECT 1; DROP TABLE merged_customers", "may not|privileges|Syntax|Multi"),
        ("DROP TABLE merged_customers", "readonly mode|may not"),
        ("SET max_memory_usage = 0", "readonly mode|may not"),
    ],
)
def test_a_session_refuses_what_is_no_reading(session: Session, text: str, refusal: str) -> None:
    with pytest.raises(Exception, match=refusal):
        session.rows(shown_as(text))
    assert session.rows(COUNT) == [(3,)]


@pytest.mark.parametrize(
    ("database", "table"),
    [("{name}_build_b1", "merged_customers"), ("{name}", "state_1"), ("system", "users")],
)  # fmt: skip
def test_the_role_alone_refuses_other_tables(
    session: Session, home: Settings, database: str, table: str
) -> None:
    """Our own statements pass no wall of ours; the rights of the role stop them all the same."""
    name = sa.make_url(str(home.warehouse_url)).database
    other = sa.table(table, sa.column("name"), schema=database.format(name=name))
    with pytest.raises(sa.exc.DBAPIError, match="Not enough privileges"):
        session.rows(sa.select(sa.func.count()).select_from(other))


@pytest.mark.parametrize("source", ["/etc/hostname", "http://127.0.0.1:1/"])
def test_the_role_alone_refuses_files_and_the_network(session: Session, source: str) -> None:
    reach = sa.func.url if source.startswith("http") else sa.func.file
    lines = reach(source, "LineAsString", "line String").table_valued("line")
    with pytest.raises(sa.exc.DBAPIError, match="Not enough privileges"):
        session.rows(sa.select(lines.c.line))


def test_text_over_tables_of_the_build_is_read(session: Session) -> None:
    kept = session.materialise("kept", sa.select(customers))
    text = f"SELECT count(*) AS n FROM merged_customers JOIN {kept} USING (amperity_id)"
    assert session.rows(sa.text(text).columns(sa.column("n", sa.BigInteger))) == [(3,)]


def test_what_text_selects_is_materialised_too(session: Session) -> None:
    kept = session.materialise("kept", shown_as("SELECT city AS found FROM merged_customers"))
    assert session.rows(sa.select(sa.func.count(), sa.func.max(kept.c.found))) == [(3, "Rome")]


def test_a_server_that_does_not_answer_is_named_with_a_way_out(home: Settings) -> None:
    url = "clickhousedb://ann:secret@127.0.0.1:1/nobody"
    with pytest.raises(WarehouseUnreachable, match=r"127\.0\.0\.1:1/nobody") as caught:
        open_warehouse(home.model_copy(update={"warehouse_url": url}))
    assert "AMPIQ_WAREHOUSE_URL" in (caught.value.hint or "")
    assert "secret" not in caught.value.message


def test_a_server_that_falls_silent_is_not_waited_for(home: Settings) -> None:
    """The limit of a reader is also how long its connection waits, and builds wait longer."""
    server = Server.open(sa.make_url(str(home.warehouse_url)), connections=1)
    reach = Reach(timeout_seconds=2, memory_bytes=None)
    with open_pinned(server, reach) as pinned:
        assert client_of(pinned.connection).timeout.read_timeout == 12
    with server.engine.connect() as connection:
        assert client_of(connection).timeout.read_timeout == 600
    server.engine.dispose()

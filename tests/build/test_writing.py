"""Tables are written in their order, with what follows from their values; few texts are numbers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.schema import CreateSchema

from ampiq_gql.build.writing import TableSelect, write_table
from ampiq_gql.warehouse.duckdb.ddl import Enumeration
from ampiq_gql.warehouse.generation import series
from ampiq_gql.warehouse.repeated_texts import MOST_VALUES, repeated_text

ROWS = 300_000  # more than DuckDB keeps together, so that several threads write


@pytest.fixture
def connection() -> Iterator[sa.Connection]:
    engine = sa.create_engine("duckdb:///:memory:")
    with engine.connect() as opened:
        opened.execute(CreateSchema("c360"))
        yield opened
    engine.dispose()


def words(count: int, different: int) -> sa.Select[tuple[int, str]]:
    """Select numbers in no order, each with one of `different` words."""
    number = series(count, "n").c.n
    shuffled = (number * 7_919) % count
    word = sa.literal("word ").concat(sa.cast(shuffled % different, sa.Text))
    return sa.select(shuffled.label("number"), word.label("word"))


def written(connection: sa.Connection, rows: TableSelect) -> list[sa.Row[tuple[object, ...]]]:
    """Return the rows as they lie in the table."""
    table = write_table(connection, rows).filled
    return list(connection.execute(sa.select(table)))


def test_rows_lie_in_their_order_with_what_follows_from_them(connection: sa.Connection) -> None:
    drawn = words(ROWS, 9).subquery()
    code = repeated_text(connection, "word", sa.select(drawn.c.word))
    rows = TableSelect(
        name="words",
        select=sa.select(drawn.c.number, sa.cast(drawn.c.word, code.code).label("word")),
        order_by=("number",),
        derived={"twice": sa.column("number", sa.BigInteger) * 2},
        constant={"source": "main"},
    )
    found = [tuple(row) for row in written(connection, rows)]
    assert isinstance(code.code, Enumeration)
    assert found == [(n, f"word {n % 9}", 2 * n, "main") for n in range(ROWS)]
    (kind,) = connection.execute(sa.text("SELECT DISTINCT typeof(word) FROM c360.words")).scalars()
    assert kind.startswith("ENUM(")


@pytest.mark.parametrize(
    ("different", "only", "is_code"),
    [
        pytest.param(1, "word 0", True, id="one"),
        pytest.param(3, None, True, id="few"),
        pytest.param(MOST_VALUES + 1, None, False, id="too many"),
    ],
)
def test_texts_of_few_values_travel_as_codes(
    connection: sa.Connection, different: int, only: str | None, is_code: bool
) -> None:
    drawn = words(MOST_VALUES + 1, different).subquery()
    found = repeated_text(connection, "word", sa.select(drawn.c.word))
    assert (found.only, isinstance(found.code, Enumeration)) == (only, is_code)


def test_no_text_at_all_stays_text(connection: sa.Connection) -> None:
    found = repeated_text(connection, "word", sa.select(sa.cast(sa.null(), sa.Text).label("word")))
    assert (found.only, isinstance(found.code, sa.Text)) == (None, True)

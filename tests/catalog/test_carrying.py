"""Lists of values are carried on from the former profile by the rows that were replaced."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from ampiq_gql.catalog import AccessClass, ColumnProfile, TableProfile, ValueCount
from ampiq_gql.catalog.carrying import MovedTable, carried_values
from ampiq_gql.catalog.measuring import profile_table
from ampiq_gql.catalog.summaries import Counted
from dsl.catalog import DataType

FORMER = ("web", "web", "shop", "", None)


@pytest.fixture
def connection() -> Iterator[sa.Connection]:
    with sa.create_engine("duckdb:///:memory:").begin() as connection:
        yield connection


def texts(connection: sa.Connection, name: str, *values: str | None) -> sa.Table:
    """Make a table of one text."""
    table = sa.Table(name, sa.MetaData(), sa.Column("channel", sa.Text))
    table.create(connection)
    if values:
        connection.execute(table.insert(), [{"channel": value} for value in values])
    return table


def profiled(connection: sa.Connection, table: sa.Table) -> TableProfile:
    return profile_table(table, lambda statement: connection.execute(statement).all())


@pytest.mark.parametrize(
    ("gone", "come"),
    [
        pytest.param((), (), id="nothing"),
        pytest.param(("web", None), ("app", "app", "app"), id="another becomes the first"),
        pytest.param(("shop", ""), (" ", None), id="values that are gone are no values"),
        pytest.param(("web",), ("shop",), id="equal numbers are told by their texts"),
    ],
)
def test_lists_are_those_of_the_table_as_it_is(
    connection: sa.Connection, gone: tuple[str | None, ...], come: tuple[str | None, ...]
) -> None:
    former = profiled(connection, texts(connection, "former", *FORMER))
    moved = MovedTable(
        former=former,
        gone=texts(connection, "gone", *gone),
        come=texts(connection, "come", *come),
    )
    present = list(FORMER)
    for value in gone:
        present.remove(value)
    table = texts(connection, "present", *present, *come)
    listed = carried_values(moved, lambda statement: connection.execute(statement).all())
    assert listed.keys() == {"channel"}
    measured = profiled(connection, table)
    by_list = profile_table(
        table, lambda statement: connection.execute(statement).all(), listed=listed
    )
    assert by_list == measured


def test_a_list_that_leaves_rows_out_is_not_believed(connection: sa.Connection) -> None:
    table = texts(connection, "present", "web", "shop")
    wrong = {"channel": (Counted("web", 1),)}
    found = profile_table(
        table, lambda statement: connection.execute(statement).all(), listed=wrong
    )
    assert found.columns[0].values == (
        ValueCount(value="shop", rows=1), ValueCount(value="web", rows=1),
    )  # fmt: skip


def test_of_columns_whose_values_are_not_all_known_nothing_is_carried(
    connection: sa.Connection,
) -> None:
    column = ColumnProfile(
        name="channel", type=DataType.STRING, access=AccessClass.INTERNAL, filled=9, distinct=9
    )
    former = TableProfile(name="t", rows=9, grain=None, newest_event_on=None, columns=(column,))
    moved = MovedTable(
        former=former, gone=texts(connection, "gone", "a"), come=texts(connection, "come", "b")
    )
    assert carried_values(moved, lambda statement: connection.execute(statement).all()) == {}

"""Names propose, values confirm, doubt or find: what `ampiq attach --inspect` goes by."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ampiq_gql.attach.proposing import AttachProposal, propose
from ampiq_gql.attach.sampling import look_at_sample
from ampiq_gql.ingest.looks import ColumnLook
from ampiq_gql.settings import Settings
from ampiq_gql.warehouse import FoundTable, Row
from ampiq_gql.warehouse.scratch import Scratch, open_scratch
from tests.attach.tables import BIGINT, NUMERIC, TEXT, TIMESTAMP, Columns, found_tables

Proposing = Callable[..., AttachProposal]

PEOPLE: Columns = {
    "kdnr": (BIGINT, ["1", "2", "3"]),
    "vorname": (TEXT, ["Ada", "Ben", "Cy"]),
    "kontakt": (TEXT, ["ada@example.com", "ben@example.com", None]),
    "phone": (TEXT, ["blue", "red", "green"]),
    "kundennummer": (BIGINT, ["1", "2", "3"]),
}
SALES: Columns = {
    "order_id": (BIGINT, ["10", "11"]),
    "customer_id": (BIGINT, ["1", "2"]),
    "order_date": (TIMESTAMP, ["2026-06-30 23:30:00+00", "2026-01-15 12:00:00+00"]),
    "total": (TEXT, ["12.00", "13.50"]),
    "amount": (NUMERIC, ["12.00", "13.50"]),
}


@pytest.fixture
def proposing(tmp_path_factory: pytest.TempPathFactory) -> Proposing:
    settings = Settings(home=tmp_path_factory.mktemp("proposing"))

    def make(**tables: Columns) -> AttachProposal:
        found, rows = found_tables(tables)
        with open_scratch(settings) as scratch:
            return propose("public", found, lambda table: _look(scratch, table, rows[table.name]))

    return make


def _look(scratch: Scratch, table: FoundTable, rows: list[Row]) -> tuple[ColumnLook, ...]:
    return look_at_sample(scratch, table, rows)


def _stands(proposal: AttachProposal) -> dict[str, str]:
    return {
        f"{one.table}.{one.column}": f"{one.source}.{one.source_column}" for one in proposal.columns
    }


def test_values_find_a_column_whose_name_says_nothing(proposing: Proposing) -> None:
    stands = _stands(proposing(clients=PEOPLE, orders=SALES))
    assert stands["merged_customers.email"] == "clients.kontakt"


def test_values_that_contradict_a_name_are_believed(proposing: Proposing) -> None:
    assert "merged_customers.phone" not in _stands(proposing(clients=PEOPLE, orders=SALES))


def test_of_two_names_the_one_of_a_fitting_type_is_taken(proposing: Proposing) -> None:
    stands = _stands(proposing(clients=PEOPLE, orders=SALES))
    assert stands["unified_transactions.order_revenue"] == "orders.amount"


def test_a_needed_column_of_the_wrong_type_is_shown_all_the_same(proposing: Proposing) -> None:
    """Attaching then says what it is, and what it should be."""
    without = {name: column for name, column in SALES.items() if name != "amount"}
    stands = _stands(proposing(clients=PEOPLE, orders=without))
    assert stands["unified_transactions.order_revenue"] == "orders.total"


def test_columns_tell_what_a_table_of_no_name_is(proposing: Proposing) -> None:
    stands = _stands(proposing(t_017=PEOPLE, t_018=SALES))
    assert stands["merged_customers.amperity_id"] == "t_017.kundennummer"
    assert stands["unified_transactions.order_id"] == "t_018.order_id"


def test_nothing_is_asked_when_all_is_sure(proposing: Proposing) -> None:
    assert proposing(clients=PEOPLE, orders=SALES).questions == ()


@pytest.mark.parametrize(
    ("tables", "question"),
    [
        pytest.param({"orders": SALES}, "Which table stands for merged_customers?", id="no-table"),
        pytest.param(
            {"clients": PEOPLE, "sales_2024": SALES, "sales_2025": SALES},
            "Which table stands for unified_transactions: sales_2024, sales_2025?",
            id="two-tables",
        ),
        pytest.param(
            {"clients": PEOPLE, "orders": {**SALES, "order_date": (TIMESTAMP, [None, None])}},
            'Is "orders.order_date" really unified_transactions.order_datetime? ('
            '"order_date" means order_datetime; all empty)',
            id="empty",
        ),
        pytest.param(
            {"clients": PEOPLE, "orders": {"order_id": SALES["order_id"]}},
            "Which column is unified_transactions.order_revenue?",
            id="no-column",
        ),
        pytest.param(
            {"clients": {**PEOPLE, "kundennummer": (BIGINT, ["1"] * 3)}, "orders": SALES},
            'Is "clients.kundennummer" really merged_customers.amperity_id? ('
            '"kundennummer" means customer_id, but its values repeat (33% are different))',
            id="repeats",
        ),
    ],
)
def test_what_is_not_sure_is_asked(
    proposing: Proposing, tables: dict[str, Columns], question: str
) -> None:
    assert question in proposing(**tables).questions

"""What people really export: orders without customer keys, spreadsheets' leftovers, wide files."""

from __future__ import annotations

import pytest

from ampiq_gql.ingest import (
    AmbiguousNumbers,
    ColumnMissing,
    IngestRequest,
    InspectionService,
    SourceKind,
)
from ampiq_gql.ingest.kinds import guess_kind
from ampiq_gql.progress import Silent
from tests.ingest.builders import Loading, lines

BY_EMAIL = "order_id,email,order_date,total\n"


def test_orders_name_their_customers_by_email_when_nothing_else_does(loading: Loading) -> None:
    rows = ["1,Ada@Example.com,2025-01-01,10", "2,ada@example.com ,2025-02-01,20",
            "3,,2025-02-01,5"]  # fmt: skip
    report = loading.load(None, loading.file("orders.csv", BY_EMAIL + lines(rows)))
    assert loading.rows("orders", "order_id", "customer_id") == [
        ("1", "ada@example.com"), ("2", "ada@example.com"), ("3", None),
    ]  # fmt: skip
    assert 'name their customers by "email"' in " ".join(report.warnings)
    assert "whose file gives them another key are not found" in " ".join(report.warnings)


@pytest.mark.parametrize(
    ("header", "row", "key"),
    [
        pytest.param("customer_id,email", "c1,A@x.com", "c1", id="the-key"),
        pytest.param("email,phone", "A@x.com,+1212", "a@x.com", id="email"),
        pytest.param("telephone,notes", "+12125550100,hi", "+12125550100", id="phone"),
    ],
)
def test_the_likeliest_name_of_a_customer_is_taken(
    loading: Loading, header: str, row: str, key: str
) -> None:
    loading.orders(f"order_id,order_date,total,{header}\n1,2025-01-01,10,{row}\n")
    assert loading.rows("orders", "customer_id") == [(key,)]


def test_what_nothing_is_like_is_not_proposed_as_a_key(loading: Loading) -> None:
    """A first name as the key would make one person of all who bear it."""
    with pytest.raises(ColumnMissing) as caught:
        loading.customers("first name,mail\nAda,a@b.cc\n")
    assert "{HEADER: customer_id}" in (caught.value.hint or "")


def test_orders_that_name_nobody_are_refused(loading: Loading) -> None:
    with pytest.raises(ColumnMissing, match='"customer_id" or "email" or "phone"'):
        loading.orders("order_id,order_date,total\n1,2025-01-01,10\n")


def test_customers_with_an_id_and_a_date_are_no_orders() -> None:
    assert guess_kind(["id", "email", "created_at"]) is SourceKind.CUSTOMERS
    assert guess_kind(["order_id", "email", "created_at"]) is SourceKind.ORDERS


@pytest.mark.parametrize("shortened", ["1.23457E+15", "1,23457E+15", "1E+05"])
def test_ids_that_a_spreadsheet_shortened_are_held(loading: Loading, shortened: str) -> None:
    """Else two orders would become one, and one would be gone without a word."""
    rows = [
        f'"{shortened}",c1,2025-01-05,1',
        f'"{shortened}",c1,2025-01-06,2',
        "E+1,c1,2025-01-07,3",
    ]
    content = "order_id,customer_id,order_date,total\n" + lines(rows)
    report = loading.orders(content)
    assert [one["column_name"] for one in loading.quarantined(report)] == ["order_id"] * 2
    assert report.rows_duplicate == 0
    assert "a spreadsheet shortened" in loading.quarantined(report)[0]["message"]


def test_a_column_without_a_header_keeps_its_values(loading: Loading) -> None:
    loading.customers("customer_id,email,\n1,a@b.cc,gold\n2,c@d.ee,\n")
    assert loading.rows("customers", "customer_id", "column_3") == [("1", "gold"), ("2", None)]


def test_inspecting_asks_what_would_stop_the_load(loading: Loading) -> None:
    file = loading.file(
        "orders.csv", "order_id,customer_id,date,total,Notes,notes\n1,c,2025-01-01,1,,\n"
    )
    request = IngestRequest(files=(file,), kind=None)
    (seen,) = InspectionService(loading.settings).inspect(request, Silent())
    assert seen.questions == ('Two columns are called "notes". Rename one of them.',)


def test_wide_files_are_looked_at_column_by_column(loading: Loading) -> None:
    """More columns than are counted at once: each keeps its own counts."""
    names = [f"attribute_{number}" for number in range(50)]
    row = ["2025-01-01" if number % 2 else "7" for number in range(50)]
    header = ",".join(["customer_id", "email", *names])
    content = header + "\n" + lines(f"c{n},c{n}@x.com,{','.join(row)}" for n in range(3))
    file = loading.file("wide.csv", content)
    (seen,) = InspectionService(loading.settings).inspect(
        IngestRequest(files=(file,), kind=None), Silent()
    )
    found = {one.header: one.type.value for one in seen.columns}
    assert [found[name] for name in names] == ["integer", "date"] * 25


AMOUNTS = ["€10.00", "$20.00", "30.00 GBP"]


def _amounts(header: str, currencies: list[str]) -> str:
    both = enumerate(zip(AMOUNTS, currencies, strict=True))
    rows = (f"{number},c1,2025-01-05,{amount}{currency}" for number, (amount, currency) in both)
    return f"order_id,customer_id,order_date,total{header}\n" + lines(rows)


def test_amounts_in_several_currencies_are_a_question(loading: Loading) -> None:
    with pytest.raises(AmbiguousNumbers, match="several currencies: EUR, GBP, USD"):
        loading.orders(_amounts("", ["", "", ""]))


def test_a_column_of_currencies_answers_it(loading: Loading) -> None:
    report = loading.orders(_amounts(",currency", [",EUR", ",USD", ",GBP"]))
    assert report.rows_loaded == 3


def test_one_currency_in_two_spellings_is_one(loading: Loading) -> None:
    content = "order_id,customer_id,order_date,total\n"
    report = loading.orders(
        content + "1,c1,2025-01-05,$5\n2,c1,2025-01-05,6 USD\n3,c,2025-01-05,NULL\n"
    )
    assert report.rows_loaded == 2

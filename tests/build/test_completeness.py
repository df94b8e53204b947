"""Every standard column: filled when the files bring all they can, or empty for a stated reason.

`specified_columns.txt` lists the columns of the data model as they were specified.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from ampiq_gql.catalog import standard_tables
from ampiq_gql.catalog.loading import read_profiles
from ampiq_gql.ingest.columns import ColumnSpec, KindSpec, ValueType, spec_of
from ampiq_gql.settings import ClassificationRules, Settings
from ampiq_gql.warehouse import open_warehouse
from tests.build.house import KINDS, House

SPECIFIED = Path(__file__).with_name("specified_columns.txt")

IDENTITY = "made by identity resolution, which is left out"
PREDICTIONS = "written by models"
CAMPAIGNS = "written by campaigns"
OPTIONAL_INPUT = "an optional table that no kind of file brings"
PRIVACY = "written by privacy requests"

UNLISTED: Mapping[str, str] = {
    "customer_360.predicted_clv_next_365d": PREDICTIONS,
    "customer_360.predicted_customer_lifecycle_status": PREDICTIONS,
    "customer_360.predicted_customer_lifetime_value_tier": PREDICTIONS,
    "unified_coalesced.fk_[name]": IDENTITY,
    "unified_customers.fk_[name]": IDENTITY,
    "unified_itemized_transactions.fk_[name]": IDENTITY,
    "predicted_propensity_[event]": PREDICTIONS,
}
"""Columns and tables of the specification that the catalog does not have, and why."""

EMPTY: Mapping[str, str] = {
    "unified_coalesced.component_id": IDENTITY,
    "unified_coalesced.supersized_id": IDENTITY,
    "unified_coalesced.rep_ds": IDENTITY,
    "unified_coalesced.rep_pk": IDENTITY,
    "unified_scores": IDENTITY,
    "unified_changes_clusters": IDENTITY,
    "unified_changes_pks": IDENTITY,
    "stitch_blocking_keys": IDENTITY,
    "stitch_badvalues": IDENTITY,
    "predicted_clv_attributes": PREDICTIONS,
    "predicted_affinity": PREDICTIONS,
    "churn_events": CAMPAIGNS,
    "campaign_recipients": CAMPAIGNS,
    "unified_loyalty": OPTIONAL_INPUT,
    "unified_loyalty_events": OPTIONAL_INPUT,
    "unified_email_events": OPTIONAL_INPUT,
    "email_engagement_summary": OPTIONAL_INPUT,
    "email_engagement_attributes": OPTIONAL_INPUT,
    "fiscal_calendar": OPTIONAL_INPUT,
    "unified_transactions.fiscal_year": OPTIONAL_INPUT,
    "unified_transactions.fiscal_quarter": OPTIONAL_INPUT,
    "unified_transactions.fiscal_month": OPTIONAL_INPUT,
    "unified_transactions.fiscal_week_number": OPTIONAL_INPUT,
    "unified_transactions.fiscal_week_start": OPTIONAL_INPUT,
    "unified_transactions.fiscal_day_of_week": OPTIONAL_INPUT,
    "unified_transactions.holiday_sale_name": OPTIONAL_INPUT,
    "unified_compliance": PRIVACY,
    "unified_compliance_overview": PRIVACY,
}
"""Columns and tables that no load can fill, and why."""

DAYS = ("2023-05-02", "2024-03-01", "2025-05-10", "2025-06-20")
"""One in every window that ends with the day of the build."""

RETURNED = "2025-06-25"
VALUES = {
    ValueType.TEXT: "x",
    ValueType.INTEGER: "1",
    ValueType.DECIMAL: "2.00",
    ValueType.BOOLEAN: "false",
    ValueType.DATE: "1980-05-05",
    ValueType.DATETIME: "2025-06-01T10:00:00",
}
PARTICULAR = {
    "email": "ada@example.com",
    "phone": "+12125550100",
    "currency": "USD",
    "order_time_zone": "Europe/Paris",
    "is_email_opted_in": "true",
    "is_sms_opted_in": "true",
}


def _specified() -> Iterator[str]:
    text = SPECIFIED.read_text(encoding="utf-8").replace("\n    ", " ")
    for line in text.splitlines():
        table, _, columns = line.partition(": ")
        known = standard_tables().get(table)
        for column in columns.split():
            if known is None:
                yield table
            elif known.column(column) is None:
                yield f"{table}.{column}"


def test_the_catalog_has_every_specified_column_but_those_listed() -> None:
    assert set(_specified()) == set(UNLISTED)


def _file(spec: KindSpec) -> str:
    """Write a file that brings every column of its kind; orders and lines on several days."""
    rows = [[column.name for column in spec.columns]]
    is_of_orders = spec.column("order_datetime") is not None
    for number, day in enumerate(DAYS if is_of_orders else DAYS[:1]):
        rows.append([_value(column, number, day) for column in spec.columns])
    if spec.column("is_return") is not None:
        rows.append([_returned(column) for column in spec.columns])
    return "".join(f"{','.join(row)}\n" for row in rows)


def _value(column: ColumnSpec, number: int, day: str) -> str:
    by_row = {"order_id": f"o{number}", "line_number": "1", "order_datetime": f"{day}T10:00:00"}
    return by_row.get(column.name) or PARTICULAR.get(column.name) or VALUES[column.type]


def _returned(column: ColumnSpec) -> str:
    """Return a value of a line that is brought back."""
    if column.name == "is_return":
        return "true"
    value = _value(column, len(DAYS) - 1, RETURNED)
    return f"-{value}" if column.name.startswith(("item_", "unit_")) else value


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> frozenset[str]:
    """The standard columns, and tables, that are empty although every column was brought."""
    folder = tmp_path_factory.mktemp("complete")
    rules = ClassificationRules(own_email_domains=("acme.com",))
    settings = Settings(home=folder / "home", classification=rules)
    house = House(folder, settings, open_warehouse(settings))
    house.load(**{name: _file(spec_of(kind)) for name, kind in KINDS.items()})
    house.build(overrides=("ord.list_minus_rev",))
    with house.warehouse.read() as session:
        profiles = {one.name: one for one in read_profiles(session)}
    house.warehouse.close()
    return frozenset(
        name
        for table in standard_tables().values()
        for name in _empty(
            table.name, {one.name: one.filled for one in profiles[table.name].columns}
        )
    )


def _empty(table: str, filled: Mapping[str, int]) -> Iterator[str]:
    if not any(filled.values()):
        yield table
        return
    for column in standard_tables()[table].columns:
        if not filled[column.name]:
            yield f"{table}.{column.name}"


def test_every_standard_column_is_filled_but_those_listed(empty: frozenset[str]) -> None:
    assert empty == set(EMPTY)

"""A query of WITH that is called like a table would hide it where tables lose their schema."""

from __future__ import annotations

import pytest

from ampiq_gql.warehouse import Dialect
from tests.warehouse.user_sql.conftest import Guard

SERVERS = (Dialect.POSTGRESQL, Dialect.CLICKHOUSE)
HIDING = (
    "WITH merged_customers AS (SELECT city FROM merged_customers WHERE city = 'Rome'), "
    "everywhere AS (SELECT city FROM c360.merged_customers) "
    "SELECT a.city FROM merged_customers a JOIN everywhere b ON a.city = b.city"
)


@pytest.mark.parametrize("dialect", SERVERS)
def test_a_hiding_query_gets_another_name(guarded: Guard, dialect: Dialect) -> None:
    text = guarded(HIDING, dialect).text.replace('"', "").replace("`", "")
    assert text.startswith("WITH merged_customers_2 AS")
    assert text.count("FROM merged_customers AS") == 2
    assert text.count("FROM merged_customers_2 AS a") == 1
    assert "c360" not in text


@pytest.mark.parametrize("dialect", SERVERS)
def test_a_new_name_hides_nothing_either(guarded: Guard, dialect: Dialect) -> None:
    further = HIDING.replace("everywhere", "merged_customers_2")
    text = guarded(further, dialect).text.replace('"', "").replace("`", "")
    assert text.startswith("WITH merged_customers_3 AS")


def test_the_embedded_engine_keeps_schemas_and_names(guarded: Guard) -> None:
    text = guarded(HIDING, Dialect.DUCKDB).text
    assert text.startswith('WITH "merged_customers" AS')
    assert text.count('"c360"."merged_customers"') == 2

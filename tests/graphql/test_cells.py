"""Cells become JSON once, and are passed on as they are."""

from __future__ import annotations

import asyncio
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from ampiq_gql.graphql.cells import Cells
from ampiq_gql.graphql.context import RequestContext
from ampiq_gql.graphql.guarded import GuardedSchema
from ampiq_gql.graphql.schema import make_schema
from ampiq_gql.graphql.threads import QueryThreads
from tests.graphql.api import Api

CUSTOMERS = """{ preview(expression: "everyone") { customers(
    first: 5, columns: ["given_name", "birthdate", "lifetime_order_revenue", "contactable_email"]
) { rows } } }"""


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, None),
        (True, True),
        (7, 7),
        (0.5, 0.5),
        ("a\N{SNOWMAN}", "a\N{SNOWMAN}"),
        (Decimal("12.50"), "12.50"),
        (Decimal("1E+3"), "1000"),
        (date(2026, 6, 30), "2026-06-30"),
        (datetime.fromisoformat("2026-06-30T08:00:00.5"), "2026-06-30T08:00:00.500000"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
    ],
)
def test_exact_numbers_ids_and_times_are_text(value: object, shown: object) -> None:
    assert Cells.of([(value,), ()]) == [[shown], []]


def rows(schema: GuardedSchema, api: Api) -> list[list[object]]:
    context = RequestContext(
        services=api.services, threads=QueryThreads(1), actor="ada", timeout_seconds=60
    )
    result = asyncio.run(schema.execute(CUSTOMERS, context_value=context))
    context.threads.close()
    assert result.data is not None
    found: list[list[object]] = result.data["preview"]["customers"]["rows"]
    return found


def test_rows_are_not_completed_cell_by_cell(reader: Api) -> None:
    ours, plain = make_schema(), make_schema()
    plain.execution_context_class = StrawberryGraphQLCoreExecutionContext
    passed_on, completed = rows(ours, reader), rows(plain, reader)
    assert isinstance(passed_on, Cells)
    assert not isinstance(completed, Cells)
    assert passed_on == completed

"""The statement of the Summary tab, as it is shown on two engines: read its diff like code."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from ampiq_gql.insights import Figure, InsightService
from ampiq_gql.warehouse import Dialect

SUMMARY = frozenset(Figure) - {Figure.PREDICTED_REVENUE}
EXPRESSION = 'city is "Seattle" and has purchased at least 2 times in last 12 months'


@pytest.mark.parametrize("dialect", [Dialect.DUCKDB, Dialect.POSTGRESQL], ids=str)
@pytest.mark.parametrize(
    ("case", "as_of"),
    [("summary", None), ("summary_from_orders", date(2025, 12, 31))],
    ids=["prebuilt", "from orders"],
)
def test_summary(
    insights: InsightService,
    golden: Callable[[str, str], None],
    dialect: Dialect,
    case: str,
    as_of: date | None,
) -> None:
    tile = insights.summary(EXPRESSION, as_of=as_of, figures=SUMMARY).revenue
    assert tile is not None
    header = f"-- {case}: all figures of the Summary tab but predictions\n-- {EXPRESSION}\n"
    golden(f"insights/{case}.{dialect}.sql", f"{header}{tile.sql.text(dialect)}\n")

"""The Summary tab over HTTP beside the same figures by hand-written SQL, in turn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import duckdb

from ampiq_gql.insights import Figure
from ampiq_gql.services import Services
from benchmarks import by_hand
from benchmarks.agreement import check_tab
from benchmarks.by_hand import CASES, Case
from benchmarks.server import Connection
from benchmarks.timing import Timing, in_turn

__all__ = ["FIGURES", "QUERY", "SummaryResult", "first_summary", "measure_summary"]

FIGURES = frozenset(Figure) - {Figure.PREDICTED_REVENUE}
QUERY = """
query Summary($expression: String!) {
  preview(expression: $expression) {
    diagnostics { message }
    insights {
      asOf
      buildId
      uniqueCustomers { ...figure }
      activeCustomers { ...figure }
      revenue { ...figure }
      reachableCustomers { ...figure }
      revenueTree {
        netRevenue { ...figure }
        customers { ...figure }
        revenuePerCustomer { ...figure }
        ordersPerCustomer { ...figure }
        averageOrderValue { ...figure }
        unitsPerTransaction { ...figure }
        averageUnitRevenue { ...figure }
      }
      historicalRevenue {
        revenuePerCustomer { ...figure }
        averageOrderValue { ...figure }
        ordersPerCustomer { ...figure }
      }
      reachability { channel customers { ...figure } shareOfSegment unknown }
    }
  }
}
fragment figure on Metric { value baseline share change }
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryResult:
    """What one segment's Summary tab took: over HTTP, in process, by hand, and from the cache."""

    case: Case
    http: Timing
    service: Timing
    sql: Timing
    cached: Timing

    @property
    def ratio(self) -> float:
        """HTTP over SQL."""
        return self.http.median / self.sql.median

    def is_within(self, *, factor: float, seconds: float) -> bool:
        """Claim that HTTP takes at most `factor` times the SQL and `seconds` on top."""
        return self.http.median <= factor * self.sql.median + seconds


def measure_summary(
    case: Case,
    services: Services,
    connection: Connection,
    database: duckdb.DuckDBPyConnection,
    *,
    rounds: int,
) -> SummaryResult:
    """Ask for a new segment in every round; the figures of all ways must agree."""

    def by_http(number: int) -> Mapping[str, Any]:
        return _ask(connection, case, number)

    def in_process(number: int) -> object:
        expression = case.expression.format(case.literal(number))
        return services.insights.summary(expression, figures=FIGURES)

    def by_sql(number: int) -> Mapping[str, int | Decimal]:
        return by_hand.summary(database, case, case.literal(number))

    check_tab(by_http(-1), by_sql(-1), by_hand.everyone(database))
    ways: dict[str, Callable[[int], object]] = {
        "http": by_http, "service": in_process, "sql": by_sql,
    }  # fmt: skip
    times = in_turn(ways, rounds=rounds, warm_up=3)
    again = in_turn({"cached": lambda _: by_http(0)}, rounds=rounds, warm_up=1)
    return SummaryResult(
        case=case,
        http=times["http"],
        service=times["service"],
        sql=times["sql"],
        cached=again["cached"],
    )


def first_summary(connection: Connection) -> float:
    """Return the seconds of the first request to a new server, which waits for everyone's."""
    once = in_turn({"first": lambda _: _ask(connection, CASES[0], -2)}, rounds=1, warm_up=0)
    return once["first"].median


def _ask(connection: Connection, case: Case, number: int) -> Mapping[str, Any]:
    preview = connection.ask(QUERY, expression=case.expression.format(case.literal(number)))
    insights: Mapping[str, Any] = preview["preview"]["insights"]
    return insights

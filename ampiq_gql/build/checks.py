"""The gates of a build: figures that must agree before anyone may see it (5.2).

An error stops the build, so the former one stays; a warning is published with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.schema import CreateTable

from ampiq_gql.build.expressions import Value, is_purchase, total
from ampiq_gql.build.models import BuildContext
from ampiq_gql.build.sources import Sources
from ampiq_gql.build.windows import end_of
from ampiq_gql.errors import Conflict
from ampiq_gql.ingest import SourceKind
from ampiq_gql.warehouse import BUILD_SCHEMA

__all__ = ["CheckResult", "ChecksFailed", "Severity", "run_checks", "store_checks"]

KEYS: Mapping[str, tuple[str, ...]] = {
    "customer_360": ("amperity_id",),
    "merged_customers": ("amperity_id",),
    "customer_attributes": ("amperity_id",),
    "transaction_attributes_extended": ("amperity_id",),
    "unified_transactions": ("order_id",),
    "unified_coalesced": ("datasource", "pk"),
    "unified_product_catalog": ("product_id",),
}


class Severity(StrEnum):
    """What a failing check does."""

    ERROR = "error"
    WARN = "warn"
    INFO = "info"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """What a check found; `share` of the `checked` rows failed, at most `threshold` may."""

    id: str
    table: str
    severity: Severity
    checked: int
    failing: int
    threshold: float
    advice: str

    @property
    def has_failed(self) -> bool:
        """More fails than may."""
        return self.failing > self.checked * self.threshold


class ChecksFailed(Conflict):
    """The figures of a build do not agree, so it is not published."""

    def __init__(self, results: tuple[CheckResult, ...]) -> None:
        found = "; ".join(
            f"{result.id} on {result.table}: {result.failing:,} of {result.checked:,}"
            for result in results
        )
        super().__init__(
            "BUILD_CHECKS_FAILED",
            f"The build is not published, because its checks failed: {found}.",
            hint=results[0].advice,
        )
        self.results = results


def run_checks(
    connection: sa.Connection,
    tables: Mapping[str, sa.Table],
    sources: Sources,
    context: BuildContext,
) -> tuple[CheckResult, ...]:
    """Measure all gates."""
    return (
        *_keys(connection, tables),
        _repeated_orders(connection, sources),
        *_orphans(connection, sources),
        *_people(connection, tables),
        *_sums(connection, tables, context),
        *(test.run(connection) for test in _row_tests(tables, context)),
    )


VALIDATION_RESULTS = sa.Table(
    "validation_results",
    sa.MetaData(schema=BUILD_SCHEMA),
    sa.Column("check_id", sa.Text),
    sa.Column("table_name", sa.Text),
    sa.Column("severity", sa.Text),
    sa.Column("checked", sa.BigInteger),
    sa.Column("failing", sa.BigInteger),
    sa.Column("threshold", sa.Double),
    sa.Column("has_failed", sa.Boolean),
    sa.Column("advice", sa.Text),
)


def store_checks(connection: sa.Connection, results: tuple[CheckResult, ...]) -> None:
    """Keep the results with the build. Raises `ChecksFailed` when an error is among them."""
    connection.execute(CreateTable(VALIDATION_RESULTS))
    connection.execute(
        VALIDATION_RESULTS.insert(),
        [
            {
                "check_id": result.id,
                "table_name": result.table,
                "severity": result.severity.value,
                "checked": result.checked,
                "failing": result.failing,
                "threshold": result.threshold,
                "has_failed": result.has_failed,
                "advice": result.advice,
            }
            for result in results
        ],
    )
    errors = tuple(
        result for result in results if result.has_failed and result.severity is Severity.ERROR
    )
    if errors:
        raise ChecksFailed(errors)


def _keys(connection: sa.Connection, tables: Mapping[str, sa.Table]) -> Iterator[CheckResult]:
    for name, key in KEYS.items():
        table = tables[name]
        columns = [table.columns[column] for column in key]
        distinct = sa.select(*columns).distinct().subquery("keys")
        rows = _count(connection, sa.select(sa.func.count()).select_from(table))
        keys = _count(connection, sa.select(sa.func.count()).select_from(distinct))
        yield CheckResult(
            id="db.unique",
            table=name,
            severity=Severity.ERROR,
            checked=rows,
            failing=rows - keys,
            threshold=0,
            advice=f"{' and '.join(key)} must tell the rows of {name} apart: look for the same "
            "key in several sources.",
        )


def _repeated_orders(connection: sa.Connection, sources: Sources) -> CheckResult:
    """An order that two sources bring would be counted twice; one source cannot repeat its key."""
    orders = sources[SourceKind.ORDERS].table
    edges = sa.select(
        sa.func.count(), sa.func.min(orders.c.datasource), sa.func.max(orders.c.datasource)
    )
    rows, first, last = connection.execute(edges.select_from(orders)).one()
    ids = sa.select(sa.func.count(sa.distinct(orders.c.order_id)))
    return CheckResult(
        id="ord.repeated",
        table="unified_transactions",
        severity=Severity.ERROR,
        checked=rows,
        failing=0 if first == last else rows - _count(connection, ids),
        threshold=0,
        advice="The same order ids came from several sources: put the source's name before the ids"
        " when they are different orders; load corrections under the source of the first load.",
    )


def _people(connection: sa.Connection, tables: Mapping[str, sa.Table]) -> Iterator[CheckResult]:
    """Everyone is on every table of people exactly once."""
    merged = _count(connection, sa.select(sa.func.count()).select_from(tables["merged_customers"]))
    ids = tables["unified_customers"].c.amperity_id
    distinct = sa.select(ids).where(ids.is_not(None)).distinct().subquery("ids")
    counts = {
        "customer_360": sa.select(sa.func.count()).select_from(tables["customer_360"]),
        "customer_attributes": sa.select(sa.func.count()).select_from(
            tables["customer_attributes"]
        ),
        "unified_customers": sa.select(sa.func.count()).select_from(distinct),
    }
    for name, statement in counts.items():
        yield CheckResult(
            id="id.c360_count",
            table=name,
            severity=Severity.ERROR,
            checked=merged,
            failing=abs(_count(connection, statement) - merged),
            threshold=0,
            advice="This is a fault of the build: please report it.",
        )


def _sums(
    connection: sa.Connection, tables: Mapping[str, sa.Table], context: BuildContext
) -> Iterator[CheckResult]:
    """Compare the same money in several tables, in its smallest stored unit."""
    lines, orders = tables["unified_itemized_transactions"], tables["unified_transactions"]
    history = tables["transaction_attributes_extended"]
    of_lines = _money(connection, sa.select(total(lines.c.item_revenue, is_purchase(lines))))
    of_orders = _money(connection, sa.select(total(orders.c.order_revenue)))
    counts = (orders.c.purchase_line_count > 0) & (orders.c.order_datetime < end_of(context.as_of))
    qualifying = _money(connection, sa.select(total(orders.c.order_revenue, counts)))
    strangers = _money(
        connection,
        sa.select(total(orders.c.order_revenue, counts, orders.c.amperity_id.is_(None))),
    )
    people = _money(connection, sa.select(total(history.c.lifetime_order_revenue)))
    yield _same_money("rec.lines_orders", "unified_transactions", of_lines, of_orders)
    yield _same_money("rec.tae", "transaction_attributes_extended", qualifying, people + strangers)


def _same_money(check: str, table: str, expected: Decimal, found: Decimal) -> CheckResult:
    return CheckResult(
        id=check,
        table=table,
        severity=Severity.ERROR,
        checked=int(expected * 10_000),
        failing=abs(int((expected - found) * 10_000)),
        threshold=0,
        advice="This is a fault of the build: please report it.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _RowTest:
    """A test of single rows that warns when more than `threshold` of them fail."""

    id: str
    table: sa.Table
    fails: Value
    threshold: float
    advice: str

    def run(self, connection: sa.Connection) -> CheckResult:
        counts = sa.select(sa.func.count(), sa.func.count(1).filter(self.fails))
        checked, failing = connection.execute(counts.select_from(self.table)).one()
        return CheckResult(
            id=self.id,
            table=self.table.name,
            severity=Severity.WARN,
            checked=checked,
            failing=failing,
            threshold=self.threshold,
            advice=self.advice,
        )


def _orphans(connection: sa.Connection, sources: Sources) -> Iterator[CheckResult]:
    """Count the lines that were left out because neither they nor an order say when."""
    items, orders = sources[SourceKind.ORDER_ITEMS], sources[SourceKind.ORDERS]
    if not items.has_rows:
        return
    moment = sa.func.coalesce(items.value("order_datetime"), orders.value("order_datetime"))
    joined: sa.FromClause = items.table
    if orders.has_rows:
        joined = joined.outerjoin(orders.table, orders.table.c.order_id == items.table.c.order_id)
    statement = sa.select(sa.func.count(), sa.func.count(1).filter(moment.is_(None)))
    checked, failing = connection.execute(statement.select_from(joined)).one()
    yield CheckResult(
        id="ord.orphan_order",
        table="unified_itemized_transactions",
        severity=Severity.WARN,
        checked=checked,
        failing=failing,
        threshold=0,
        advice="Lines without a date of their own whose order was not loaded are left out: load "
        "the orders.",
    )


def _row_tests(tables: Mapping[str, sa.Table], context: BuildContext) -> Iterator[_RowTest]:
    orders, lines = tables["unified_transactions"], tables["unified_itemized_transactions"]
    has_amount = (lines.c.item_revenue > 0) | (lines.c.item_quantity > 0)
    yield _RowTest(
        id="id.null_orders",
        table=orders,
        fails=orders.c.amperity_id.is_(None),
        threshold=0.2,
        advice="Orders without a known customer count for revenue, never for people: load their "
        "customers, or check the customer ids.",
    )
    yield _RowTest(
        id="ord.dates",
        table=orders,
        fails=orders.c.order_datetime >= end_of(context.as_of),
        threshold=0,
        advice="Orders after the day of the build are left out of every figure.",
    )
    yield _RowTest(
        id="ord.date_old",
        table=orders,
        fails=orders.c.order_datetime < end_of(date(1989, 12, 31)),
        threshold=0,
        advice="Orders before 1990 are usually a mistake in the export.",
    )
    yield _RowTest(
        id="ord.return_positive",
        table=lines,
        fails=sa.not_(is_purchase(lines)) & has_amount,
        threshold=0,
        advice="Amounts of returned and canceled lines must be 0 or less.",
    )
    yield _RowTest(
        id="ord.revenue_missing",
        table=lines,
        fails=lines.c.item_revenue.is_(None),
        threshold=0,
        advice="Orders without lines and without an amount count with a revenue of 0: load their "
        "lines, or map the amount.",
    )
    yield _RowTest(
        id="ord.purchase_negative",
        table=lines,
        fails=is_purchase(lines) & (lines.c.item_revenue < 0),
        threshold=0.001,
        advice="Purchase lines below 0 are usually returns without their flag.",
    )


def _count(connection: sa.Connection, statement: sa.Select[int]) -> int:
    return connection.execute(statement).scalar_one()


def _money(connection: sa.Connection, statement: sa.Select[Decimal]) -> Decimal:
    return connection.execute(statement).scalar_one()

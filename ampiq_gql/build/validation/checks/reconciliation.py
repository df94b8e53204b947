"""Database checks that follow the money from the files to the people (5.2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

import sqlalchemy as sa

from ampiq_gql.build.expressions import Value, is_purchase, total
from ampiq_gql.build.tables.amounts import Amounts
from ampiq_gql.build.validation.declarations import Check, Measured, MeasuredCheck, SumCheck
from ampiq_gql.build.validation.inputs import Inputs
from ampiq_gql.build.validation.models import CheckUnit, Part
from ampiq_gql.build.validation.relations import order_rollup
from ampiq_gql.build.windows import end_of
from ampiq_gql.ingest import SourceKind
from ampiq_gql.ingest.columns import spec_of
from ampiq_gql.warehouse import AnySelect

__all__ = ["CHECKS"]

ONE_IN_TEN_THOUSAND = 0.0001


def _people_and_strangers(inputs: Inputs) -> Iterator[Measured]:
    """Compare what all people spent, and strangers besides, with the orders that count."""
    orders = inputs.tables["unified_transactions"]
    history = inputs.tables["transaction_attributes_extended"]
    counts = orders.c.sum_item_revenue.is_not(None) & (
        orders.c.order_datetime < end_of(inputs.context.as_of)
    )
    spent = sa.select(total(history.c.lifetime_order_revenue)).scalar_subquery()
    statement = sa.select(
        total(orders.c.order_revenue, counts).label("qualifying_revenue"),
        total(orders.c.order_revenue, counts, orders.c.amperity_id.is_(None)).label(
            "revenue_of_strangers"
        ),
        spent.label("revenue_of_people"),
    )
    expected, strangers, people = inputs.connection.execute(statement).one()
    yield Measured(
        checked=expected, failing=abs(expected - people - strangers), sql=statement
    )  # fmt: skip


def _loaded_and_built(inputs: Inputs) -> Iterator[Measured]:
    """Compare the revenue of the source tables with that of the build, in total and by source."""
    statement = sa.union_all(*_loaded(inputs)).subquery("loaded")
    by_source = sa.select(statement.c.datasource, total(statement.c.revenue).label("revenue"))
    loaded = _revenue_by_source(inputs, by_source.group_by(statement.c.datasource))
    lines = inputs.tables["unified_itemized_transactions"]
    in_lines = sa.select(lines.c.datasource, total(lines.c.item_revenue, is_purchase(lines)))
    built = _revenue_by_source(inputs, in_lines.group_by(lines.c.datasource))
    orders = inputs.tables["unified_transactions"]
    in_orders = inputs.connection.execute(sa.select(total(orders.c.order_revenue))).scalar_one()
    expected = sum(loaded.values(), Decimal())
    apart = [
        Part(name=name, checked=loaded.get(name, Decimal()), failing=difference)
        for name in sorted(loaded.keys() | built.keys())
        if (difference := abs(loaded.get(name, Decimal()) - built.get(name, Decimal())))
    ]
    failing = max(abs(expected - in_orders), sum((part.failing for part in apart), Decimal()))
    yield Measured(
        checked=expected,
        failing=failing,
        sql=by_source.group_by(statement.c.datasource),
        parts=tuple(apart),
    )


def _revenue_by_source(inputs: Inputs, statement: AnySelect) -> dict[str, Decimal]:
    return {str(name): revenue for name, revenue in inputs.connection.execute(statement)}


def _loaded(inputs: Inputs) -> Iterator[AnySelect]:
    """Select the revenue of loaded purchase lines, and of orders that have no lines."""
    items, orders = inputs.source(SourceKind.ORDER_ITEMS), inputs.source(SourceKind.ORDERS)
    if items.has_rows:
        brought = [column.name for column in spec_of(items.kind).columns if items.has(column.name)]
        names = [name for name in brought if name.startswith(("item_", "unit_"))]
        lines = sa.select(
            items.table.c.datasource,
            *(items.table.columns[name] for name in names if name != "item_quantity"),
            sa.func.coalesce(items.value("item_quantity"), 1).label("item_quantity"),
        )
        bought = lines.where(is_purchase(items.table)).subquery("bought")
        revenue: Value = Amounts(bought).stored()["item_revenue"]
        yield sa.select(bought.c.datasource, revenue.label("revenue"))
    of_orders = sa.select(
        orders.table.c.datasource, orders.value("order_revenue").label("revenue")
    )  # fmt: skip
    if orders.has("order_revenue") and items.has_rows:
        itemized = sa.select(items.table.c.order_id).distinct().subquery("itemized")
        joined = orders.table.outerjoin(itemized, itemized.c.order_id == orders.table.c.order_id)
        of_orders = of_orders.select_from(joined).where(itemized.c.order_id.is_(None))
    if orders.has("order_revenue") or not items.has_rows:
        yield of_orders


def _as_expected(inputs: Inputs) -> Iterator[Measured]:
    """Compare the revenue of each month with the site's own figure, where there is one."""
    expected = inputs.expected_revenue
    if expected is None:
        yield Measured(absent="No monthly revenue was given to compare with.")
        return
    orders = inputs.tables["unified_transactions"]
    month = sa.cast(sa.func.date_trunc("month", orders.c.order_datetime), sa.Date)
    dated = sa.select(month.label("month"), orders.c.order_revenue).subquery("dated_orders")
    revenue = total(dated.c.order_revenue).label("revenue")
    statement = sa.select(dated.c.month, revenue).group_by(dated.c.month)
    found = {f"{day:%Y-%m}": sum_ for day, sum_ in inputs.connection.execute(statement) if day}
    apart = tuple(_months_apart(expected, found))
    yield Measured(
        checked=sum(expected.values(), Decimal()),
        failing=sum((part.failing for part in apart), Decimal()),
        sql=statement,
        parts=apart,
    )


def _months_apart(expected: Mapping[str, Decimal], found: Mapping[str, Decimal]) -> Iterator[Part]:
    for month, revenue in sorted(expected.items()):
        if difference := abs(revenue - found.get(month, Decimal())):
            yield Part(name=month, checked=revenue, failing=difference)


CHECKS: tuple[Check, ...] = (
    SumCheck(
        id="rec.lines_orders",
        rows=order_rollup,
        column="order_revenue",
        error_above=ONE_IN_TEN_THOUSAND,
        expected=lambda rows: total(rows["line_revenue"]),
        found=lambda rows: total(rows["order_revenue"]),
        meaning="Revenue of lines that their orders do not have, or the reverse, by month.",
        advice="Build again: the orders are not made of these lines.",
    ),
    MeasuredCheck(
        id="rec.source_c360",
        table="unified_transactions",
        column="order_revenue",
        measure=_loaded_and_built,
        unit=CheckUnit.MONEY,
        error_above=ONE_IN_TEN_THOUSAND,
        meaning="Revenue that was loaded and is not in the orders, or the reverse, by source.",
        advice="Look at lines without a date or an order first: they are left out of the build.",
    ),
    MeasuredCheck(
        id="rec.expected",
        table="unified_transactions",
        column="order_revenue",
        measure=_as_expected,
        unit=CheckUnit.MONEY,
        warn_above=0.01,
        error_above=0.05,
        meaning="Revenue that differs from the site's own monthly figures.",
        advice="Look for months that are missing or loaded twice, and for tax, shipping or returns"
        " that one of the two counts.",
    ),
    MeasuredCheck(
        id="rec.tae",
        table="transaction_attributes_extended",
        column="lifetime_order_revenue",
        measure=_people_and_strangers,
        unit=CheckUnit.MONEY,
        error_above=ONE_IN_TEN_THOUSAND,
        meaning="Revenue of orders that neither people nor unknown customers have.",
        advice="Build again: the purchase history and the orders are not of one build.",
    ),
)

"""Database checks of orders: who placed them, when, and whether their lines belong (5.2)."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa

from ampiq_gql.build.expressions import Value
from ampiq_gql.build.validation.conditions import TOLERANCE, blank
from ampiq_gql.build.validation.declarations import Check, Relation, RowCheck
from ampiq_gql.build.validation.inputs import Absent, Inputs, Rows
from ampiq_gql.build.validation.models import CheckUnit
from ampiq_gql.build.validation.relations import (
    build_rows,
    build_table,
    key_columns,
    order_customers,
    order_rollup,
    order_sources,
    undated_lines,
)
from ampiq_gql.build.windows import end_of

__all__ = ["CHECKS"]

ORDERS = build_rows("unified_transactions")
ORDERS_BY_SOURCE = build_rows("unified_transactions", by=("datasource",))
EPOCH = date(1970, 1, 1)
OLDEST = datetime(1990, 1, 1)  # noqa: DTZ001 - wall clock of the site, as all dates of a build


def _with_end_of_build(inputs: Inputs) -> Rows | Absent:
    """Return the orders beside the end of the build's last day."""
    rows = build_table(inputs, "unified_transactions")
    if isinstance(rows, Absent):
        return rows
    end = sa.literal(end_of(inputs.context.as_of), sa.DateTime).label("end_of_build")
    statement = sa.select(rows["order_id"], rows["order_datetime"], end)
    return Rows(statement.subquery("dated_orders"))


DATED = Relation(
    table="unified_transactions",
    select=_with_end_of_build,
    keys=key_columns("unified_transactions", "order_id"),
    reads=("unified_transactions",),
    is_additive=True,
)


def _takes_back_too_much(rows: Rows) -> Value:
    revenue = (
        rows["order_revenue"] + rows["order_returned_revenue"] + rows["order_canceled_revenue"]
    )
    units = (
        rows["order_quantity"] + rows["order_returned_quantity"] + rows["order_canceled_quantity"]
    )
    return (revenue < -TOLERANCE) | (units < 0)


CHECKS: tuple[Check, ...] = (
    RowCheck(
        id="id.null_orders",
        rows=ORDERS_BY_SOURCE,
        column="amperity_id",
        warn_above=0.2,
        fails=lambda rows: rows["amperity_id"].is_(None),
        part_by="purchase_channel",
        meaning="Orders without a known customer, by channel.",
        advice="Orders without a known customer count for revenue, never for people: load their"
        " customers, or check the customer ids.",
    ),
    RowCheck(
        id="id.many_per_order",
        rows=order_customers,
        column="amperity_id",
        warn_above=0.001,
        fails=lambda rows: rows["first_person"] != rows["last_person"],
        meaning="Orders whose rows name several people; one of them is picked.",
        advice="Look at the customer ids of these orders: an order belongs to one person.",
    ),
    RowCheck(
        id="ord.many",
        rows=order_customers,
        column="customer_id",
        warn_above=0.001,
        fails=lambda rows: rows["first_customer"] != rows["last_customer"],
        meaning="Order ids that come with several customer ids.",
        advice="Look whether order numbers are used again: put the shop's or year's name before"
        " them.",
    ),
    RowCheck(
        id="ord.repeated",
        rows=order_sources,
        column="datasource",
        unit=CheckUnit.KEYS,
        error_above=0,
        fails=lambda rows: rows["first_source"] != rows["last_source"],
        meaning="Order ids that several sources bring.",
        advice="The same order ids came from several sources: put the source's name before the ids"
        " when they are different orders; load corrections under the source of the first load.",
    ),
    RowCheck(
        id="ord.orphan_order",
        rows=undated_lines,
        error_above=0,
        fails=lambda rows: rows["order_datetime"].is_(None),
        meaning="Loaded lines that are left out, since neither they nor an order say when.",
        advice="Load the orders of these lines, or map the date of the lines.",
    ),
    RowCheck(
        id="ord.orphan_order.lines",
        rows=order_rollup,
        error_above=0,
        fails=lambda rows: rows["is_without_lines"],
        meaning="Orders without a single line.",
        advice="Build again: every order is made of its lines, so the tables are not of one build.",
    ),
    RowCheck(
        id="ord.orphan_order.orders",
        rows=order_rollup,
        error_above=0,
        fails=lambda rows: rows["is_without_order"],
        meaning="Order ids of lines that are no order.",
        advice="Build again: every line has its order, so the tables are not of one build.",
    ),
    RowCheck(
        id="ord.return_unlinked",
        rows=order_rollup,
        warn_above=0.01,
        checked=lambda rows: rows["lines"] > rows["purchase_lines"],
        fails=lambda rows: rows["purchase_lines"] == 0,
        meaning="Orders with returns or cancellations that have no purchase line.",
        advice="The history is usually cut off before the purchase: load older orders.",
    ),
    RowCheck(
        id="ord.store",
        rows=ORDERS,
        column="store_id",
        fails=blank("store_id"),
        meaning="Orders without a store.",
        advice="Segments by store do not find these orders: map the store, or fill it.",
    ),
    RowCheck(
        id="ord.return_too_large",
        rows=ORDERS,
        warn_above=0,
        checked=lambda rows: rows["sum_item_revenue"].is_not(None),
        fails=_takes_back_too_much,
        meaning="Orders of which more was returned and canceled than bought.",
        advice="Look for returns that were loaded twice, or of another order.",
    ),
    RowCheck(
        id="ord.dates",
        rows=DATED,
        column="order_datetime",
        error_above=0,
        fails=lambda rows: rows["order_datetime"].is_(None),
        meaning="Orders without a date.",
        advice="Map the date of the orders: without it no window finds them.",
    ),
    RowCheck(
        id="ord.dates.future",
        rows=DATED,
        column="order_datetime",
        warn_above=0,
        fails=lambda rows: rows["order_datetime"] >= rows["end_of_build"],
        meaning="Orders after the day of the build.",
        advice="Orders after the day of the build are left out of every figure.",
    ),
    RowCheck(
        id="ord.date_old",
        rows=DATED,
        column="order_datetime",
        warn_above=0,
        fails=lambda rows: rows["order_datetime"] < OLDEST,
        parts=lambda rows: {
            EPOCH.isoformat(): sa.cast(rows["order_datetime"], sa.Date) == EPOCH,
            "before 1990": rows["order_datetime"] < OLDEST,
        },
        meaning="Orders before 1990, those of 1 January 1970 among them.",
        advice="Orders before 1990 are usually a mistake in the export, 1970 an empty timestamp.",
    ),
)

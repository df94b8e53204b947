"""Input checks of orders and their lines, source by source (5.1)."""

from __future__ import annotations

from decimal import Decimal

import sqlalchemy as sa

from ampiq_gql.build.expressions import Value, first_known
from ampiq_gql.build.validation.conditions import (
    TOLERANCE,
    blank,
    differ,
    is_purchase,
    is_taken_back,
)
from ampiq_gql.build.validation.declarations import AggregateCheck, Check, RowCheck
from ampiq_gql.build.validation.inputs import Rows
from ampiq_gql.build.validation.relations import source_rows
from ampiq_gql.ingest import SourceKind

__all__ = ["CHECKS"]

ORDERS = source_rows(SourceKind.ORDERS)
LINES = source_rows(SourceKind.ORDER_ITEMS)
PRODUCTS_OF_LINES = source_rows(SourceKind.ORDER_ITEMS, is_additive=False)
HALF_A_PERCENT = Decimal("0.005")


def _amount(rows: Rows, amount: str) -> Value:
    """Return the amount of all units, as stated or as units times the amount of one."""
    units = rows[f"unit_{amount}"] * sa.func.coalesce(rows["item_quantity"], 1)
    stated = [
        rows[f"item_{amount}"] if rows.has(f"item_{amount}") else None,
        units if rows.has(f"unit_{amount}") else None,
    ]
    value = first_known(stated)
    return rows[f"item_{amount}"] if value is None else value


def _has_no_revenue(rows: Rows) -> sa.ColumnElement[bool]:
    """Say whether neither the revenue nor anything that implies it is stated."""
    implied = _amount(rows, "list_price") - _amount(rows, "discount_amount")
    return (
        _amount(rows, "revenue").is_(None)
        & _amount(rows, "subtotal").is_(None)
        & implied.is_(None)
    )  # fmt: skip


def _revenue_is_not_list_price_less_discount(rows: Rows) -> Value:
    """Look at what half a percent is only where a cent is exceeded: it costs more."""
    list_price, discount = _amount(rows, "list_price"), _amount(rows, "discount_amount")
    apart = sa.func.abs(_amount(rows, "revenue") - (list_price - discount))
    allowed = sa.func.abs(list_price) * HALF_A_PERCENT
    return sa.case((apart > TOLERANCE, apart > allowed), else_=sa.false())


CHECKS: tuple[Check, ...] = (
    *(
        RowCheck(
            id="in.order.id_missing",
            rows=rows,
            column="order_id",
            error_above=0,
            fails=blank("order_id"),
            meaning="Orders or lines without an order id.",
            advice="Map the order number, or leave these rows out of the export.",
        )
        for rows in (ORDERS, LINES)
    ),
    RowCheck(
        id="in.order.qty_rev_date",
        rows=ORDERS,
        column="order_datetime",
        error_above=0,
        fails=lambda rows: rows["order_datetime"].is_(None),
        meaning="Orders without a date.",
        advice="Map the date of the order, or leave these rows out of the export.",
    ),
    RowCheck(
        id="in.order.qty_rev_date",
        rows=LINES,
        column="item_revenue",
        error_above=0,
        fails=_has_no_revenue,
        meaning="Lines that neither state their revenue nor imply it by subtotal, or by list price"
        " and discount.",
        advice="Map the revenue or the price of the lines; a missing quantity counts as 1.",
    ),
    *(
        RowCheck(
            id=f"in.order.{word}",
            rows=rows,
            column=column,
            needs=(column,),
            fails=blank(column),
            meaning=f"Orders or lines without a {word}.",
            advice=f"Segments by {word} do not find these orders: map the column, or fill it.",
        )
        for rows in (ORDERS, LINES)
        for word, column in (("store", "store_id"), ("channel", "purchase_channel"))
    ),
    RowCheck(
        id="in.item.product_id",
        rows=LINES,
        column="product_id",
        warn_above=0.01,
        fails=blank("product_id"),
        meaning="Lines without a product.",
        advice="Map the product id or SKU: conditions on products do not see these lines.",
    ),
    AggregateCheck(
        id="in.item.product_unique",
        rows=PRODUCTS_OF_LINES,
        column="product_id",
        total=lambda rows: sa.func.count(rows["product_id"]),
        surplus=lambda rows: (
            sa.func.count(rows["product_id"]) - sa.func.count(sa.distinct(rows["product_id"]))
        ),
        meaning="Lines of a product that another line has too.",
        advice="When hardly a product is bought twice, the product id is rather an id of lines.",
    ),
    RowCheck(
        id="in.item.both_flags",
        rows=LINES,
        error_above=0,
        fails=lambda rows: rows["is_return"] & rows["is_cancellation"],
        meaning="Lines that are both returned and canceled.",
        advice="Clear one of the two flags: the line would be taken back twice.",
    ),
    RowCheck(
        id="in.item.flag_unknown",
        rows=LINES,
        fails=lambda rows: rows["is_return"].is_(None) | rows["is_cancellation"].is_(None),
        meaning="Lines that do not say whether they are returned or canceled.",
        advice="Unknown flags count as no: these lines are purchases.",
    ),
    RowCheck(
        id="in.item.sign_purchase",
        rows=LINES,
        warn_above=0,
        checked=is_purchase,
        fails=lambda rows: sa.or_(
            rows["item_quantity"] < 0,
            _amount(rows, "revenue") < 0,
            _amount(rows, "discount_amount") < 0,
        ),
        meaning="Purchases with a quantity, revenue or discount below 0.",
        advice="Flag these lines as returns, or correct their signs.",
    ),
    RowCheck(
        id="in.item.sign_return",
        rows=LINES,
        warn_above=0,
        checked=is_taken_back,
        fails=lambda rows: (rows["item_quantity"] > 0) | (_amount(rows, "revenue") > 0),
        meaning="Returns or cancellations with a quantity or revenue above 0.",
        advice="Flip the signs of returned and canceled lines: they take away what was bought.",
    ),
    RowCheck(
        id="in.item.discount_pct",
        rows=LINES,
        column="item_discount_percent",
        needs=("item_discount_percent",),
        warn_above=0.01,
        fails=lambda rows: differ(
            rows["item_discount_percent"],
            _amount(rows, "discount_amount") / sa.func.nullif(_amount(rows, "list_price"), 0),
        ),
        meaning="Lines whose percentage is not discount over list price, within 0.01.",
        advice="Leave the percentage out: it is worked out from the amounts.",
    ),
    RowCheck(
        id="in.item.rev_list",
        rows=LINES,
        column="item_revenue",
        warn_above=0.01,
        fails=_revenue_is_not_list_price_less_discount,
        meaning="Lines whose revenue is not list price less discount, within a cent or half a"
        " percent.",
        advice="Look whether revenue, list price or discount is of one unit, or includes tax.",
    ),
)

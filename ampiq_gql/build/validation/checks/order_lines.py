"""Database checks of order lines: what was bought, returned and canceled (5.2)."""

from __future__ import annotations

import sqlalchemy as sa

from ampiq_gql.build.expressions import Value
from ampiq_gql.build.validation.conditions import (
    TOLERANCE,
    blank,
    differ,
    is_purchase,
    is_taken_back,
)
from ampiq_gql.build.validation.declarations import Check, RowCheck
from ampiq_gql.build.validation.inputs import Rows
from ampiq_gql.build.validation.relations import build_rows

__all__ = ["CHECKS"]

LINES = build_rows("unified_itemized_transactions")
PURCHASES = build_rows("unified_itemized_transactions", where=is_purchase)
TAKEN_BACK = build_rows("unified_itemized_transactions", where=is_taken_back)

PRODUCT_COLUMNS = ("product_category", "product_subcategory", "product_description")
AMOUNTS = (
    "item_cost", "item_list_price", "item_discount_amount", "item_discount_percent",
    "item_subtotal", "item_revenue",
)  # fmt: skip


def _percentage_is_wrong(rows: Rows) -> Value:
    """Judge the lines that have a discount: to work the percentage out for all takes seconds."""
    percent, discount = rows["item_discount_percent"], rows["item_discount_amount"]
    list_price = rows["item_list_price"]
    is_off = differ(percent * list_price, discount, sa.func.abs(list_price) * TOLERANCE)
    is_wrong = sa.or_(percent < 0, percent > 1, is_off)
    return sa.case((discount == 0, sa.false()), else_=is_wrong)


CHECKS: tuple[Check, ...] = (
    RowCheck(
        id="ord.id_missing",
        rows=LINES,
        column="order_id",
        error_above=0,
        fails=blank("order_id"),
        meaning="Lines without an order id.",
        advice="Map the order number, or leave these lines out of the export.",
    ),
    *(
        RowCheck(
            id="ord.product",
            rows=LINES,
            column=column,
            needs=(column,),
            warn_above=0.1,
            fails=blank(column),
            meaning=f"Lines without {column}.",
            advice="Load the product catalog, or map the column: conditions on products do not see"
            " these lines.",
        )
        for column in ("product_id", *PRODUCT_COLUMNS)
    ),
    RowCheck(
        id="ord.return_positive",
        rows=TAKEN_BACK,
        error_above=0,
        fails=lambda rows: sa.or_(
            rows["item_cost"] > 0, rows["item_quantity"] > 0, rows["item_revenue"] > 0
        ),
        meaning="Returns or cancellations with a cost, quantity or revenue above 0.",
        advice="Amounts of returned and canceled lines must be 0 or less: flip their signs.",
    ),
    RowCheck(
        id="ord.purchase_negative",
        rows=PURCHASES,
        warn_above=0,
        error_above=0.001,
        fails=lambda rows: sa.or_(*(rows[amount] < 0 for amount in AMOUNTS)),
        parts=lambda rows: {amount: rows[amount] < 0 for amount in AMOUNTS},
        meaning="Purchases with a cost, list price, discount, subtotal or revenue below 0.",
        advice="Purchase lines below 0 are usually returns without their flag.",
    ),
    RowCheck(
        id="ord.revenue_missing",
        rows=PURCHASES,
        column="item_revenue",
        error_above=0.001,
        fails=lambda rows: rows.is_null("item_revenue"),
        meaning="Purchases of unknown revenue.",
        advice="Orders without lines and without an amount count with a revenue of 0: load their"
        " lines, or map the amount.",
    ),
    RowCheck(
        id="ord.qty_zero",
        rows=PURCHASES,
        column="item_quantity",
        warn_above=0,
        fails=lambda rows: rows["item_quantity"] <= 0,
        meaning="Purchases of no unit.",
        advice="Averages per unit leave these lines out: correct the quantity, or flag returns.",
    ),
    RowCheck(
        id="ord.list_minus_rev",
        rows=PURCHASES,
        column="item_discount_amount",
        warn_above=0.01,
        fails=lambda rows: differ(
            rows["item_list_price"] - rows["item_revenue"], rows["item_discount_amount"]
        ),
        meaning="Purchases whose list price less revenue is not the discount, within a cent.",
        advice="Look whether one of the three is of one unit, or includes tax.",
    ),
    RowCheck(
        id="ord.cost_profit",
        rows=PURCHASES,
        column="item_profit",
        warn_above=0.01,
        fails=lambda rows: differ(rows["item_revenue"], rows["item_cost"] + rows["item_profit"]),
        meaning="Purchases whose revenue is not cost and profit, within a cent.",
        advice="Leave one of cost and profit out: it is worked out from the other.",
    ),
    RowCheck(
        id="ord.discount_pct",
        rows=PURCHASES,
        column="item_discount_percent",
        warn_above=0.01,
        fails=_percentage_is_wrong,
        meaning="Purchases whose discount is below 0 or above 100 % of the list price, or not what"
        " is stated.",
        advice="Look whether discounts are of the whole order, or list prices of one unit.",
    ),
)

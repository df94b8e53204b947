"""The orders of the synthetic shop and their lines, with what came back or was called off."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from ampiq_gql.demo import vocabulary as words
from ampiq_gql.demo.synthetic.dimensions import END, HISTORY_DAYS, LAST_RETURN_DAYS, PRODUCTS, SEED
from ampiq_gql.demo.synthetic.values import after_start, dollars, numbered, percentage, row
from ampiq_gql.warehouse.generation import Draws, Element, exploded, maybe

__all__ = ["moments", "order_items", "orders"]


def moments(shoppers: sa.Table) -> sa.Select[Any]:
    """Return every order with the moment it is placed."""
    positions = sa.select(shoppers, exploded(shoppers.c.orders).label("position")).subquery("o")
    draw = _draws(positions).uniform("moment")
    moment = positions.c.arrival + positions.c.active * draw
    columns = {
        "customer": positions.c.customer,
        "customer_id": positions.c.customer_id,
        "position": positions.c.position,
        "brand": positions.c.brand,
        "store_id": positions.c.store_id,
        "placed_at": after_start(moment * HISTORY_DAYS),
    }
    return row(columns, positions)


def orders(moments: sa.Table) -> sa.Select[Any]:
    """Return the orders; people are loyal to a brand three times out of four."""
    channel = _draws(moments).weighted("channel", words.CHANNELS)
    channelled = sa.select(*moments.c, channel.label("channel")).subquery("channelled")
    draws = _draws(channelled)
    is_store = channelled.c.channel == "store"
    brand = sa.case(
        (draws.happens("at home", 0.75), channelled.c.brand),
        else_=draws.weighted("away", words.BRANDS),
    )
    columns = {
        "order_id": _order_id(channelled),
        # One order in a hundred is a guest's.
        "customer_id": maybe(~draws.happens("guest", 0.01), channelled.c.customer_id),
        "order_datetime": channelled.c.placed_at,
        "currency": sa.literal("USD", sa.Text()),
        "order_shipping_amount": dollars(sa.case((draws.happens("ships free", 0.6), 0), else_=595)),
        "purchase_brand": brand,
        "purchase_channel": channelled.c.channel,
        "digital_channel": maybe(~is_store, draws.weighted("digital", words.DIGITAL_CHANNELS)),
        "store_id": maybe(is_store, channelled.c.store_id),
        "payment_method": draws.weighted("payment", words.PAYMENT_METHODS),
    }
    return row(columns, channelled)


def order_items(moments: sa.Table, prices: sa.Table) -> sa.Select[Any]:
    """Return purchase lines, and a line of its own for each that came back or was called off."""
    lines = _entries(_lines(moments))
    listed = dollars(lines.c.units * prices.c.cents)
    discount = percentage(listed, lines.c.percent)
    bought, came_back = lines.c.placed_at, _later(lines.c.placed_at, lines.c.days_kept)
    columns = {
        "order_id": _order_id(lines),
        "product_id": prices.c.product_id,
        "is_return": lines.c.is_return,
        "is_cancellation": lines.c.is_cancellation,
        "line_number": lines.c.line + 1,
        "order_datetime": sa.case((lines.c.is_return, came_back), else_=bought),
        "item_quantity": lines.c.units,
        "item_revenue": listed - discount,
        "item_list_price": listed,
        "item_discount_amount": discount,
        "item_cost": percentage(listed, 55),
        "item_tax_amount": percentage(listed - discount, 8),
    }
    return row(columns, lines.join(prices, prices.c.product == lines.c.product))


def _draws(orders: sa.FromClause) -> Draws:
    return Draws(SEED, orders.c.customer, orders.c.position)


def _order_id(orders: sa.FromClause) -> Element:
    return numbered("O", orders.c.customer * 1_000 + orders.c.position, 11)


def _lines(moments: sa.Table) -> sa.Subquery:
    """Return the lines of every order: product, units, discount, what became of it."""
    count = _draws(moments).weighted("lines", {1: 9, 2: 6, 3: 3, 4: 2})
    lines = sa.select(
        *(moments.c[name] for name in ("customer", "position", "placed_at")),
        exploded(count).label("line"),
    ).subquery("numbered")
    draws = Draws(SEED, lines.c.customer, lines.c.position, lines.c.line)
    days_kept = draws.below("days kept", LAST_RETURN_DAYS) + 1
    # What would come back after the last day has not come back yet.
    is_back = _later(lines.c.placed_at, days_kept) <= sa.literal(END, sa.DateTime())
    columns = {
        **dict(lines.c.items()),
        "product": draws.mostly_low("product", PRODUCTS),
        "units": draws.weighted("units", {1: 16, 2: 3, 3: 1}),
        "percent": draws.weighted("discount", {0: 31, 10: 10, 20: 6, 40: 3}),
        "is_returned": draws.happens("returned", 0.055) & is_back,
        "is_cancelled": draws.happens("cancelled", 0.015),
        "days_kept": days_kept,
    }
    return row(columns, lines).subquery("lines")


def _later(moment: Element, days: Element) -> Element:
    return moment + sa.func.to_days(sa.cast(days, sa.Integer()))


def _entries(lines: sa.Subquery) -> sa.Subquery:
    """Repeat what was taken back, with negative units, so that all its amounts are negative."""
    is_gone = lines.c.is_returned | lines.c.is_cancelled
    copies = sa.case((is_gone, 2), else_=1)
    entries = sa.select(*lines.c, exploded(copies).label("entry")).subquery("entries")
    is_purchase = entries.c.entry == 0
    taken = {
        "units": sa.case((is_purchase, entries.c.units), else_=-entries.c.units),
        "is_return": ~is_purchase & entries.c.is_returned,
        "is_cancellation": ~is_purchase & ~entries.c.is_returned,
    }
    kept = ("customer", "position", "line", "placed_at", "product", "percent", "days_kept")
    columns = {name: entries.c[name] for name in kept} | taken
    return row(columns, entries).subquery("entered")

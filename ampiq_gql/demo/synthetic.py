"""A synthetic shop of any size, made in SQL: the same seed gives the same shop.

`customers` people place about ten orders each over four years: some none, some hundreds. Four
brands, four channels, 250 stores and 5,000 products; discounts, returns, cancellations, guests,
gaps in the profiles, and consent that not everybody gives. It is written into the source tables
as if a source named `synthetic` had been loaded.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from ampiq_gql.demo import vocabulary as words
from ampiq_gql.ingest import SourceKind
from ampiq_gql.ingest.sources import LOADS, prepare_table
from ampiq_gql.progress import Progress
from ampiq_gql.warehouse import SourcesConnection, Warehouse
from ampiq_gql.warehouse.generation import Draws, Element, exploded, item, kept, maybe, series

__all__ = ["AS_OF", "SEED", "SOURCE", "generate"]

SEED = 20_261_031
SOURCE = "synthetic"
AS_OF = date(2026, 10, 31)
"""The last day of the history; nothing is dated later."""

HISTORY_DAYS = 1_460
PRODUCTS = 5_000
STORES = 250
LAST_RETURN_DAYS = 40
MEAN_ORDERS = 10.5
"""Mean of the exponential law whose whole part is a customer's number of orders: 10 on average,
none for one customer in eleven."""

_END = datetime.combine(AS_OF, time(22))


def generate(warehouse: Warehouse, customers: int, progress: Progress) -> None:
    """Write the shop into the source tables, in one transaction, replacing nothing.

    Raises `Conflict` (`SOURCES_NOT_EMPTY`) when anything has been loaded before.
    """
    with (
        warehouse.sources(f"ampiq demo --synthetic {customers}") as sources,
        sources.connection.begin(),
        kept(sources.connection, "shoppers", _shoppers(customers)) as shoppers,
        kept(sources.connection, "moments", _moments(shoppers)) as moments,
        kept(sources.connection, "lines", _lines(moments)) as lines,
    ):
        steps = {
            SourceKind.PRODUCTS: _products(),
            SourceKind.CUSTOMERS: _customers(customers),
            SourceKind.ORDERS: _orders(moments),
            SourceKind.ORDER_ITEMS: _order_items(lines),
            SourceKind.EMAIL_OPT_STATUS: _email_consent(customers),
            SourceKind.SMS_OPT_STATUS: _sms_consent(customers),
        }
        progress.start(f"Make a shop of {customers:,} customers", len(steps))
        for kind, statement in steps.items():
            _write(sources, kind, statement)
            progress.advance()
        progress.finish()


def _write(
    sources: SourcesConnection, kind: SourceKind, rows: sa.Select[Any] | sa.CompoundSelect[Any]
) -> None:
    names = [column.name for column in rows.selected_columns]
    connection = sources.connection
    table = prepare_table(connection, kind, dict(zip(names, names, strict=True)), source=SOURCE)
    marked = sa.select(
        *rows.subquery("made").c,
        sa.literal(SOURCE, sa.Text()).label("datasource"),
        sa.literal(SOURCE, sa.Text()).label("load_id"),
    )
    connection.execute(table.insert().from_select([*names, "datasource", "load_id"], marked))
    count = sa.select(sa.func.count()).select_from(table)
    loaded = LOADS.insert().values(
        load_id=SOURCE,
        kind=kind.value,
        datasource=SOURCE,
        file=SOURCE,
        file_hash=f"{SOURCE}:{SEED}:{kind.value}",
        loaded_at=datetime.now(UTC).replace(tzinfo=None),
        rows_read=count.scalar_subquery(),
        rows_quarantined=0,
        blank_lines=0,
    )
    connection.execute(loaded)


def _select(columns: Mapping[str, Element], *sources: sa.FromClause) -> sa.Select[Any]:
    labelled = (column.label(name) for name, column in columns.items())
    return sa.select(*labelled).select_from(*sources)


def _padded(prefix: str, number: Element, width: int) -> Element:
    digits = sa.func.lpad(sa.cast(number, sa.Text()), width, "0", type_=sa.Text())
    return sa.literal(prefix, sa.Text()) + digits if prefix else digits


def _money(amount: Element) -> Element:
    return sa.cast(sa.func.round(amount, 2), sa.Numeric(18, 4))


# --- products ------------------------------------------------------------------------------------


def _products() -> sa.Select[Any]:
    products = series(PRODUCTS, "product")
    number = products.c.product
    draws = Draws(SEED, number)
    category = number % len(words.CATEGORIES)
    kind = item(words.CATEGORIES, category)
    color = draws.one_of("color", words.COLORS)
    material = draws.one_of("material", words.MATERIALS)
    brand = draws.one_of("product brand", words.PRODUCT_BRANDS)
    department = item(words.DEPARTMENTS, category % len(words.DEPARTMENTS))
    subcategory = kind + " " + draws.one_of("subcategory", words.STYLES)
    columns = {
        "product_id": _padded("P", number, 5),
        "product_name": brand + " " + color + " " + kind,
        "product_description": color + " " + material + " " + kind + " by " + brand,
        "product_brand": brand,
        "product_category": kind,
        "product_subcategory": subcategory,
        "product_department": department,
        "product_class": department + " " + kind,
        "product_color": color,
        "product_material": material,
        "product_fabric": material,
        "product_gender": draws.weighted("gender", {"F": 4, "M": 4, "U": 2}),
        "product_size": draws.one_of("size", words.SIZES),
        "product_season": draws.one_of("season", words.SEASONS),
        "product_style": draws.one_of("style", words.STYLES),
        "product_collection": draws.one_of("collection", words.COLLECTIONS),
        "product_type": kind,
        "product_sku": _padded("SKU-", number, 6),
        "product_upc": _padded("0", number * 7_919 % 10**10, 11),
        "product_msrp": _list_price(number),
    }
    return _select(columns, products)


def _list_price(product: Element) -> Element:
    """Return the price of one unit: most between 8 and 80, a few up to 300."""
    draw = Draws(SEED, product).uniform("price")
    return _money(8 + 72 * draw + 220 * sa.func.pow(draw, 12)) - sa.literal(0.01, sa.Numeric(18, 4))


# --- people --------------------------------------------------------------------------------------


def _customer_id(number: Element) -> Element:
    return _padded("C", number, 8)


def _has_email(customer: Element) -> sa.ColumnElement[bool]:
    return Draws(SEED, customer).happens("has email", 0.84)


def _has_phone(customer: Element) -> sa.ColumnElement[bool]:
    return Draws(SEED, customer).happens("has phone", 0.66)


def _email(customer: Element) -> Element:
    return sa.func.lower(_customer_id(customer), type_=sa.Text()) + "@example.com"


def _phone(customer: Element) -> Element:
    # The range 555-01xx is free for fiction; the extension tells the lines apart.
    return sa.literal("+1555010", sa.Text()) + _padded("", customer, 8)


def _customers(count: int) -> sa.Select[Any]:
    people = series(count, "customer")
    number = people.c.customer
    draws = Draws(SEED, number)
    place = draws.below("place", len(words.PLACES))
    given_name = draws.one_of("given name", words.GIVEN_NAMES)
    surname = draws.one_of("surname", words.SURNAMES)
    street = (
        sa.cast(draws.below("house", 990) + 10, sa.Text())
        + " " + draws.one_of("street", words.STREETS) + " Street"
    )  # fmt: skip
    columns = {
        "customer_id": _customer_id(number),
        "given_name": maybe(draws.happens("has name", 0.97), given_name),
        "surname": maybe(draws.happens("has name", 0.97), surname),
        "full_name": maybe(draws.happens("has name", 0.97), given_name + " " + surname),
        "title": draws.weighted("title", {"Ms": 30, "Mr": 30, "Dr": 3, None: 40}),
        "company": maybe(draws.happens("company", 0.02), surname + " LLC"),
        "email": maybe(_has_email(number), _email(number)),
        "phone": maybe(_has_phone(number), _phone(number)),
        "address": maybe(draws.happens("has street", 0.9), street),
        "address2": maybe(draws.happens("has unit", 0.1), "Unit 2"),
        "city": maybe(draws.happens("has city", 0.96), item([p[0] for p in words.PLACES], place)),
        "state": maybe(draws.happens("has city", 0.96), item([p[1] for p in words.PLACES], place)),
        "postal": maybe(
            draws.happens("has postal", 0.94),
            item([p[2] for p in words.PLACES], place) + _padded("", draws.below("postal", 100), 2),
        ),
        "country": sa.literal("US", sa.Text()),
        "birthdate": maybe(draws.happens("has birthdate", 0.7), _birthdate(draws)),
        "gender": draws.weighted("gender", {"F": 50, "M": 44, "X": 2, None: 10}),
        "loyalty_id": maybe(draws.happens("loyal", 0.42), _padded("L", number, 9)),
        "create_dt": _first_day(draws),
        "update_dt": sa.literal(_END, sa.DateTime()),
    }
    return _select(columns, people)


def _birthdate(draws: Draws) -> Element:
    youngest = sa.literal(AS_OF - timedelta(days=18 * 365), sa.Date())
    return sa.cast(youngest - sa.cast(draws.below("age", 62 * 365), sa.Integer()), sa.Date())


def _first_day(draws: Draws) -> Element:
    """Return when the customer came: any moment of the history."""
    return _after_start(draws.uniform("arrival") * HISTORY_DAYS)


def _after_start(days: Element) -> Element:
    start = sa.literal(_END - timedelta(days=HISTORY_DAYS), sa.DateTime())
    seconds = sa.cast(days * 86_400, sa.BigInteger())
    return sa.cast(start + sa.func.to_seconds(seconds), sa.DateTime())


def _email_consent(count: int) -> sa.Select[Any]:
    people = series(count, "customer")
    number = people.c.customer
    draws = Draws(SEED, number)
    columns = {
        "email": _email(number),
        "is_email_opted_in": draws.happens("email consent", 0.63),
        "email_frequency": draws.one_of("email frequency", ("daily", "weekly", "monthly")),
        "language_preference": draws.weighted("language", {"en": 8, "es": 2}),
        "update_dt": _first_day(draws),
    }
    return _select(columns, people).where(
        _has_email(number), draws.happens("asked about email", 0.9)
    )


def _sms_consent(count: int) -> sa.Select[Any]:
    people = series(count, "customer")
    number = people.c.customer
    draws = Draws(SEED, number)
    columns = {
        "phone": _phone(number),
        "is_sms_opted_in": draws.happens("sms consent", 0.48),
        "sms_frequency": draws.one_of("sms frequency", ("weekly", "monthly")),
        "language_preference": draws.weighted("language", {"en": 8, "es": 2}),
        "update_dt": _first_day(draws),
    }
    return _select(columns, people).where(_has_phone(number), draws.happens("asked about sms", 0.8))


# --- orders --------------------------------------------------------------------------------------


def _shoppers(customers: int) -> sa.Select[Any]:
    """Return per customer what their orders have in common, and how many they are."""
    people = series(customers, "customer")
    draws = Draws(SEED, people.c.customer)
    arrival = draws.uniform("arrival")
    orders = sa.func.floor(-sa.func.ln(1 - draws.uniform("orders")) * MEAN_ORDERS)
    columns = {
        "customer": people.c.customer,
        "orders": sa.cast(orders, sa.BigInteger()),
        "arrival": arrival,
        # How much of the rest of the history they stay: most of it for many.
        "interest": (1 - arrival) * sa.func.sqrt(draws.uniform("interest"), type_=sa.Double()),
        "brand": draws.weighted("brand", words.BRANDS),
        "store": draws.below("store", STORES) + 1,
    }
    return _select(columns, people)


def _moments(shoppers: sa.Table) -> sa.Select[Any]:
    """Return every order with the moment it is placed."""
    positions = sa.select(shoppers, exploded(shoppers.c.orders).label("position")).subquery("o")
    draw = Draws(SEED, positions.c.customer, positions.c.position).uniform("moment")
    moment = positions.c.arrival + positions.c.interest * draw
    columns = {
        "customer": positions.c.customer,
        "position": positions.c.position,
        "brand": positions.c.brand,
        "store": positions.c.store,
        "placed_at": _after_start(moment * (HISTORY_DAYS - LAST_RETURN_DAYS)),
    }
    return _select(columns, positions)


def _order_id(orders: sa.FromClause) -> Element:
    return _padded("O", orders.c.customer * 1_000 + orders.c.position, 11)


def _orders(moments: sa.Table) -> sa.Select[Any]:
    """Return the orders; people are loyal to a brand three times out of four."""
    draws = Draws(SEED, moments.c.customer, moments.c.position)
    channelled = sa.select(
        *moments.c, draws.weighted("channel", words.CHANNELS).label("channel")
    ).subquery("channelled")
    draws = Draws(SEED, channelled.c.customer, channelled.c.position)
    is_store = channelled.c.channel == "store"
    brand = sa.case(
        (draws.happens("at home", 0.75), channelled.c.brand),
        else_=draws.weighted("away", words.BRANDS),
    )
    columns = {
        "order_id": _order_id(channelled),
        # One order in a hundred is a guest's.
        "customer_id": maybe(~draws.happens("guest", 0.01), _customer_id(channelled.c.customer)),
        "order_datetime": channelled.c.placed_at,
        "currency": sa.literal("USD", sa.Text()),
        "order_shipping_amount": sa.cast(
            sa.case((draws.happens("ships free", 0.6), 0), else_=5.95), sa.Numeric(18, 4)
        ),
        "purchase_brand": brand,
        "purchase_channel": channelled.c.channel,
        "digital_channel": maybe(~is_store, draws.weighted("digital", words.DIGITAL_CHANNELS)),
        "store_id": maybe(is_store, _padded("", channelled.c.store, 4)),
        "payment_method": draws.weighted("payment", words.PAYMENT_METHODS),
    }
    return _select(columns, channelled)


def _lines(moments: sa.Table) -> sa.Select[Any]:
    """Return the lines of every order: product, units, price, discount, what became of it."""
    order = Draws(SEED, moments.c.customer, moments.c.position)
    count = sa.cast(order.weighted("lines", {"1": 60, "2": 25, "3": 10, "4": 5}), sa.BigInteger())
    numbered = sa.select(*moments.c, exploded(count).label("line")).subquery("numbered")
    draws = Draws(SEED, numbered.c.customer, numbered.c.position, numbered.c.line)
    # Few products sell much: the square pulls the draw towards the first ones.
    popularity = sa.func.pow(draws.uniform("product"), 2) * PRODUCTS
    quantity = draws.weighted("units", {"1": 16, "2": 3, "3": 1})
    percent = draws.weighted("discount", {"0": 31, "10": 10, "20": 6, "40": 3})
    chosen = sa.select(
        numbered,
        sa.cast(sa.func.floor(popularity), sa.BigInteger()).label("product"),
        sa.cast(quantity, sa.Integer()).label("quantity"),
        sa.cast(percent, sa.Integer()).label("percent"),
    ).subquery("chosen")
    listed = sa.cast(chosen.c.quantity * _list_price(chosen.c.product), sa.Numeric(18, 4))
    priced = sa.select(chosen, listed.label("listed")).subquery("priced")
    fate = Draws(SEED, priced.c.customer, priced.c.position, priced.c.line)
    columns = {
        "order_id": _order_id(priced),
        "placed_at": priced.c.placed_at,
        "line": priced.c.line,
        "product": priced.c.product,
        "quantity": priced.c.quantity,
        "listed": priced.c.listed,
        "discount": _money(priced.c.listed * priced.c.percent / 100),
        "is_returned": fate.happens("returned", 0.055),
        "is_cancelled": fate.happens("cancelled", 0.015),
        "days_kept": fate.below("days kept", LAST_RETURN_DAYS) + 1,
    }
    return _select(columns, priced)


def _order_items(lines: sa.Table) -> sa.CompoundSelect[Any]:
    """Return purchase lines, and a line of its own for each that came back or was called off."""
    back = lines.c.placed_at + sa.func.to_days(sa.cast(lines.c.days_kept, sa.Integer()))
    gone = ~lines.c.is_returned & lines.c.is_cancelled
    return sa.union_all(
        _signed(lines, 1, is_return=False, is_cancellation=False, at=lines.c.placed_at),
        _signed(lines, -1, is_return=True, is_cancellation=False, at=back).where(
            lines.c.is_returned
        ),
        _signed(lines, -1, is_return=False, is_cancellation=True, at=lines.c.placed_at).where(gone),
    )


def _signed(
    lines: sa.Table, sign: int, *, is_return: bool, is_cancellation: bool, at: Element
) -> sa.Select[Any]:
    """Return lines of one kind; what returns and cancellations take back is negative."""
    paid = lines.c.listed - lines.c.discount
    columns = {
        "order_id": lines.c.order_id,
        "product_id": _padded("P", lines.c.product, 5),
        "is_return": sa.literal(is_return, sa.Boolean()),
        "is_cancellation": sa.literal(is_cancellation, sa.Boolean()),
        "line_number": lines.c.line + 1,
        "order_datetime": sa.cast(at, sa.DateTime()),
        "item_quantity": sign * lines.c.quantity,
        "item_revenue": sign * paid,
        "item_list_price": sign * lines.c.listed,
        "item_discount_amount": sign * lines.c.discount,
        "item_cost": sign * _money(lines.c.listed * 55 / 100),
        "item_tax_amount": sign * _money(paid * 8 / 100),
    }
    return _select(columns, lines)

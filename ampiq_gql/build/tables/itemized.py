"""unified_itemized_transactions: every purchase, return and cancellation line with its person.

Lines inherit from their order what they lack; an order without lines becomes one line.
"""

from __future__ import annotations

import sqlalchemy as sa

from ampiq_gql.build.expressions import MONEY, Value, first_known, site_time
from ampiq_gql.build.line_texts import INHERITED, LineTexts
from ampiq_gql.build.models import BuildContext
from ampiq_gql.build.sources import Sources, SourceTable
from ampiq_gql.build.tables.amounts import Amounts
from ampiq_gql.build.writing import TableSelect
from ampiq_gql.ingest import SourceKind
from ampiq_gql.ingest.columns import PRODUCT_COLUMNS
from ampiq_gql.warehouse import AnySelect

__all__ = ["unified_itemized_transactions"]

AMOUNTS = ("revenue", "list_price", "discount_amount", "subtotal", "tax_amount", "cost", "profit")
LINE_KEY = ("datasource", "order_id", "product_id", "is_return", "is_cancellation", "line_number")
LINE_COLUMNS = (
    *LINE_KEY, "order_datetime", *INHERITED, "order_discount_amount", "item_quantity",
    *(f"{scope}_{amount}" for scope in ("item", "unit") for amount in AMOUNTS),
    *(column.name for column in PRODUCT_COLUMNS),
)  # fmt: skip
ORDER_COLUMNS = (
    "datasource", "order_id", "customer_id", "order_datetime", *INHERITED,
    "order_discount_amount", "order_quantity", "order_revenue", "order_cost", "order_tax_amount",
)  # fmt: skip


def unified_itemized_transactions(
    sources: Sources,
    keys: sa.FromClause,
    catalog: sa.FromClause,
    texts: LineTexts,
    context: BuildContext,
) -> TableSelect:
    """Select all lines that have a date, sorted as people are read."""
    lines = _lines(sources, texts, context).subquery("lines")
    joined = lines.outerjoin(keys, keys.c.customer_id == lines.c.customer_id)
    listed = _listed(sources[SourceKind.PRODUCTS], catalog, texts)
    if listed is not None:
        joined = joined.outerjoin(listed, listed.c.product_id == lines.c.product_id)
    amounts = Amounts(lines)
    values: dict[str, Value] = {"amperity_id": keys.c.amperity_id}
    values |= {
        column.name: column
        for column in lines.columns
        if not column.name.startswith(("item_", "unit_", "product_"))
    }
    values |= amounts.stored()
    values |= _product_values(lines, listed)
    constant = {name: text for name, text in texts.constants.items() if name in values}
    stored = (value.label(name) for name, value in values.items() if name not in constant)
    return TableSelect(
        name="unified_itemized_transactions",
        select=sa.select(*stored).select_from(joined).where(lines.c.order_datetime.is_not(None)),
        order_by=("amperity_id", "order_datetime"),
        derived=amounts.derived(),
        constant=constant,
    )


def _listed(products: SourceTable, catalog: sa.FromClause, texts: LineTexts) -> sa.Subquery | None:
    """Select the catalog as lines carry it; None when there is none."""
    if not products.has_rows:
        return None
    names = ["product_id", *(c.name for c in PRODUCT_COLUMNS if products.has(c.name))]
    coded = (texts.coded(name, catalog.columns[name]).label(name) for name in names)
    return sa.select(*coded).subquery("listed_products")


def _product_values(lines: sa.Subquery, listed: sa.Subquery | None) -> dict[str, Value]:
    """Take what the line says of its product, else what the catalog says."""
    values: dict[str, Value | None] = {"product_id": lines.c.product_id}
    for name in (column.name for column in PRODUCT_COLUMNS):
        of_catalog = None if listed is None else listed.columns.get(name)
        values[name] = first_known([lines.columns.get(name), of_catalog])
    return {name: value for name, value in values.items() if value is not None}


def _lines(sources: Sources, texts: LineTexts, context: BuildContext) -> AnySelect:
    """Select the lines of items files and, for orders that have none there, one line each.

    One full join does both: looking for orders without lines would read the items once more.
    """
    items, orders = sources[SourceKind.ORDER_ITEMS], sources[SourceKind.ORDERS]
    line, order = _item_rows(items, texts), _order_rows(orders, texts)
    values: dict[str, Value | None] = {column.name: column for column in line.columns}
    for name in ("datasource", "order_id", *INHERITED, "order_discount_amount"):
        values[name] = first_known([line.c.get(name), order.c.get(name)])
    # The order's word counts first: its lines have one customer.
    customer = first_known([order.c.get("customer_id"), line.c.get("customer_id")])
    values["customer_id"] = sa.cast(sa.null(), sa.Text) if customer is None else customer
    values["order_datetime"] = _site_time(line, order, context)
    if values["currency"] is not None:
        default = texts.coded("currency", sa.literal(context.currency))
        values["currency"] = sa.func.coalesce(values["currency"], default)
    values |= _stand_ins(line, order)
    joined = line.join(order, order.c.order_id == line.c.order_id, full=True)
    return sa.select(
        *(value.label(name) for name, value in values.items() if value is not None)
    ).select_from(joined)


def _item_rows(items: SourceTable, texts: LineTexts) -> sa.Subquery:
    """Select what lines say of themselves; their customer is one for all lines of an order."""
    rows = items.table
    values = {name: rows.c[name] for name in LINE_COLUMNS if name in LINE_KEY or items.has(name)}
    coded = [texts.coded(name, value).label(name) for name, value in values.items()]
    if items.has("customer_id"):
        of_order = sa.func.min(rows.c.customer_id).over(partition_by=rows.c.order_id)
        coded.append(of_order.label("customer_id"))
    return sa.select(*coded).subquery("item_rows")


def _order_rows(orders: SourceTable, texts: LineTexts) -> sa.Subquery:
    """Select what orders say of their lines."""
    rows = orders.table
    named = [name for name in ORDER_COLUMNS if name in rows.c]
    coded = (texts.coded(name, rows.c[name]).label(name) for name in named)
    return sa.select(*coded).subquery("order_rows")


def _site_time(line: sa.Subquery, order: sa.Subquery, context: BuildContext) -> Value:
    known = first_known([line.c.get("order_datetime"), order.c.get("order_datetime")])
    instant = sa.cast(sa.null(), sa.DateTime) if known is None else known
    return site_time(instant, context.time_zone)


def _stand_ins(line: sa.Subquery, order: sa.Subquery) -> dict[str, Value]:
    """Return what an order without lines says in place of its line: one purchase of all of it."""
    nothing = sa.cast(sa.null(), MONEY)
    one = sa.cast(sa.literal(1), sa.BigInteger)
    sign = sa.case((line.c.is_return | line.c.is_cancellation, -1), else_=1)
    pairs: dict[str, tuple[Value, Value]] = {
        "is_return": (line.c.is_return, sa.false()),
        "is_cancellation": (line.c.is_cancellation, sa.false()),
        "line_number": (line.c.line_number, one),
        "item_quantity": (
            _known(line.c.get("item_quantity"), sign),
            _known(order.c.get("order_quantity"), one),
        ),
        "item_revenue": (
            line.c.get("item_revenue", nothing), order.c.get("order_revenue", nothing),
        ),
    }  # fmt: skip
    for name, of_order in (("item_cost", "order_cost"), ("item_tax_amount", "order_tax_amount")):
        if of_order in order.c:
            pairs[name] = (line.c.get(name, nothing), order.c[of_order])
    is_order = line.c.datasource.is_(None)
    return {
        name: sa.case((is_order, of_order), else_=of_line)
        for name, (of_line, of_order) in pairs.items()
    }


def _known(value: Value | None, otherwise: Value) -> Value:
    return otherwise if value is None else sa.func.coalesce(value, otherwise)

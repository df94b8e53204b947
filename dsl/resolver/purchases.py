"""Purchase behaviours (segments.md §4): what is bought, when, how often."""

from __future__ import annotations

import re

from dsl import wording
from dsl.ast import (
    Expression,
    FirstPurchase,
    FirstPurchaseOf,
    HasNotPurchased,
    HasPurchased,
    Node,
    OnlyPurchased,
    RepeatPurchase,
    Times,
    Window,
)
from dsl.catalog import ID_COLUMN, LINES_TABLE, ORDERS_TABLE, Table
from dsl.diagnostics import Fix, Span
from dsl.resolved import (
    AllOf,
    ColumnRef,
    Condition,
    CountBounds,
    LineFilter,
    Lines,
    Not,
    Orders,
    Purchased,
    Returns,
)
from dsl.resolved import FirstPurchase as FirstPurchaseLeaf
from dsl.resolved import RepeatPurchase as RepeatPurchaseLeaf
from dsl.resolver.context import Context, column_ref
from dsl.resolver.where import resolve_where
from dsl.resolver.windows import outside, resolve_window

__all__ = [
    "line_column",
    "line_filter",
    "resolve_first_purchase",
    "resolve_has_not_purchased",
    "resolve_has_purchased",
    "resolve_only_purchased",
    "resolve_repeat_purchase",
    "resolve_times",
]

_OR_MORE = re.compile(r"\s+or\s+(?:(?P<more>more|over|above)|fewer|less)\b", re.IGNORECASE)
_ORDER_KEY = frozenset({ID_COLUMN, "order_id", "order_datetime"})


def resolve_has_purchased(context: Context, node: HasPurchased) -> Condition | None:
    """Return the customers with purchases, as often as asked."""
    bounds = resolve_times(context, node.times, node)
    lines = line_filter(
        context, node, node.window, node.where, is_net_of_returns=node.net_of_returns
    )
    if lines is None or (node.times is not None and bounds is None):
        return None
    is_any = bounds == CountBounds(low=1, high=None)
    return Purchased(filter=lines, times=None if is_any else bounds)


def resolve_has_not_purchased(context: Context, node: HasNotPurchased) -> Condition | None:
    """Return everyone else than those with such purchases; who never bought is among them."""
    lines = line_filter(context, node, node.window, node.where)
    return None if lines is None else Not(operand=Purchased(filter=lines, times=None))


def resolve_only_purchased(context: Context, node: OnlyPurchased) -> Condition | None:
    """Return the customers who bought inside the window and never outside of it."""
    inside = line_filter(context, node, node.window, node.where)
    if inside is None or inside.spans is None:
        return None
    elsewhere = LineFilter(
        rows=inside.rows, spans=outside(inside.spans), where=inside.where, returns=None
    )
    return AllOf(
        operands=(
            Purchased(filter=inside, times=None),
            Not(operand=Purchased(filter=elsewhere, times=None)),
        )
    )


def resolve_first_purchase(
    context: Context, node: FirstPurchase | FirstPurchaseOf
) -> Condition | None:
    """Return whose first order, ever or among the matching lines, lies in the window."""
    lines = line_filter(context, node, node.window, node.where)
    if lines is None:
        return None
    return FirstPurchaseLeaf(filter=lines, among_matching=isinstance(node, FirstPurchaseOf))


def resolve_repeat_purchase(context: Context, node: RepeatPurchase) -> Condition | None:
    """Return the customers with such a line in an order after their first."""
    lines = line_filter(context, node, node.window, node.where)
    return None if lines is None else RepeatPurchaseLeaf(filter=lines)


def line_filter(
    context: Context,
    node: Node,
    window: Window | None,
    where: Expression | None,
    *,
    is_net_of_returns: bool = False,
) -> LineFilter | None:
    """Return the purchase lines that a behaviour speaks of; report all that is wrong with it."""
    table = _lines_table(context, node)
    if table is None:
        return None
    lines = _lines(context, table, node)
    spans = None if window is None else resolve_window(context, window)
    condition = None if where is None else resolve_where(context, table, where)
    returns = _returns(context, table, node) if is_net_of_returns else None
    asked = ((window, spans), (where, condition), (is_net_of_returns or None, returns))
    if lines is None or any(wish is not None and answer is None for wish, answer in asked):
        return None
    return LineFilter(rows=lines, spans=spans, where=condition, returns=returns)


def line_column(context: Context, table: Table, name: str, at: Node) -> ColumnRef | None:
    """Return a column that behaviours need; report its absence."""
    column = table.column(name)
    if column is None:
        message = f"purchases cannot be read here: table “{table.name}” has no column “{name}”"
        context.findings.error("E201", message, at)
        return None
    return column_ref(table, column)


def resolve_times(context: Context, times: Times | None, at: Node) -> CountBounds | None:
    """Return the bounds of a count of orders; report counts that include none (E310).

    `at` is the behaviour that counts.
    """
    if times is None:
        return None
    low, high = times.low, times.high
    if high is not None and high < 1:
        message = "no purchase is never counted here; use “has not purchased”"
        until_count = Span(at.span.start, times.span.end)
        fix = Fix("write has not purchased", until_count, "has not purchased")
        context.findings.error("E310", message, times, *([fix] if _can_negate(at) else []))
    elif low is not None and low < 1:
        message = "a customer without purchases is never counted; count from 1"
        context.findings.error("E310", message, times)
    elif times.is_bare:
        _report_bare_count(context, times)
    elif low is not None and high is not None and low > high:
        fix = Fix("swap the ends", times.span, f"between {high} and {low} times")
        context.findings.error("E306", "the range ends before it starts", times, fix)
    else:
        return CountBounds(low=low, high=high)
    return None


def _report_bare_count(context: Context, times: Times) -> None:
    """`3 times` does not say whether more would do; `3 times or more` says it too late."""
    if behind := _OR_MORE.match(context.findings.text, times.span.end):
        words = f"at {'least' if behind['more'] else 'most'} {wording.times(times)}"
        fix = Fix(f"write {words}", Span(times.span.start, behind.end()), words)
        context.findings.error("E310", f"this reads “{words}” here", times, fix)
        return
    message = f"say “at least {times.low} times” or “exactly {times.low} times”"
    start = Span(times.span.start, times.span.start)
    fixes = [Fix(f"write {word}", start, f"{word} ") for word in ("at least", "exactly")]
    context.findings.error("E310", message, times, *fixes)


def _can_negate(node: Node) -> bool:
    return isinstance(node, HasPurchased) and not node.net_of_returns


def _lines_table(context: Context, at: Node) -> Table | None:
    table = context.catalog.table(LINES_TABLE)
    if table is None:
        message = f"purchases cannot be read here: there is no table “{LINES_TABLE}”"
        context.findings.error("E201", message, at)
    return table


def _lines(context: Context, table: Table, at: Node) -> Lines | None:
    ref = context.table_ref(table)
    order_id = line_column(context, table, "order_id", at)
    order_time = line_column(context, table, "order_datetime", at)
    if ref is None or order_id is None or order_time is None:
        return None
    flags = (table.column(name) for name in ("is_return", "is_cancellation"))
    return Lines(
        table=ref,
        order_id=order_id,
        order_time=order_time,
        flags=tuple(column_ref(table, flag) for flag in flags if flag is not None),
        orders=_orders(context),
        of_customers=ID_COLUMN in context.catalog.order_columns,
    )


def _orders(context: Context) -> Orders | None:
    """The orders, where they tell who bought when; else purchases are read from their lines."""
    table = context.catalog.table(ORDERS_TABLE)
    shared = context.catalog.order_columns
    if table is None or not shared.issuperset(_ORDER_KEY):
        return None
    ref, line_count = context.table_ref(table), table.column("purchase_line_count")
    columns = {name: table.column(name) for name in sorted(shared)}
    refs = {name: column_ref(table, found) for name, found in columns.items() if found is not None}
    if ref is None or line_count is None or not refs.keys() >= _ORDER_KEY:
        return None
    return Orders(
        table=ref,
        order_id=refs["order_id"],
        order_time=refs["order_datetime"],
        line_count=column_ref(table, line_count),
        columns=tuple(refs.values()),
    )


def _returns(context: Context, table: Table, at: Node) -> Returns | None:
    product_id = line_column(context, table, "product_id", at)
    quantity = line_column(context, table, "item_quantity", at)
    if product_id is None or quantity is None:
        return None
    return Returns(product_id=product_id, quantity=quantity)

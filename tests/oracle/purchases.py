"""Purchase behaviours by the letter of segments.md §4.1 and §4.2, one customer at a time."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from dsl import ast
from dsl.catalog import DataType
from tests.oracle.calendar import in_window
from tests.oracle.rows import Row, passes

if TYPE_CHECKING:
    from tests.oracle.interpreter import Oracle

_TABLE = "unified_itemized_transactions"
_EVER = None


def behaviour(oracle: Oracle, node: ast.Expression) -> frozenset[UUID]:
    """The customers who behave so."""
    return frozenset(
        id_ for id_ in oracle.universe if _behaves(oracle, oracle.rows(_TABLE).get(id_, []), node)
    )


def _behaves(oracle: Oracle, rows: list[Row], node: ast.Expression) -> bool:
    match node:
        case ast.HasPurchased(times=times, window=window, where=where):
            lines = _lines(oracle, rows, window, where)
            if node.net_of_returns:
                lines = [line for line in lines if not _came_back(rows, line)]
            return _often_enough(len({line["order_id"] for line in lines}), times)
        case ast.HasNotPurchased(window=window, where=where):
            return not _lines(oracle, rows, window, where)
        case ast.OnlyPurchased(window=window, where=where):
            inside = _lines(oracle, rows, window, where)
            everywhere = _lines(oracle, rows, _EVER, where)
            dated = [line for line in everywhere if line["order_datetime"] is not None]
            return bool(inside) and len(dated) == len(inside)
        case ast.FirstPurchase(window=window, where=where):
            orders = _orders(_lines(oracle, rows, _EVER, None))
            return bool(orders) and _matches(oracle, orders[0], window, where)
        case ast.FirstPurchaseOf(window=window, where=where):
            orders = _orders(_lines(oracle, rows, _EVER, where))
            return bool(orders) and _matches(oracle, orders[0], window, None)
        case ast.RepeatPurchase(window=window, where=where):
            later = _orders(_lines(oracle, rows, _EVER, None))[1:]
            return any(_lines(oracle, order, window, where) for order in later)
        case ast.MostFrequentOrder():
            return _most_frequent(oracle, rows, node)
        case ast.TotalValue():
            return _total(oracle, rows, node)
        case _:
            raise AssertionError(f"{node} is no purchase behaviour")


def _lines(
    oracle: Oracle, rows: list[Row], window: ast.Window | None, where: ast.Expression | None
) -> list[Row]:
    """L[W,F]: rows that are no returns or cancellations, in the window, that pass."""
    return [
        row
        for row in rows
        if not _is_flagged(row)
        and (window is None or in_window(row["order_datetime"], window, oracle.as_of))
        and oracle.row_passes(_TABLE, row, where)
    ]


def _is_flagged(row: Row) -> bool:
    return bool(row["is_return"]) or bool(row["is_cancellation"])


def _often_enough(count: int, times: ast.Times | None) -> bool:
    low, high = (1, None) if times is None else (times.low, times.high)
    return count >= max(1, low or 0) and (high is None or count <= high)


def _came_back(rows: list[Row], line: Row) -> bool:
    """Whether flagged units of the same order and product reach the line's, which are above 0."""
    quantity = line["item_quantity"]
    flagged = _flagged_like(rows, line)
    units = sum(abs(row["item_quantity"] or 0) for row in flagged)
    return bool(flagged) and quantity is not None and 0 < quantity <= units


def _flagged_like(rows: list[Row], line: Row) -> list[Row]:
    def is_like(row: Row) -> bool:
        same = all(row[key] == line[key] for key in ("order_id", "product_id"))
        return _is_flagged(row) and line["product_id"] is not None and same

    return [row for row in rows if is_like(row)]


def _orders(lines: list[Row]) -> list[list[Row]]:
    """The orders of a customer as lists of lines, by time (unknown ones last), then by id."""
    orders: dict[str, list[Row]] = {}
    for line in lines:
        orders.setdefault(line["order_id"], []).append(line)

    def place(order_id: str) -> tuple[bool, Any, str]:
        time = _time(orders[order_id])
        return time is None, time or 0, order_id

    return [orders[order_id] for order_id in sorted(orders, key=place)]


def _time(order: list[Row]) -> Any:
    return min((t for line in order if (t := line["order_datetime"]) is not None), default=None)


def _matches(
    oracle: Oracle, order: list[Row], window: ast.Window | None, where: ast.Expression | None
) -> bool:
    is_in_time = window is None or in_window(_time(order), window, oracle.as_of)
    return is_in_time and any(oracle.row_passes(_TABLE, line, where) for line in order)


# --- most frequent order --------------------------------------------------------------------------


def _most_frequent(oracle: Oracle, rows: list[Row], node: ast.MostFrequentOrder) -> bool:
    conditions = list(_conjuncts(node.where))
    grouping = [each for each in conditions if _columns(each) and all(map(_groups, _columns(each)))]
    counted = [each for each in conditions if each not in grouping]
    keys = sorted({column for each in grouping for column in _columns(each)})
    orders: dict[tuple[Any, ...], set[str]] = {}
    for line in _lines(oracle, rows, node.window, None):
        group = tuple(line[key] for key in keys)
        if None not in group and all(oracle.row_passes(_TABLE, line, each) for each in counted):
            orders.setdefault(group, set()).add(line["order_id"])
    most = max(map(len, orders.values()), default=0)
    return any(
        len(ids) == most
        and _often_enough(len(ids), node.times)
        and all(
            oracle.row_passes(_TABLE, dict(zip(keys, group, strict=True)), each)
            for each in grouping
        )
        for group, ids in orders.items()
    )


def _conjuncts(node: ast.Expression | None) -> list[ast.Expression]:
    if node is None:
        return []
    if isinstance(node, ast.AllOf):
        return [each for operand in node.operands for each in _conjuncts(operand)]
    return [node]


def _columns(node: ast.Expression) -> list[str]:
    match node:
        case ast.Test(operand=operand):
            return [operand.column.column.text]
        case ast.Not(operand=operand):
            return _columns(operand)
        case ast.AllOf(operands=operands) | ast.AnyOf(operands=operands):
            return [name for operand in operands for name in _columns(operand)]
        case _:
            return []


def _groups(column: str) -> bool:
    return column == "store_id" or column.startswith("product_")


# --- total value ----------------------------------------------------------------------------------


def _total(oracle: Oracle, rows: list[Row], node: ast.TotalValue) -> bool:
    lines = _lines(oracle, rows, node.window, node.where)
    total = sum((line["item_revenue"] or Decimal(0) for line in lines), start=Decimal(0))
    if node.net_of_returns:
        back = {id(row): row for line in lines for row in _flagged_like(rows, line)}
        total -= sum(abs(row["item_revenue"] or Decimal(0)) for row in back.values())
    return bool(lines) and passes(
        total, DataType.DECIMAL, node.amount, lambda _: None, oracle.as_of
    )

"""Which row is to blame when an amount does not fit: looked for only when a table has failed.

Amounts are DECIMAL(18, 4). Each that a file states fits; a product or a sum of them may not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from ampiq_gql.build.errors import AmountTooLarge
from ampiq_gql.build.expressions import MONEY
from ampiq_gql.build.graph import Inputs
from ampiq_gql.build.steps import COUNTED, LINES, MEASURES, ORDERS
from ampiq_gql.ingest import SourceKind
from ampiq_gql.warehouse import AnySelect

__all__ = ["explained_overflow"]

BOUND = 1e14
"""From here on an amount has fifteen digits before the point."""

Suspects = Iterator[tuple[str, AnySelect]]


@contextmanager
def explained_overflow(given: Inputs) -> Iterator[None]:
    """Name the row when a table cannot be written since an amount does not fit.

    Raises `AmountTooLarge`; a failure for which no amount is to blame stays what it was.
    """
    try:
        yield
    except sa.exc.DataError as error:
        found = _find(given)
        if found is None:
            raise
        raise found from error


def _find(given: Inputs) -> AmountTooLarge | None:
    """Return the first row of a step's inputs whose amount is too large; None when none is."""
    for what, suspects in _SUSPECTS.get(given.step, _nothing)(given):
        found = given.connection.execute(suspects.limit(1)).first()
        if found is not None:
            *keys, amount = found
            place = ", ".join(str(key) for key in keys if key is not None)
            return AmountTooLarge(f"{what} of {place}", amount, place=given.step)
    return None


def _nothing(_given: Inputs) -> Suspects:
    yield from ()


def _lines(given: Inputs) -> Suspects:
    """Units times the amount of one."""
    items = given.sources[SourceKind.ORDER_ITEMS]
    quantity = items.get("item_quantity")
    if quantity is None:
        return
    rows = items.table
    keys = [rows.c.order_id, rows.c.product_id]
    for column in items.brought:
        if column.name.startswith("unit_"):
            product = _inexact(rows.c[column.name]) * _inexact(quantity)
            what = f"{column.header} times the quantity"
            yield what, sa.select(*keys, product).where(sa.func.abs(product) >= BOUND)


def _orders(given: Inputs) -> Suspects:
    """All lines of an order."""
    lines = given[LINES]
    yield from _sums(lines, lines.c.order_id, "the lines of order")


def _people(given: Inputs) -> Suspects:
    """All orders of a person."""
    orders = given[COUNTED]
    yield from _sums(orders, orders.c.amperity_id, "the orders of person")


def _sums(rows: sa.FromClause, key: sa.ColumnElement[Any], of: str) -> Suspects:
    for column in rows.columns:
        if isinstance(column.type, sa.Numeric) and column.type.precision == MONEY.precision:
            total = sa.func.sum(sa.func.abs(_inexact(column)))
            yield (
                f"{column.name} over {of}",
                sa.select(key, total).group_by(key).having(total >= BOUND),
            )


def _inexact(amount: sa.ColumnElement[Any]) -> sa.ColumnElement[float]:
    """Return the amount as a number that cannot overflow."""
    return sa.cast(amount, sa.Double)


_SUSPECTS: Mapping[str, Callable[[Inputs], Suspects]] = {
    LINES: _lines,
    ORDERS: _orders,
    MEASURES: _people,
}

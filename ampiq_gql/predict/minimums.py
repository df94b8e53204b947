"""What data must hold before training begins; every shortage is found in one statement.

The minimums are those of readings.md 29 and predictions.md §21.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from ampiq_gql.predict.errors import DataProblem, DataUnfit
from ampiq_gql.predict.framing import days_before, history_needed
from ampiq_gql.predict.orders import known_orders
from ampiq_gql.warehouse import Session

__all__ = ["Extent", "require_enough", "shortages"]

LEAST_CUSTOMERS = 1_000
LEAST_ORDERS = 5_000
LEAST_OF_EACH_CLASS = 100

ORDERS_TABLE = "unified_transactions"


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """How much history there is, counted up to the watermark.

    `customers` and `returners` are those of the newest training cutoff of the backtest.
    """

    first_order_at: datetime | None
    days: int
    orders: int
    customers: int
    returners: int


def require_enough(session: Session, *, horizon_days: int, loaded_until: datetime) -> datetime:
    """Return the instant of the first order; raises `DataUnfit` with every shortage at once."""
    extent = _measure(session, horizon_days=horizon_days, loaded_until=loaded_until)
    problems = shortages(extent, horizon_days=horizon_days)
    if problems or extent.first_order_at is None:
        raise DataUnfit(problems)
    return extent.first_order_at


def shortages(extent: Extent, *, horizon_days: int) -> tuple[DataProblem, ...]:
    """Return every minimum that the data misses; without enough days, classes cannot be told."""
    needed_days = history_needed(horizon_days)
    problems: list[DataProblem] = []
    if extent.days < needed_days:
        problems.append(_history_short(extent.days, needed_days, horizon_days))
    if extent.orders < LEAST_ORDERS:
        problems.append(_too_few("PRED_TOO_FEW_ORDERS", "orders", extent.orders, LEAST_ORDERS))
    if extent.days < needed_days:
        return tuple(problems)
    if extent.customers < LEAST_CUSTOMERS:
        problems.append(
            _too_few("PRED_TOO_FEW_CUSTOMERS", "customers", extent.customers, LEAST_CUSTOMERS)
        )
    classes = {
        "customers who came back": extent.returners,
        "customers who did not come back": extent.customers - extent.returners,
    }
    for what, count in classes.items():
        if count < LEAST_OF_EACH_CLASS:
            code = "PRED_TOO_FEW_POSITIVES" if count else "PRED_SINGLE_CLASS"
            problems.append(_too_few(code, what, count, LEAST_OF_EACH_CLASS))
    return tuple(problems)


def _history_short(found: int, needed: int, horizon_days: int) -> DataProblem:
    return DataProblem(
        code="PRED_HISTORY_SHORT",
        message=f"There are {found} days of orders; a horizon of {horizon_days} days needs"
        f" {needed}.",
        hint="Load older orders or choose a shorter horizon.",
        table=ORDERS_TABLE,
        found=found,
        needed=needed,
    )


def _too_few(code: str, what: str, found: int, needed: int) -> DataProblem:
    return DataProblem(
        code=code,
        message=f"There are {found:,} {what} to learn from; at least {needed:,} are needed.",
        hint="Load more customers and orders.",
        table=ORDERS_TABLE,
        found=found,
        needed=needed,
    )


def _measure(session: Session, *, horizon_days: int, loaded_until: datetime) -> Extent:
    cutoff = days_before(loaded_until, 2 * horizon_days)
    label_end = days_before(loaded_until, horizon_days)
    orders = known_orders(until=loaded_until)
    at = orders.c.order_datetime
    in_labels = sa.case((sa.and_(at >= cutoff, at < label_end), 1))
    each = (
        sa.select(
            sa.func.min(at).label("first_at"),
            sa.func.count().label("orders"),
            sa.func.count(in_labels).label("labelled"),
        )
        .group_by(orders.c.amperity_id)
        .subquery("customers")
    )
    is_known = each.c.first_at < cutoff
    statement = sa.select(
        sa.func.min(each.c.first_at),
        sa.cast(sa.func.coalesce(sa.func.sum(each.c.orders), 0), sa.BigInteger),
        sa.func.count(sa.case((is_known, 1))),
        sa.func.count(sa.case((sa.and_(is_known, each.c.labelled > 0), 1))),
    )
    first_at, total, customers, returners = session.rows(statement)[0]
    return Extent(
        first_order_at=first_at,
        days=(loaded_until - first_at).days if first_at is not None else 0,
        orders=total,
        customers=customers,
        returners=returners,
    )

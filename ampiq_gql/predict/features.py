"""Purchase histories as numbers: the feature matrix of one cutoff and the labels beside it.

All day counts are whole days before the cutoff: an order of the day that has just ended is 0 days
old. What is unknown stays missing (NaN), which the trees understand.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ampiq_gql.predict.framing import days_before
from ampiq_gql.predict.history import history_select, labels_select, windows
from ampiq_gql.warehouse import Session

__all__ = ["Customers", "Examples", "Floats", "Labels", "read_customers", "read_examples"]

Floats = NDArray[np.float64]
COUNTED = ("orders", "spend", "units", "days", "products", "stores", "brands", "channels")
SEASON = ("season_orders", "season_spend")
PER_MONTH = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Customers:
    """Everybody with an order before one cutoff, in the order of their ids.

    `order_days`, `last_day` and `age_days` are the rhythm that purchase models read: distinct
    days with orders in the window, and when the last and the cutoff fall, counted from the first.
    `is_recent` is false for those who bought only before the window.
    """

    cutoff: datetime
    ids: NDArray[np.str_]
    names: tuple[str, ...]
    features: NDArray[np.float32]
    is_recent: NDArray[np.bool_]
    orders: Floats
    spend: Floats
    order_days: Floats
    last_day: Floats
    age_days: Floats
    lifetime_orders: Floats
    days_since_last_order: Floats
    carried_orders: Floats
    carried_spend: Floats

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """What the customers of a cutoff did in the horizon after it."""

    orders: Floats
    spend: Floats

    @property
    def returned(self) -> NDArray[np.bool_]:
        """Claim per customer: at least one order."""
        return self.orders > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """Customers of one cutoff with what they did next; the population that trains and tests."""

    customers: Customers
    labels: Labels


def read_customers(
    session: Session,
    *,
    cutoff: datetime,
    window_days: int,
    horizon_days: int,
) -> Customers:
    """Read everybody with a qualifying order before the cutoff."""
    statement = history_select(cutoff=cutoff, window_days=window_days, horizon_days=horizon_days)
    with session.record_batch_reader(statement) as reader:
        table = reader.read_all()
    # Sorted here and not in SQL: collations differ, bytes do not.
    table = table.take(pc.sort_indices(table["customer_id"]))
    return _customers(_Columns(table, cutoff), windows(window_days))


def read_examples(
    session: Session,
    *,
    cutoff: datetime,
    window_days: int,
    horizon_days: int,
) -> Examples:
    """Read the customers who bought within the window before the cutoff, and their labels."""
    everybody = read_customers(
        session, cutoff=cutoff, window_days=window_days, horizon_days=horizon_days
    )
    customers = only(everybody, everybody.is_recent)
    statement = labels_select(cutoff=cutoff, until=cutoff + timedelta(days=horizon_days))
    with session.record_batch_reader(statement) as reader:
        bought = reader.read_all()
    return Examples(customers=customers, labels=_labels(customers, bought))


def only(customers: Customers, rows: NDArray[np.bool_]) -> Customers:
    """Return the customers of the given rows."""
    return Customers(
        cutoff=customers.cutoff,
        ids=customers.ids[rows],
        names=customers.names,
        features=customers.features[rows],
        is_recent=customers.is_recent[rows],
        orders=customers.orders[rows],
        spend=customers.spend[rows],
        order_days=customers.order_days[rows],
        last_day=customers.last_day[rows],
        age_days=customers.age_days[rows],
        lifetime_orders=customers.lifetime_orders[rows],
        days_since_last_order=customers.days_since_last_order[rows],
        carried_orders=customers.carried_orders[rows],
        carried_spend=customers.carried_spend[rows],
    )


class _Columns:
    """The columns of one answer as arrays of floats; instants become days before the cutoff."""

    def __init__(self, table: pa.Table, cutoff: datetime) -> None:
        self._table = table
        self.cutoff = cutoff
        self._last_day = np.datetime64(days_before(cutoff, 1), "D")

    @property
    def ids(self) -> NDArray[np.str_]:
        return np.asarray(self._table["customer_id"].to_numpy(zero_copy_only=False), dtype=np.str_)

    def has(self, name: str) -> bool:
        return name in self._table.column_names

    def number(self, name: str) -> Floats:
        values = self._table[name].to_numpy(zero_copy_only=False)
        return np.asarray(values, dtype=np.float64)

    def days_ago(self, name: str) -> Floats:
        """Return whole days from the instant to the end of the cutoff's eve; NaN for NULL."""
        instants = self._table[name].cast(pa.timestamp("s"), safe=False)
        days = np.asarray(instants.to_numpy(zero_copy_only=False)).astype("datetime64[D]")
        ago = (self._last_day - days).astype(np.float64)
        return np.where(np.isnat(days), np.nan, ago)


def _customers(columns: _Columns, spans: dict[str, int]) -> Customers:
    features = _features(columns, spans)
    recency, age = features["recency_days"], features["age_days"]
    return Customers(
        cutoff=columns.cutoff,
        ids=columns.ids,
        names=tuple(features),
        features=np.column_stack(list(features.values())).astype(np.float32),
        is_recent=columns.number("orders_all") > 0,
        orders=columns.number("orders_all"),
        spend=columns.number("spend_all"),
        order_days=columns.number("days_all"),
        last_day=np.nan_to_num(columns.days_ago("first_at") - columns.days_ago("last_at")),
        # Who never bought in the window is as old as the window and silent throughout.
        age_days=np.where(np.isnan(recency), spans["all"], age),
        lifetime_orders=columns.number("lifetime_orders"),
        days_since_last_order=columns.days_ago("lifetime_last_at"),
        carried_orders=columns.number("carried_orders"),
        carried_spend=columns.number("carried_spend"),
    )


def _features(columns: _Columns, spans: dict[str, int]) -> dict[str, Floats]:
    """Name every feature once, in the order of the matrix."""
    counted = {
        f"{kind}_{window}": columns.number(f"{kind}_{window}")
        for window in spans
        for kind in COUNTED
    }
    season = {name: columns.number(name) for name in SEASON if columns.has(name)}
    return {**counted, **season, **_shares(columns, spans), **_pace(columns), **_values(columns)}


def _shares(columns: _Columns, spans: Iterable[str]) -> dict[str, Floats]:
    """Return how much of the money was discount, and how much came back."""
    shares: dict[str, Floats] = {}
    for window in spans:
        spend, discount = columns.number(f"spend_{window}"), columns.number(f"discount_{window}")
        returned = columns.number(f"returned_{window}")
        shares[f"discount_share_{window}"] = ratio(discount, spend + discount)
        shares[f"return_share_{window}"] = ratio(returned, spend + returned)
    return shares


def _pace(columns: _Columns) -> dict[str, Floats]:
    """Return recency, age and the gaps between days with orders."""
    recency, age = columns.days_ago("last_at"), columns.days_ago("first_at")
    gaps = columns.number("days_all") - 1
    span = age - recency
    mean_gap = ratio(span, gaps)
    last_gap = columns.days_ago("before_last_at") - recency
    spread = np.maximum(ratio(columns.number("squared_gaps"), gaps) - mean_gap**2, 0)
    months = np.maximum(age, PER_MONTH) / PER_MONTH
    return {
        "recency_days": recency,
        "age_days": age,
        "span_days": span,
        "recency_per_age": ratio(recency, age),
        "mean_gap_days": mean_gap,
        "gap_deviation_days": np.sqrt(spread),
        "recency_per_mean_gap": ratio(recency, mean_gap),
        "last_gap_per_mean_gap": ratio(last_gap, mean_gap),
        "orders_per_month": columns.number("orders_all") / months,
        "spend_per_month": columns.number("spend_all") / months,
    }


def _values(columns: _Columns) -> dict[str, Floats]:
    """Return what single orders were worth."""
    orders = columns.number("orders_all")
    mean = ratio(columns.number("spend_all"), orders)
    spread = np.maximum(ratio(columns.number("squared_spend"), orders) - mean**2, 0)
    edges = {name: columns.number(name) for name in ("value_max", "value_first", "value_last")}
    return {"value_mean": mean, "value_deviation": np.sqrt(spread), **edges}


def ratio(part: Floats, whole: Floats) -> Floats:
    """Divide; missing where there is nothing to divide by."""
    return np.divide(part, whole, out=np.full_like(part, np.nan), where=whole > 0)


def _labels(customers: Customers, bought: pa.Table) -> Labels:
    """Put orders and spend of the horizon beside the customers; none is 0."""
    columns = _Columns(bought, customers.cutoff)
    buyers, orders, spend = columns.ids, columns.number("orders"), columns.number("spend")
    labels = {"orders": np.zeros(len(customers)), "spend": np.zeros(len(customers))}
    place = np.searchsorted(customers.ids, buyers)
    known = np.zeros(len(buyers), dtype=bool)
    inside = place < len(customers)
    known[inside] = customers.ids[place[inside]] == buyers[inside]
    labels["orders"][place[known]] = orders[known]
    labels["spend"][place[known]] = spend[known]
    return Labels(orders=labels["orders"], spend=labels["spend"])

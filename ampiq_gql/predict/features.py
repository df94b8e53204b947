"""Purchase histories as numbers: the feature matrix of one cutoff and the labels beside it.

All day counts are whole days before the cutoff: an order of the day that has just ended is 0 days
old. What is unknown stays missing (NaN), which the trees understand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ampiq_gql.predict.customer_ids import Ids, ids_from_text
from ampiq_gql.predict.framing import days_before
from ampiq_gql.predict.history import history_select, labels_select, windows
from ampiq_gql.predict.roster import Roster
from ampiq_gql.predict.tables import Members
from ampiq_gql.warehouse import Session, Statement

__all__ = ["Customers", "Examples", "Floats", "Labels", "ratio", "read_customers", "read_examples"]

Floats = NDArray[np.float64]
COUNTED = ("orders", "spend", "units", "days", "products", "stores", "brands", "channels")
SEASON = ("season_orders", "season_spend")
SHARED_FIELDS = ("cutoff", "names")  # the same for all customers
PER_MONTH = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Customers:
    """Everybody with an order before one cutoff, in the order of their ids.

    `order_days`, `last_day` and `age_days` are the rhythm that purchase models read: distinct
    days with orders in the window, and when the last and the cutoff fall, counted from the first.
    `is_recent` is false for those who bought only before the window.
    """

    cutoff: datetime
    ids: Ids
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

    def only(self, rows: NDArray[np.bool_]) -> Labels:
        """Return the labels of the given customers."""
        return Labels(orders=self.orders[rows], spend=self.spend[rows])


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
    members: Members | None = None,
) -> Customers:
    """Read everybody, or the members, with a qualifying order before the cutoff."""
    statement = history_select(
        cutoff=cutoff, window_days=window_days, horizon_days=horizon_days, members=members
    )
    spans = windows(window_days)
    # Batch by batch: whole, the columns of the answer weigh three times what is kept of them.
    parts = [_customers(_Columns(batch, cutoff), spans) for batch in _batches(session, statement)]
    return _in_order(_joined(parts))


def read_examples(
    session: Session,
    *,
    cutoff: datetime,
    window_days: int,
    horizon_days: int,
    roster: Roster,
) -> Examples:
    """Read those of the roster who bought within the window before the cutoff, and their labels."""
    until = cutoff + timedelta(days=horizon_days)
    parts: list[Customers] = []
    bought: list[pa.RecordBatch] = []
    for members in roster.chunks:
        known = read_customers(
            session,
            cutoff=cutoff,
            window_days=window_days,
            horizon_days=horizon_days,
            members=members,
        )
        parts.append(_only(known, known.is_recent))
        bought += _batches(session, labels_select(cutoff=cutoff, until=until, members=members))
    customers = _in_order(_joined(parts))
    return Examples(customers=customers, labels=_labels(customers, bought))


def _joined(parts: Sequence[Customers]) -> Customers:
    """Return the customers of all parts, which are of one cutoff and have the same columns."""
    return _each(parts[0], lambda name: np.concatenate([getattr(part, name) for part in parts]))


def _only(customers: Customers, rows: NDArray[np.bool_] | NDArray[np.int64]) -> Customers:
    return _each(customers, lambda name: getattr(customers, name)[rows])


def _in_order(customers: Customers) -> Customers:
    """Sort by id; here and not in SQL, because engines differ in how they order them."""
    ids = customers.ids
    if (ids[:-1] <= ids[1:]).all():
        return customers
    return _only(customers, np.argsort(ids, kind="stable"))


def _each(customers: Customers, column: Callable[[str], Any]) -> Customers:
    """Give every field that has a value per customer a new one."""
    names = [field.name for field in fields(Customers) if field.name not in SHARED_FIELDS]
    return replace(customers, **{name: column(name) for name in names})


def _batches(session: Session, statement: Statement[*tuple[Any, ...]]) -> Iterator[pa.RecordBatch]:
    """Yield the answer, at least one batch, be it empty."""
    with session.record_batch_reader(statement) as reader:
        yield pa.RecordBatch.from_pylist([], schema=reader.schema)
        yield from reader


class _Columns:
    """The columns of one answer as arrays of floats; instants become days before the cutoff."""

    def __init__(self, batch: pa.RecordBatch, cutoff: datetime) -> None:
        self._batch = batch
        self.cutoff = cutoff
        self._last_day = np.datetime64(days_before(cutoff, 1), "D")

    @property
    def ids(self) -> Ids:
        return ids_from_text(self._batch["customer_id"])

    def has(self, name: str) -> bool:
        return name in self._batch.schema.names

    def number(self, name: str) -> Floats:
        values = self._batch[name].to_numpy(zero_copy_only=False)
        return np.asarray(values, dtype=np.float64)

    def days_ago(self, name: str) -> Floats:
        """Return whole days from the instant to the end of the cutoff's eve; NaN for NULL."""
        instants = self._batch[name].cast(pa.timestamp("s"), safe=False)
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


def _labels(customers: Customers, bought: Sequence[pa.RecordBatch]) -> Labels:
    """Put orders and spend of the horizon beside the customers; none is 0."""
    columns = [_Columns(batch, customers.cutoff) for batch in bought]
    buyers = np.concatenate([part.ids for part in columns])
    _, mine, theirs = np.intersect1d(customers.ids, buyers, assume_unique=True, return_indices=True)

    def label(name: str) -> Floats:
        values = np.zeros(len(customers))
        values[mine] = np.concatenate([part.number(name) for part in columns])[theirs]
        return values

    return Labels(orders=label("orders"), spend=label("spend"))

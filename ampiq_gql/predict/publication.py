"""The published table: one row per customer, checked before anybody can read it.

Amounts are rounded first and multiplied afterwards, so that the stored clv is the product of the
three stored columns. Column names keep `_365d` at every horizon; `horizon_days` tells the truth.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ampiq_gql.errors import Fault
from ampiq_gql.predict.customer_ids import ids_to_arrow
from ampiq_gql.predict.features import Floats
from ampiq_gql.predict.scoring import Scored
from ampiq_gql.predict.tiers import (
    LifecycleStatus,
    ValueTier,
    lifecycle_statuses,
    value_ranking,
)

__all__ = ["PREDICTIONS_TABLE", "Stamp", "check_predictions", "predictions", "write_predictions"]

PREDICTIONS_TABLE = "predicted_clv_attributes"
MONEY_PLACES = 4
MONEY = pa.decimal128(18, MONEY_PLACES)

SCHEMA = pa.schema(
    [
        pa.field("amperity_id", pa.uuid(), nullable=False),
        pa.field("predicted_probability_of_transaction_next_365d", pa.float64()),
        pa.field("predicted_order_frequency_next_365d", pa.float64()),
        pa.field("predicted_average_order_revenue_next_365d", MONEY),
        pa.field("predicted_clv_next_365d", MONEY),
        pa.field("predicted_customer_lifecycle_status", pa.string()),
        pa.field("predicted_customer_lifetime_value_tier", pa.string()),
        pa.field("historical_order_frequency_lifetime", pa.int64()),
        pa.field("days_since_last_order", pa.int64()),
        pa.field("horizon_days", pa.int32()),
        pa.field("as_of_date", pa.date32()),
        pa.field("model_version", pa.string()),
        pa.field("method", pa.string()),
        pa.field("value_rank", pa.int64()),
        pa.field("value_percentile", pa.float64()),
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """What is the same in every row: whose predictions these are, and for when."""

    horizon_days: int
    as_of: date
    model_version: str
    method: str = "xgb"


def predictions(scored: Scored, stamp: Stamp) -> pa.Table:
    """Return the table of the customers, in the order of their ids."""
    outlook = scored.outlook
    order_value = np.round(outlook.order_value, MONEY_PLACES)
    spend = np.round(outlook.returns * outlook.frequency * order_value, MONEY_PLACES)
    ranking = value_ranking(spend, outlook.returns, scored.ids)
    statuses = lifecycle_statuses(
        outlook.returns, scored.lifetime_orders, scored.days_since_last_order
    )
    rows = len(scored)
    columns = [
        ids_to_arrow(scored.ids),
        pa.array(outlook.returns),
        pa.array(outlook.frequency),
        _money(order_value),
        _money(spend),
        pa.array(statuses, pa.string()),
        pa.array(ranking.tiers, pa.string()),
        pa.array(scored.lifetime_orders.astype(np.int64)),
        pa.array(scored.days_since_last_order.astype(np.int64)),
        pa.repeat(pa.scalar(stamp.horizon_days, pa.int32()), rows),
        pa.repeat(pa.scalar(stamp.as_of, pa.date32()), rows),
        pa.repeat(pa.scalar(stamp.model_version), rows),
        pa.repeat(pa.scalar(stamp.method), rows),
        pa.array(ranking.ranks),
        pa.array(ranking.percentiles),
    ]
    return pa.Table.from_arrays(columns, schema=SCHEMA)


def check_predictions(table: pa.Table) -> None:
    """Raise a `Fault` that names every broken promise of the table (predictions.md §18)."""
    chance = _floats(table, "predicted_probability_of_transaction_next_365d")
    frequency = _floats(table, "predicted_order_frequency_next_365d")
    value = _floats(table, "predicted_average_order_revenue_next_365d")
    spend = _floats(table, "predicted_clv_next_365d")
    product = chance * frequency * value
    ids = table["amperity_id"].combine_chunks().storage
    promises = {
        "one row per customer": len(pc.unique(ids)) == table.num_rows,
        "numbers are finite": bool(np.isfinite([chance, frequency, value, spend]).all()),
        "0 <= p <= 1": bool(((chance >= 0) & (chance <= 1)).all()),
        "frequency >= 1 where p > 0": bool(((frequency >= 1) | (chance <= 0)).all()),
        "amounts >= 0": bool(((spend >= 0) & (value >= 0)).all()),
        "clv is the product": bool(
            (np.abs(spend - product) <= np.maximum(0.01, 1e-6 * spend)).all()
        ),
        "statuses are known": _known(
            table, "predicted_customer_lifecycle_status", [s.value for s in LifecycleStatus]
        ),
        "tiers are known": _known(
            table, "predicted_customer_lifetime_value_tier", [t.value for t in ValueTier]
        ),
    }
    broken = [promise for promise, is_kept in promises.items() if not is_kept]
    if broken:
        raise Fault(f"predictions break their promises: {'; '.join(broken)}")


def write_predictions(table: pa.Table, folder: Path) -> Path:
    """Check the table and write it aside, ready to be moved into the warehouse."""
    check_predictions(table)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f".{PREDICTIONS_TABLE}.{uuid.uuid4().hex}.parquet"
    pq.write_table(table, path, compression="zstd")
    return path


def _money(amounts: Floats) -> pa.Array:
    return pc.cast(pa.array(amounts), MONEY)


def _floats(table: pa.Table, name: str) -> Floats:
    return np.asarray(table[name].cast(pa.float64()).to_numpy(), dtype=np.float64)


def _known(table: pa.Table, name: str, values: list[str]) -> bool:
    return bool(pc.all(pc.is_in(table[name], value_set=pa.array(values))).as_py())

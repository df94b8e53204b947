from __future__ import annotations

from datetime import date
from pathlib import Path
from uuid import UUID

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ampiq_gql.errors import Fault
from ampiq_gql.predict.prior import Outlook
from ampiq_gql.predict.publication import (
    Stamp,
    check_predictions,
    predictions,
    write_predictions,
)
from ampiq_gql.predict.scoring import Scored
from tests.predict.builders import customer_id, ids_of

STAMP = Stamp(horizon_days=90, as_of=date(2026, 11, 1), model_version="v1")


def scored(outlook: Outlook) -> Scored:
    count = len(outlook.returns)
    ones = np.ones(count)
    return Scored(
        ids=np.sort(ids_of(map(customer_id, range(count)))),
        outlook=outlook,
        lifetime_orders=ones * 2,
        days_since_last_order=ones * 7,
    )


def table(count: int = 3) -> pa.Table:
    outlook = Outlook(
        returns=np.linspace(0.1, 0.9, count),
        frequency=np.linspace(1.0, 4.0, count),
        order_value=np.linspace(10.0, 20.123456, count),
    )
    return predictions(scored(outlook), STAMP)


outlooks = st.lists(
    st.tuples(st.floats(0.0001, 0.9999), st.floats(1, 5_000), st.floats(0.0, 1e7, allow_nan=False)),
    min_size=1,
    max_size=60,
)


@given(outlooks)
def test_stored_clv_is_the_product_of_the_stored_columns(
    rows: list[tuple[float, float, float]],
) -> None:
    chance, frequency, value = (np.array(column) for column in zip(*rows, strict=True))
    outlook = Outlook(returns=chance, frequency=frequency, order_value=value)
    check_predictions(predictions(scored(outlook), STAMP))


def test_rows_say_for_whom_when_and_by_which_model() -> None:
    row = table().to_pylist()[0]
    assert isinstance(row["amperity_id"], UUID)
    assert row["horizon_days"] == 90
    assert row["as_of_date"] == date(2026, 11, 1)
    assert (row["model_version"], row["method"]) == ("v1", "xgb")
    assert (row["historical_order_frequency_lifetime"], row["days_since_last_order"]) == (2, 7)


def test_ranks_and_tiers_follow_the_stored_clv() -> None:
    rows = sorted(table(5).to_pylist(), key=lambda row: row["value_rank"])
    values = [row["predicted_clv_next_365d"] for row in rows]
    assert values == sorted(values, reverse=True)
    assert [row["predicted_customer_lifetime_value_tier"] for row in rows] == [
        "Platinum",
        "Bronze",
        "Medium",
        "Low",
        "Low",
    ]


def broken(column: str, value: object) -> pa.Table:
    whole = table()
    place = whole.column_names.index(column)
    values = [value, *whole[column].to_pylist()[1:]]
    field = whole.schema.field(column)
    return whole.set_column(place, field, pa.array(values, field.type))


@pytest.mark.parametrize(
    ("column", "value", "promise"),
    [
        ("predicted_probability_of_transaction_next_365d", 1.2, "0 <= p <= 1"),
        ("predicted_probability_of_transaction_next_365d", float("nan"), "finite"),
        ("predicted_order_frequency_next_365d", 0.5, "frequency >= 1"),
        ("predicted_clv_next_365d", -1, "amounts >= 0"),
        ("predicted_clv_next_365d", 999, "product"),
        ("predicted_customer_lifecycle_status", "Dormant", "statuses"),
        ("predicted_customer_lifetime_value_tier", "Iron", "tiers"),
    ],
)
def test_a_table_that_breaks_a_promise_is_never_written(
    column: str, value: object, promise: str, tmp_path: Path
) -> None:
    with pytest.raises(Fault, match=promise):
        write_predictions(broken(column, value), tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_customer_is_never_published_twice() -> None:
    with pytest.raises(Fault, match="one row per customer"):
        check_predictions(pa.concat_tables([table(), table()]))


def test_ids_and_amounts_keep_their_types_in_the_file(tmp_path: Path) -> None:
    schema = pq.read_schema(write_predictions(table(), tmp_path))
    assert schema.field("amperity_id").type == pa.uuid()
    assert schema.field("predicted_clv_next_365d").type == pa.decimal128(18, 4)

from __future__ import annotations

from uuid import UUID

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from ampiq_gql.predict.customer_ids import id_buckets, ids_from_text, ids_to_arrow
from tests.predict.builders import customer_id, ids_of

some_ids = st.lists(st.uuids(), max_size=30)


def from_text(ids: list[UUID]) -> np.typing.NDArray[np.bytes_]:
    return ids_from_text(pa.array([str(each) for each in ids], pa.string()))


@given(some_ids)
def test_ids_keep_every_bit_from_text_to_arrow(ids: list[UUID]) -> None:
    assert from_text(ids).tobytes() == b"".join(each.bytes for each in ids)
    assert ids_to_arrow(from_text(ids)).to_pylist() == ids


@given(some_ids)
def test_ids_sort_as_their_text_does(ids: list[UUID]) -> None:
    assert ids_to_arrow(np.sort(from_text(ids))).to_pylist() == sorted(ids, key=str)


def test_ids_ending_in_zeros_are_not_cut_short() -> None:
    ids = [UUID(int=0), UUID(int=1), UUID("00ff0000-0000-0000-0000-000000000000")]
    assert ids_to_arrow(from_text(ids)).to_pylist() == ids
    assert np.argsort(from_text(ids[::-1])).tolist() == [2, 1, 0]


def test_a_part_of_an_array_is_read_from_its_own_start() -> None:
    ids = [customer_id(number) for number in range(9)]
    part = pa.array([str(each) for each in ids])[4:7]
    assert ids_from_text(part).tobytes() == ids_of(ids[4:7]).tobytes()


def test_buckets_are_even_and_the_customers_own() -> None:
    ids = ids_of(customer_id(number) for number in range(10_000))
    bucket = id_buckets(ids, seed=1, count=5)
    assert np.abs(np.bincount(bucket) - 2_000).max() < 200
    assert (id_buckets(ids[5_000:], seed=1, count=5) == bucket[5_000:]).all()
    assert (id_buckets(ids, seed=2, count=5) != bucket).mean() > 0.7


def test_buckets_of_ids_made_one_after_another_are_even() -> None:
    ids = ids_of(UUID(int=number) for number in range(10_000))
    assert np.abs(np.bincount(id_buckets(ids, seed=1, count=5)) - 2_000).max() < 200

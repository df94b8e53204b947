"""Draws depend on seed, purpose and key alone, keep to their shares and know nothing of another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from ampiq_gql.warehouse import Warehouse
from ampiq_gql.warehouse.generation import Draws, exploded, item, kept, maybe, series

ROWS = 20_000
SEED = 7

Drawn = Callable[..., list[Any]]


@pytest.fixture
def connection(empty_warehouse: Warehouse) -> Iterator[sa.Connection]:
    with empty_warehouse.sources("draws of the test") as sources:
        yield sources.connection


@pytest.fixture
def drawn(connection: sa.Connection) -> Drawn:
    """Draw for `rows` keys: `drawn(lambda draws: draws.below("die", 6))`."""

    def values(*draw: Callable[[Draws], Any], seed: int = SEED, rows: int = ROWS) -> list[Any]:
        keys = series(rows, "key")
        made = sa.select(keys.c.key, *(one(Draws(seed, keys.c.key)) for one in draw))
        return [row[1:] for row in connection.execute(made.order_by(keys.c.key))]

    return values


def test_the_same_seed_purpose_and_key_draw_the_same_at_any_size(drawn: Drawn) -> None:
    few = drawn(lambda draws: draws.uniform("height"), rows=100)
    assert drawn(lambda draws: draws.uniform("height"))[:100] == few


@pytest.mark.parametrize(("seed", "purpose"), [(SEED + 1, "height"), (SEED, "weight")])
def test_another_seed_or_purpose_draws_something_else(
    drawn: Drawn, seed: int, purpose: str
) -> None:
    one = drawn(lambda draws: draws.below("height", 1_000_000), rows=1_000)
    other = drawn(lambda draws: draws.below(purpose, 1_000_000), seed=seed, rows=1_000)
    assert sum(a == b for a, b in zip(one, other, strict=True)) < 5


def test_several_keys_tell_things_apart(connection: sa.Connection) -> None:
    pairs = sa.select(series(100, "a").c.a, exploded(sa.literal(100)).label("b")).subquery()
    draw = Draws(SEED, pairs.c.a, pairs.c.b).below("height", 10**9)
    assert connection.scalar(sa.select(sa.func.count(sa.distinct(draw)))) == 10_000


def test_uniform_draws_spread_evenly_from_0_to_1(drawn: Drawn) -> None:
    values = [value for (value,) in drawn(lambda draws: draws.uniform("height"))]
    assert min(values) >= 0
    assert max(values) < 1
    tenths = Counter(int(value * 10) for value in values)
    assert all(abs(tenths[tenth] / ROWS - 0.1) < 0.01 for tenth in range(10))


def test_draws_below_a_bound_reach_every_number_alike(drawn: Drawn) -> None:
    counts = Counter(drawn(lambda draws: draws.below("die", 6)))
    assert sorted(counts) == [(side,) for side in range(6)]
    assert all(abs(count / ROWS - 1 / 6) < 0.01 for count in counts.values())


def test_low_draws_have_half_of_all_in_the_first_quarter(drawn: Drawn) -> None:
    values = [value for (value,) in drawn(lambda draws: draws.mostly_low("product", 100))]
    assert {min(values), max(values)} == {0, 99}
    assert abs(sum(value < 25 for value in values) / ROWS - 0.5) < 0.015


@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.99])
def test_things_happen_to_their_share(drawn: Drawn, share: float) -> None:
    happened = sum(value for (value,) in drawn(lambda draws: draws.happens("rain", share)))
    assert abs(happened / ROWS - share) < 0.01


def test_weighted_choices_come_as_often_as_they_weigh(drawn: Drawn) -> None:
    counts = Counter(drawn(lambda draws: draws.weighted("coin", {"a": 60, "b": 20, None: 20})))
    shares = {choice: count / ROWS for (choice,), count in counts.items()}
    assert shares == pytest.approx({"a": 0.6, "b": 0.2, None: 0.2}, abs=0.015)


def test_weighted_numbers_stay_numbers(drawn: Drawn) -> None:
    assert set(drawn(lambda draws: draws.weighted("lines", {1: 3, 2: 1}))) == {(1,), (2,)}


def test_draws_for_two_purposes_do_not_hang_together(drawn: Drawn) -> None:
    pairs = Counter(
        drawn(lambda draws: draws.below("height", 4), lambda draws: draws.below("weight", 4))
    )
    assert len(pairs) == 16
    assert all(abs(count / ROWS - 1 / 16) < 0.01 for count in pairs.values())


def test_exploding_gives_as_many_rows_as_it_is_told(connection: sa.Connection) -> None:
    counts = series(4, "count")
    rows = connection.execute(sa.select(counts.c.count, exploded(counts.c.count)))
    assert sorted(map(tuple, rows)) == [(1, 0), (2, 0), (2, 1), (3, 0), (3, 1), (3, 2)]


def test_items_and_conditions_choose_values(connection: sa.Connection) -> None:
    numbers = series(3, "n")
    chosen = sa.select(item(["a", None, "c"], numbers.c.n), maybe(numbers.c.n > 1, "big"))
    rows = connection.execute(chosen.order_by(numbers.c.n))
    assert list(map(tuple, rows)) == [("a", None), (None, None), ("c", "big")]


def test_kept_rows_can_be_read_until_the_end_of_the_block(connection: sa.Connection) -> None:
    numbers = series(5, "n")
    with (
        kept(connection, "numbers", sa.select(numbers.c.n)) as table,
        connection.begin(),
    ):
        assert connection.scalar(sa.select(sa.func.sum(table.c.n))) == 10
    assert "numbers" not in sa.inspect(connection).get_table_names()

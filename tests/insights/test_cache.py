"""The cache never grows beyond its bound, forgets the oldest, and mixes up no two questions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from ampiq_gql.insights.cache import AudienceKey, MeasureCache
from ampiq_gql.insights.measures import Measure

KEY = AudienceKey(audience="a", snapshot="build 1", as_of=date(2026, 6, 30))
SIZE = {Measure.CUSTOMERS: Decimal(3)}


def test_measures_of_one_audience_gather() -> None:
    cache = MeasureCache(2)
    cache.add(KEY, SIZE)
    cache.add(KEY, {Measure.ORDERS: Decimal(5)})
    assert cache.get(KEY) == {Measure.CUSTOMERS: 3, Measure.ORDERS: 5}


def test_audience_snapshot_and_day_are_all_part_of_the_question() -> None:
    cache = MeasureCache(10)
    cache.add(KEY, SIZE)
    others = [
        replace(KEY, audience="b"),
        replace(KEY, audience=None),
        replace(KEY, snapshot="build 2"),
        replace(KEY, as_of=date(2026, 6, 29)),
    ]
    assert [cache.get(other) for other in others] == [{}] * 4
    assert cache.get(KEY) == SIZE


def test_the_least_recently_used_goes_first() -> None:
    cache = MeasureCache(2)
    first, second, third = (replace(KEY, audience=name) for name in "abc")
    cache.add(first, SIZE)
    cache.add(second, SIZE)
    cache.get(first)
    cache.add(third, SIZE)
    assert [cache.get(key) for key in (first, second, third)] == [SIZE, {}, SIZE]


def test_without_entries_nothing_is_kept() -> None:
    cache = MeasureCache(0)
    cache.add(KEY, SIZE)
    assert cache.get(KEY) == {}


def test_what_was_read_does_not_change_what_is_kept() -> None:
    cache = MeasureCache(1)
    cache.add(KEY, SIZE)
    dict(cache.get(KEY)).clear()
    cache.add(KEY, {})
    assert cache.get(KEY) == SIZE

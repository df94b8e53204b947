"""Answers kept in memory: what was measured of an audience on a snapshot stays true for it.

The key holds the whole question (what decides on the members, snapshot, day), so nothing is ever
invalidated: a new build or a changed segment simply asks under another key.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from threading import Lock

from ampiq_gql.insights.measures import Measure

__all__ = ["AudienceKey", "MeasureCache"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AudienceKey:
    """An audience, by its fingerprint, on a snapshot; None is everyone."""

    audience: str | None
    snapshot: str
    as_of: date


class MeasureCache:
    """A bounded map from audiences to their measures; the least recently used goes first."""

    def __init__(self, entries: int) -> None:
        self._entries = entries
        self._kept: OrderedDict[AudienceKey, dict[Measure, Decimal]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: AudienceKey) -> Mapping[Measure, Decimal]:
        """Return what is known of the audience, which may be nothing."""
        with self._lock:
            if key not in self._kept:
                return {}
            self._kept.move_to_end(key)
            return dict(self._kept[key])

    def add(self, key: AudienceKey, measures: Mapping[Measure, Decimal]) -> None:
        """Keep the measures beside those already known of the audience."""
        if self._entries == 0:
            return
        with self._lock:
            self._kept.setdefault(key, {}).update(measures)
            self._kept.move_to_end(key)
            while len(self._kept) > self._entries:
                self._kept.popitem(last=False)

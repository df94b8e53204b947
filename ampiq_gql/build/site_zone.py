"""The zone in which the times of files were read must be the site's still.

A day without a time, and a time without an offset, were taken as those of the site's zone when they
were loaded; which of them had an offset of their own is not known any more.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

import sqlalchemy as sa

from ampiq_gql.build.errors import TimeZoneChanged
from ampiq_gql.ingest import SourceKind
from ampiq_gql.ingest.sources import LOADS

__all__ = ["refuse_other_zone"]

TIMELESS = (SourceKind.PRODUCTS.value,)
"""Kinds without times that a build turns to the site's wall clock."""


def refuse_other_zone(connection: sa.Connection, zone: str) -> None:
    """Raise `TimeZoneChanged` when files were loaded under another zone.

    Loads of earlier versions, which did not keep the zone, are not asked.
    """
    loads = sa.select(LOADS.c.load_number, LOADS.c.reading).where(LOADS.c.kind.not_in(TIMELESS))
    found: dict[str, set[int]] = {}
    for number, reading in connection.execute(loads):
        before = _zone(json.loads(reading)) if reading else None
        if before is not None and before != zone:
            found.setdefault(before, set()).add(number)
    for before, numbers in found.items():
        raise TimeZoneChanged(sorted(numbers), before, zone)


def _zone(reading: Mapping[str, object]) -> str | None:
    zone = reading.get("time_zone")
    return zone if isinstance(zone, str) else None

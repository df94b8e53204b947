"""What a build depends on, as one hash: when it is unchanged, so is the build."""

from __future__ import annotations

import hashlib

import sqlalchemy as sa

from ampiq_gql.build.models import BuildContext
from ampiq_gql.ingest.sources import LOADS

__all__ = ["LOGIC_VERSION", "build_fingerprint", "has_loads"]

LOGIC_VERSION = 10
"""Raise it whenever the same sources give another build: other rows, classes of columns or figures
of checks. What stands in a build of the same version is believed."""


def has_loads(connection: sa.Connection) -> bool:
    """Say whether anything was loaded yet."""
    return connection.execute(sa.select(LOADS.c.load_id).limit(1)).first() is not None


def build_fingerprint(connection: sa.Connection, context: BuildContext) -> str:
    """Hash the loads, the day, the settings and the logic."""
    loads = connection.execute(
        sa.select(LOADS.c.load_id, LOADS.c.file_hash).order_by(LOADS.c.load_id, LOADS.c.file_hash)
    ).all()
    text = repr((LOGIC_VERSION, context, [tuple(load) for load in loads]))
    return hashlib.sha256(text.encode()).hexdigest()

"""What a build depends on, as one hash: when it is unchanged, so is the build."""

from __future__ import annotations

import hashlib

import sqlalchemy as sa
from sqlalchemy.schema import CreateTable

from ampiq_gql.build.models import BuildContext
from ampiq_gql.ingest.sources import LOADS
from ampiq_gql.warehouse import BUILD_SCHEMA, Warehouse

__all__ = ["build_fingerprint", "former_fingerprint", "has_loads", "store_fingerprint"]

LOGIC_VERSION = 7
"""Raise it whenever the same sources give another build."""

FINGERPRINT = sa.Table(
    "build_fingerprint",
    sa.MetaData(schema=BUILD_SCHEMA),
    sa.Column("fingerprint", sa.Text, nullable=False),
)


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


def store_fingerprint(connection: sa.Connection, fingerprint: str) -> None:
    """Keep it in the build."""
    connection.execute(CreateTable(FINGERPRINT))
    connection.execute(FINGERPRINT.insert().values(fingerprint=fingerprint))


def former_fingerprint(warehouse: Warehouse) -> str | None:
    """Return that of the current build, None before the first one."""
    if warehouse.current_build() is None:
        return None
    with warehouse.read() as session:
        ((fingerprint,),) = session.rows(
            sa.select(sa.type_coerce(FINGERPRINT.c.fingerprint, sa.Text))
        )
    return fingerprint

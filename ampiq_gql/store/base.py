"""What all tables of the store share: one MetaData, named constraints, UTC instants, ids."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from sqlalchemy import JSON, DateTime, Dialect, MetaData, String
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

__all__ = ["ID", "Base", "Json", "UtcDateTime", "new_id", "utc_now"]

Json = JSON

ID = String(32)
"""Column type of ids: a UUID in 32 hexadecimal digits."""


class Base(DeclarativeBase):
    """Root of all ORM rows. Constraints get names, so that migrations can change them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UtcDateTime(TypeDecorator[datetime]):
    """An instant. Python sees aware datetimes in UTC on every database; naive ones are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        """Say what Python sees; a decorator does not pass on what its `impl` says."""
        return datetime

    def process_bind_param(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002 - fixed by SQLAlchemy
    ) -> datetime | None:
        """Turn the instant to UTC before it is stored."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone; the store keeps instants")
        return value.astimezone(UTC)

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002 - fixed by SQLAlchemy
    ) -> datetime | None:
        """Give back an aware instant, also where the database keeps no zone (SQLite)."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def new_id() -> str:
    """Return a fresh id for a row."""
    return uuid.uuid4().hex


def utc_now() -> datetime:
    """Return the present instant, in UTC."""
    return datetime.now(UTC)

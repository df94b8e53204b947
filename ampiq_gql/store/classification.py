"""Rules of classification that people have edited; a rule without a row is as the settings say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from ampiq_gql.store.base import Base, Json, UtcDateTime

__all__ = ["EditedRule", "RuleRepository", "RuleRow"]


class RuleRow(Base):
    """A rule that somebody has edited."""

    __tablename__ = "classification_rules"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[Any] = mapped_column(Json)
    updated_by: Mapped[str] = mapped_column(String(200))
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True, slots=True, kw_only=True)
class EditedRule:
    """A rule as somebody wants it: a number, a share, or a list."""

    name: str
    value: object
    updated_by: str
    updated_at: datetime


class RuleRepository:
    """Reads and writes edited rules."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self) -> dict[str, EditedRule]:
        """Return what was edited, by name."""
        rows = self._session.scalars(select(RuleRow).order_by(RuleRow.name))
        return {
            row.name: EditedRule(
                name=row.name,
                value=row.value,
                updated_by=row.updated_by,
                updated_at=row.updated_at,
            )
            for row in rows
        }

    def put(self, rule: EditedRule) -> None:
        """Store the rule in the place of what it was."""
        self._session.merge(
            RuleRow(
                name=rule.name,
                value=rule.value,
                updated_by=rule.updated_by,
                updated_at=rule.updated_at,
            )
        )

    def remove(self, name: str) -> None:
        """Leave the rule to the settings again."""
        self._session.execute(delete(RuleRow).where(RuleRow.name == name))

"""The tables of saved segments, as the ORM sees them; `segments` reads and writes them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Enum, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ampiq_gql.store.base import ID, Base, Json, UtcDateTime

__all__ = ["SegmentKind", "SegmentLabelRow", "SegmentRow", "SegmentStatus", "SegmentVersionRow"]


class SegmentKind(StrEnum):
    """How the definition is written."""

    VISUAL = "VISUAL"  # an expression of the language
    SQL = "SQL"  # one SELECT of ids


class SegmentStatus(StrEnum):
    """Where a segment stands in its life."""

    DRAFT = "DRAFT"
    ACTIVE = "ACTIVE"


def _words(kind: type[StrEnum]) -> Enum:
    """Return a text column type for an enum: adding a word later needs no migration."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=False,
        length=16,
        values_callable=lambda words: [word.value for word in words],
    )


class SegmentRow(Base):
    """The present state. Deleting keeps the row and frees its name (`name_key` NULL)."""

    __tablename__ = "segments"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    kind: Mapped[SegmentKind] = mapped_column(_words(SegmentKind))
    status: Mapped[SegmentStatus] = mapped_column(_words(SegmentStatus))
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str | None] = mapped_column(String(600), unique=True)
    text: Mapped[str] = mapped_column(Text)
    definition_hash: Mapped[str] = mapped_column(String(64))
    description: Mapped[str] = mapped_column(Text)
    folder_id: Mapped[str | None] = mapped_column(ForeignKey("folders.id"), index=True)
    revision: Mapped[int]
    created_by: Mapped[str] = mapped_column(String(200), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_by: Mapped[str] = mapped_column(String(200))
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    deleted_by: Mapped[str | None] = mapped_column(String(200))
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    labels: Mapped[list[SegmentLabelRow]] = relationship(
        lazy="selectin", order_by="SegmentLabelRow.label_key", cascade="all, delete-orphan"
    )


class SegmentLabelRow(Base):
    """A label on a segment; labels that differ only in case are the same."""

    __tablename__ = "segment_labels"

    segment_id: Mapped[str] = mapped_column(ForeignKey("segments.id"), primary_key=True)
    label_key: Mapped[str] = mapped_column(String(105), primary_key=True, index=True)
    label: Mapped[str] = mapped_column(String(35))


class SegmentVersionRow(Base):
    """The whole definition as one save left it."""

    __tablename__ = "segment_versions"

    segment_id: Mapped[str] = mapped_column(ForeignKey("segments.id"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[SegmentKind] = mapped_column(_words(SegmentKind))
    status: Mapped[SegmentStatus] = mapped_column(_words(SegmentStatus))
    name: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    definition_hash: Mapped[str] = mapped_column(String(64))
    description: Mapped[str] = mapped_column(Text)
    labels: Mapped[list[str]] = mapped_column(Json)
    saved_by: Mapped[str] = mapped_column(String(200))
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)

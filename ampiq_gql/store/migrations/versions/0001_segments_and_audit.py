"""Folders, segments with their labels, versions and references, and the audit log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.String(32)
NAME = sa.String(200)
NAME_KEY = sa.String(600)
ACTOR = sa.String(200)
WORD = sa.String(16)
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    create_audit_log()
    create_folders()
    create_segments()
    create_parts_of_segments()


def create_audit_log() -> None:
    op.create_table(
        "audit_entries",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor", ACTOR, nullable=False, index=True),
        sa.Column("action", sa.String(64), nullable=False),
        sa.Column("target_type", sa.String(32), nullable=False),
        sa.Column("target_id", ID, nullable=False),
        sa.Column("details", sa.JSON, nullable=False),
        sa.Index(None, "target_type", "target_id"),
    )


def create_folders() -> None:
    op.create_table(
        "folders",
        sa.Column("id", ID, primary_key=True),
        sa.Column("name", NAME, nullable=False),
        sa.Column("name_key", NAME_KEY, nullable=False, unique=True),
        sa.Column("parent_id", ID, sa.ForeignKey("folders.id"), index=True),
        sa.Column("level", sa.Integer, nullable=False),
        sa.Column("created_by", ACTOR, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.CheckConstraint("level BETWEEN 1 AND 3", name="level"),
    )


def create_segments() -> None:
    op.create_table(
        "segments",
        sa.Column("id", ID, primary_key=True),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("status", WORD, nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("name_key", NAME_KEY, unique=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("definition_hash", sa.String(64), nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("folder_id", ID, sa.ForeignKey("folders.id"), index=True),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("created_by", ACTOR, nullable=False, index=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_by", ACTOR, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False, index=True),
        sa.Column("deleted_by", ACTOR),
        sa.Column("deleted_at", INSTANT),
    )


def create_parts_of_segments() -> None:
    op.create_table(
        "segment_labels",
        sa.Column("segment_id", ID, sa.ForeignKey("segments.id"), primary_key=True),
        sa.Column("label_key", sa.String(105), primary_key=True, index=True),
        sa.Column("label", sa.String(35), nullable=False),
    )
    op.create_table(
        "segment_versions",
        sa.Column("segment_id", ID, sa.ForeignKey("segments.id"), primary_key=True),
        sa.Column("revision", sa.Integer, primary_key=True),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("status", WORD, nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("definition_hash", sa.String(64), nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("labels", sa.JSON, nullable=False),
        sa.Column("saved_by", ACTOR, nullable=False),
        sa.Column("saved_at", INSTANT, nullable=False),
    )
    op.create_table(
        "segment_references",
        sa.Column("segment_id", ID, sa.ForeignKey("segments.id"), primary_key=True),
        sa.Column("referenced_id", ID, sa.ForeignKey("segments.id"), primary_key=True, index=True),
    )

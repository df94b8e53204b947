"""Destinations, deliveries with their ledger, uploaded lists, and campaigns with their runs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.String(32)
NAME = sa.String(200)
NAME_KEY = sa.String(600)
ACTOR = sa.String(200)
STATE = sa.String(32)
DIGEST = sa.String(64)
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    create_destinations()
    create_lists()
    create_deliveries()
    create_ledger()
    create_campaigns()
    create_campaign_runs()


def create_destinations() -> None:
    op.create_table(
        "destinations",
        sa.Column("id", ID, primary_key=True),
        sa.Column("type", sa.String(64), nullable=False, index=True),
        sa.Column("name", NAME, nullable=False),
        sa.Column("name_key", NAME_KEY, unique=True),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("shown_settings", sa.JSON, nullable=False),
        sa.Column("sealed_settings", sa.Text, nullable=False),
        sa.Column("allows_limited_pii", sa.Boolean, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("created_by", ACTOR, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_by", ACTOR, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("deleted_at", INSTANT),
    )


def create_lists() -> None:
    op.create_table(
        "lists",
        sa.Column("id", ID, primary_key=True),
        sa.Column("name", NAME, nullable=False),
        sa.Column("name_key", NAME_KEY, nullable=False, unique=True),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("file_name", sa.String(255), nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("matched", sa.Integer, nullable=False),
        sa.Column("unmatched", sa.Integer, nullable=False),
        sa.Column("duplicates", sa.Integer, nullable=False),
        sa.Column("blank", sa.Integer, nullable=False),
        sa.Column("customers", sa.Integer, nullable=False),
        sa.Column("created_by", ACTOR, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
    )


def create_deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", ID, primary_key=True),
        sa.Column("idempotency_key", sa.String(200), unique=True),
        sa.Column("request_digest", DIGEST, nullable=False),
        sa.Column("destination_id", ID, nullable=False, index=True),
        sa.Column("destination_name", NAME, nullable=False),
        sa.Column("destination_type", sa.String(64), nullable=False),
        sa.Column("segment_id", ID, index=True),
        sa.Column("segment_name", NAME),
        sa.Column("segment_text", sa.Text),
        sa.Column("campaign_run_id", ID, index=True),
        sa.Column("campaign_name", NAME),
        sa.Column("treatment_id", ID),
        sa.Column("treatment_name", NAME),
        sa.Column("columns", sa.JSON, nullable=False),
        sa.Column("as_of", sa.Date, nullable=False),
        sa.Column("build_id", sa.String(64), nullable=False),
        sa.Column("state", STATE, nullable=False, index=True),
        sa.Column("rows_accepted", sa.Integer, nullable=False),
        sa.Column("rows_rejected", sa.Integer, nullable=False),
        sa.Column("artefacts", sa.JSON, nullable=False),
        sa.Column("problem", sa.JSON),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("is_cancel_requested", sa.Boolean, nullable=False),
        sa.Column("created_by", ACTOR, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("started_at", INSTANT),
        sa.Column("ended_at", INSTANT),
        sa.Column("owner", ACTOR),
        sa.Column("lease_until", INSTANT),
        sa.Index(None, "created_at", "id"),
    )


def create_ledger() -> None:
    op.create_table(
        "delivery_chunks",
        sa.Column("delivery_id", ID, sa.ForeignKey("deliveries.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("digest", DIGEST, nullable=False),
        sa.Column("row_count", sa.Integer, nullable=False),
        sa.Column("rejected_count", sa.Integer, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("remote_ref", sa.String(255)),
        sa.Column("changed_at", INSTANT, nullable=False),
    )
    op.create_table(
        "delivery_row_errors",
        sa.Column("delivery_id", ID, sa.ForeignKey("deliveries.id"), primary_key=True),
        sa.Column("row_key", sa.String(64), primary_key=True),
        sa.Column("code", sa.String(64), primary_key=True),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("is_retryable", sa.Boolean, nullable=False),
    )


def create_campaigns() -> None:
    op.create_table(
        "campaigns",
        sa.Column("id", ID, primary_key=True),
        sa.Column("name", NAME, nullable=False),
        sa.Column("name_key", NAME_KEY, unique=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False, index=True),
        sa.Column("definition", sa.JSON, nullable=False),
        sa.Column("salt", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("created_by", ACTOR, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_by", ACTOR, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False, index=True),
        sa.Column("deleted_at", INSTANT),
    )


def create_campaign_runs() -> None:
    op.create_table(
        "campaign_runs",
        sa.Column("id", ID, primary_key=True),
        sa.Column("campaign_id", ID, sa.ForeignKey("campaigns.id"), nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("idempotency_key", sa.String(200), unique=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("state", STATE, nullable=False, index=True),
        sa.Column("build_id", sa.String(64)),
        sa.Column("as_of", sa.Date),
        sa.Column("funnel", sa.JSON),
        sa.Column("cells", sa.JSON, nullable=False),
        sa.Column("problem", sa.JSON),
        sa.Column("created_by", ACTOR, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("started_at", INSTANT),
        sa.Column("ended_at", INSTANT),
        sa.Column("owner", ACTOR),
        sa.Column("lease_until", INSTANT),
        sa.UniqueConstraint("campaign_id", "sequence"),
    )

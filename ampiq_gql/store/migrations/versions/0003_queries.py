"""Saved queries."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
ACTOR = sa.String(200)


def upgrade() -> None:
    op.create_table(
        "queries",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("name_key", sa.String(600), unique=True),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("active_text", sa.Text),
        sa.Column("key", sa.String(64)),
        sa.Column("refreshes", sa.Boolean, nullable=False),
        sa.Column("fewest_rows", sa.Integer),
        sa.Column("most_rows", sa.Integer),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("created_by", ACTOR, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_by", ACTOR, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("deleted_at", INSTANT),
        sa.Column("run_build_id", sa.String(64)),
        sa.Column("run_as_of", sa.Date),
        sa.Column("run_rows", sa.Integer),
        sa.Column("run_customers", sa.Integer),
        sa.Column("run_at", INSTANT),
        sa.Column("problem_code", sa.String(64)),
        sa.Column("problem", sa.Text),
        sa.Column("has_result", sa.Boolean, nullable=False),
    )

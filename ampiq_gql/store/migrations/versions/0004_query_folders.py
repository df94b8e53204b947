"""Queries in folders, and what the data lack for a query to run."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("queries") as queries:
        queries.add_column(
            sa.Column(
                "folder_id",
                sa.String(32),
                sa.ForeignKey("folders.id", name="fk_queries_folder_id_folders"),
            )
        )
        queries.add_column(sa.Column("broken_by", sa.Text))
        queries.create_index("ix_queries_folder_id", ["folder_id"])

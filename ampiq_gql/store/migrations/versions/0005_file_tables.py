"""Uploaded lists as tables: their names in the language, their columns, their time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("lists") as lists:
        lists.add_column(sa.Column("slug", sa.String(200)))
        lists.add_column(sa.Column("conflicts", sa.Integer, nullable=False, server_default="0"))
        lists.add_column(sa.Column("table_rows", sa.Integer, nullable=False, server_default="0"))
        lists.add_column(sa.Column("has_one_row_each", sa.Boolean, server_default=sa.true()))
        lists.add_column(sa.Column("columns", sa.JSON, nullable=False, server_default="[]"))
        lists.add_column(sa.Column("expires_at", sa.DateTime(timezone=True)))
    name_former_lists()
    with op.batch_alter_table("lists") as lists:
        lists.alter_column("slug", existing_type=sa.String(200), nullable=False)
        lists.alter_column("conflicts", existing_type=sa.Integer, server_default=None)
        lists.alter_column("table_rows", existing_type=sa.Integer, server_default=None)
        lists.alter_column(
            "has_one_row_each", existing_type=sa.Boolean, nullable=False, server_default=None
        )
        lists.alter_column("columns", existing_type=sa.JSON, server_default=None)
        lists.create_unique_constraint("uq_lists_slug", ["slug"])


def name_former_lists() -> None:
    """Give lists that hold ids alone a name that no other can have."""
    lists = sa.table(
        "lists", sa.column("id"), sa.column("slug"), sa.column("customers"), sa.column("table_rows")
    )
    op.execute(
        sa.update(lists).values(
            slug=sa.literal("list_").concat(lists.c.id), table_rows=lists.c.customers
        )
    )

"""Queries whose run is to come or under way."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("queries") as queries:
        queries.add_column(sa.Column("waiting_since", sa.DateTime(timezone=True)))
        queries.add_column(sa.Column("running_since", sa.DateTime(timezone=True)))

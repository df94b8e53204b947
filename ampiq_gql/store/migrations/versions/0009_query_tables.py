"""Results of queries as tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("queries") as queries:
        queries.add_column(sa.Column("result_table", sa.JSON))

"""Runs the migrations on the connection that `ampiq_gql.store.migrate` hands over."""

from __future__ import annotations

from alembic import context

from ampiq_gql.store.base import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    transactional_ddl=True,  # true of SQLite as well, now that we begin its transactions
)
with context.begin_transaction():
    context.run_migrations()

"""The three tables in which a build keeps the profile of its data."""

from __future__ import annotations

import sqlalchemy as sa

from ampiq_gql.warehouse import BUILD_SCHEMA

__all__ = ["catalog_columns", "catalog_metadata", "catalog_tables", "catalog_values"]

catalog_metadata = sa.MetaData(schema=BUILD_SCHEMA)

catalog_tables = sa.Table(
    "catalog_tables",
    catalog_metadata,
    sa.Column("table_name", sa.Text, nullable=False),
    sa.Column("row_count", sa.BigInteger, nullable=False),
    sa.Column("grain", sa.Text),  # NULL when the table has no customer id
    sa.Column("newest_event_on", sa.Date),
)

catalog_columns = sa.Table(
    "catalog_columns",
    catalog_metadata,
    sa.Column("table_name", sa.Text, nullable=False),
    sa.Column("column_name", sa.Text, nullable=False),
    sa.Column("position", sa.BigInteger, nullable=False),
    sa.Column("data_type", sa.Text, nullable=False),
    sa.Column("filled_count", sa.BigInteger, nullable=False),
    sa.Column("distinct_count", sa.BigInteger, nullable=False),
    sa.Column("is_distinct_exact", sa.Boolean, nullable=False),
    sa.Column("minimum", sa.Text),
    sa.Column("maximum", sa.Text),
    sa.Column("lists_all_values", sa.Boolean, nullable=False),
)

catalog_values = sa.Table(
    "catalog_values",
    catalog_metadata,
    sa.Column("table_name", sa.Text, nullable=False),
    sa.Column("column_name", sa.Text, nullable=False),
    sa.Column("rank", sa.BigInteger, nullable=False),
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("row_count", sa.BigInteger, nullable=False),
)

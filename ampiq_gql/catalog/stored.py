"""The tables in which a build keeps the profile of its data, and where the data come from.

`catalog_metadata` is what the data say, the same on every engine; `provenance_metadata` tells of
files and of other builds, so it differs between homes.
"""

from __future__ import annotations

import sqlalchemy as sa

from ampiq_gql.warehouse import BUILD_SCHEMA

__all__ = [
    "catalog_column_history", "catalog_column_stats", "catalog_columns", "catalog_lineage",
    "catalog_loads", "catalog_metadata", "catalog_rules", "catalog_tables", "catalog_values",
    "provenance_metadata",
]  # fmt: skip

catalog_metadata = sa.MetaData(schema=BUILD_SCHEMA)
provenance_metadata = sa.MetaData(schema=BUILD_SCHEMA)

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

catalog_column_stats = sa.Table(
    "catalog_column_stats",
    catalog_metadata,
    sa.Column("table_name", sa.Text, nullable=False),
    sa.Column("column_name", sa.Text, nullable=False),
    sa.Column("access_class", sa.Text, nullable=False),
    sa.Column("distinct_error", sa.Double),  # relative standard error; NULL when exact
    sa.Column("blank_count", sa.BigInteger, nullable=False),
    sa.Column("whitespace_count", sa.BigInteger, nullable=False),
    sa.Column("mean", sa.Text),
    sa.Column("p05", sa.Text),
    sa.Column("p25", sa.Text),
    sa.Column("median", sa.Text),
    sa.Column("p75", sa.Text),
    sa.Column("p95", sa.Text),
)
"""What the data explorer shows of a column; builds have it when `BuildInfo.has_statistics`."""

catalog_values = sa.Table(
    "catalog_values",
    catalog_metadata,
    sa.Column("table_name", sa.Text, nullable=False),
    sa.Column("column_name", sa.Text, nullable=False),
    sa.Column("rank", sa.BigInteger, nullable=False),
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("row_count", sa.BigInteger, nullable=False),
)

catalog_lineage = sa.Table(
    "catalog_lineage",
    provenance_metadata,
    sa.Column("table_name", sa.Text, nullable=False),
    sa.Column("column_name", sa.Text),
    sa.Column("origin_schema", sa.Text, nullable=False),
    sa.Column("origin_table", sa.Text, nullable=False),
    sa.Column("origin_column", sa.Text),
    sa.Column("is_value", sa.Boolean),
)
"""What tables were read from (both columns NULL), and what columns are made of.

`is_value` is false where the origin was only counted or compared (`build.lineage`).
"""

catalog_loads = sa.Table(
    "catalog_loads",
    provenance_metadata,
    sa.Column("source_table", sa.Text, nullable=False),
    sa.Column("load_number", sa.BigInteger),
    sa.Column("datasource", sa.Text, nullable=False),
    sa.Column("file", sa.Text, nullable=False),
    sa.Column("loaded_at", sa.DateTime, nullable=False),
    sa.Column("rows_loaded", sa.BigInteger),
)
"""The files that each source table was filled from when the build was made; times are UTC."""

catalog_column_history = sa.Table(
    "catalog_column_history",
    provenance_metadata,
    sa.Column("table_name", sa.Text, nullable=False),
    sa.Column("column_name", sa.Text, nullable=False),
    sa.Column("first_build_id", sa.Text, nullable=False),
    sa.Column("first_built_at", sa.DateTime, nullable=False),
    sa.Column("last_build_id", sa.Text, nullable=False),
    sa.Column("last_built_at", sa.DateTime, nullable=False),
)
"""The first and the last build in which a column held anything; times are UTC."""

catalog_rules = sa.Table(
    "catalog_rules",
    provenance_metadata,
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("value", sa.Text, nullable=False),
)
"""The rules that the build ran by, as JSON by their names (`build.flags`)."""

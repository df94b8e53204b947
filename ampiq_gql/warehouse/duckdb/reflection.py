"""Tables as they stand in an attached database, as SQLAlchemy knows them."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

__all__ = ["reflect_tables"]


def reflect_tables(
    connection: sa.Connection,
    *,
    place: str,
    schema: str | None = None,
    names: Collection[str] | None = None,
) -> sa.MetaData:
    """Return the tables of `place` (`database.schema`) under the schema name `schema`.

    With `names`, only those of them that exist.

    SQLAlchemy's own `MetaData.reflect` would keep DuckDB's two-part name.
    """
    metadata = sa.MetaData(schema=schema or place)
    found = sa.inspect(connection).get_multi_columns(
        schema=place, filter_names=None if names is None else list(names)
    )
    for (_, name), columns in sorted(found.items(), key=lambda item: item[0][1]):
        sa.Table(name, metadata, *(sa.Column(column["name"], column["type"]) for column in columns))
    return metadata

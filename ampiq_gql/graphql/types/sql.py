"""SQL that people may look at; it is never executed."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import strawberry

from ampiq_gql.graphql.enums import show_enum
from ampiq_gql.warehouse import Dialect

__all__ = ["DialectArgument", "SqlText"]

show_enum(
    Dialect,
    description="A dialect of SQL.",
    values={
        Dialect.DUCKDB: "The dialect of DuckDB.",
        Dialect.POSTGRESQL: "The dialect of PostgreSQL.",
        Dialect.CLICKHOUSE: "The dialect of ClickHouse.",
    },
)

DialectArgument: TypeAlias = Annotated[
    Dialect | None,
    strawberry.argument(
        description="The dialect to write in; that of the connected database when not given."
    ),
]


@strawberry.type(
    description="A statement as people read it: indented, with its values written out."
)
class SqlText:
    """View SQL."""

    dialect: Dialect = strawberry.field(description="The dialect the text is written in.")
    text: str = strawberry.field(description="The statement.")

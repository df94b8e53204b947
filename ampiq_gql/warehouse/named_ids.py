"""UUIDv5 of many names at once: in the engine where it can hash by SHA-1, else on the way through.

PostgreSQL has no SHA-1 without an extension that not everybody may install, so its names pass
through this process once, as a stream.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from ampiq_gql.warehouse.bulk import load_arrow
from ampiq_gql.warehouse.protocols import AnySelect

__all__ = ["NamedUuid", "fill_named_ids"]

POSTGRESQL = "postgresql"
CLICKHOUSE = "clickhousedb"
BATCH_ROWS = 65_536


class NamedUuid(FunctionElement[uuid.UUID]):
    """`uuid.uuid5(namespace, name)` as an expression; not for PostgreSQL."""

    type = sa.Uuid()
    inherit_cache = True

    def __init__(self, namespace: uuid.UUID, name: sa.ColumnElement[str]) -> None:
        namespace_bytes = sa.func.unhex(namespace.hex, type_=sa.LargeBinary)
        super().__init__(namespace_bytes, name)


@compiles(NamedUuid)
def _from_digest(element: NamedUuid, compiler: SQLCompiler, **options: Any) -> str:
    namespace, name = element.clauses
    digest = sa.func.sha1(namespace.op("||")(sa.func.encode(name)), type_=sa.Text)
    # RFC 9562: the 13th digit is the version, the top two bits of the 17th are the variant.
    variant = sa.func.translate(
        sa.func.substr(digest, 17, 1), "0123456789abcdef", "89ab89ab89ab89ab", type_=sa.Text
    )
    text = sa.func.substr(digest, 1, 12, type_=sa.Text).concat("5")
    text = text.concat(sa.func.substr(digest, 14, 3)).concat(variant)
    return compiler.process(
        sa.cast(text.concat(sa.func.substr(digest, 18, 15)), sa.Uuid), **options
    )


@compiles(NamedUuid, CLICKHOUSE)
def _from_digest_clickhouse(element: NamedUuid, compiler: SQLCompiler, **options: Any) -> str:
    """Its hashes are bytes, and a UUID of bytes is one function."""
    namespace, name = (compiler.process(part, **options) for part in element.clauses)
    digest = f"hex(SHA1(concat({namespace}, {name})))"
    variant = f"translate(substring({digest}, 17, 1), '0123456789ABCDEF', '89AB89AB89AB89AB')"
    parts = f"substring({digest}, 1, 12), '5', substring({digest}, 14, 3), {variant}"
    return f"toUUID(concat({parts}, substring({digest}, 18, 15)))"


def fill_named_ids(
    connection: sa.Connection, table: sa.Table, namespace: uuid.UUID, names: AnySelect
) -> None:
    """Fill the two columns of `table` with the names that `names` selects, and their ids."""
    if connection.dialect.name == POSTGRESQL:
        _pass_through(connection, table, namespace, names)
        return
    selected = names.subquery("names")
    (name,) = selected.columns
    rows = sa.select(name, NamedUuid(namespace, name))
    connection.execute(table.insert().from_select(table.columns.keys(), rows))


def _pass_through(
    connection: sa.Connection, table: sa.Table, namespace: uuid.UUID, names: AnySelect
) -> None:
    """All names are read before the first id is written: a connection does one thing at a time."""
    found: Sequence[str] = list(connection.execute(names).scalars())
    schema = pa.schema([(column, pa.string()) for column in table.columns.keys()])  # noqa: SIM118 - not a dict

    def batches() -> Iterator[pa.RecordBatch]:
        for start in range(0, len(found), BATCH_ROWS):
            part = found[start : start + BATCH_ROWS]
            ids = [str(uuid.uuid5(namespace, name)) for name in part]
            yield pa.RecordBatch.from_arrays([pa.array(part), pa.array(ids)], schema=schema)

    load_arrow(connection, table, pa.RecordBatchReader.from_batches(schema, batches()))

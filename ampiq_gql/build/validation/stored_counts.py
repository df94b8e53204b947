"""What the passes of a build counted, kept in it for the next one to go on from."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa
from pydantic import TypeAdapter, ValidationError
from sqlalchemy.schema import CreateTable

from ampiq_gql.build.validation.carrying import PassGroups
from ampiq_gql.warehouse import BUILD_SCHEMA, Session

__all__ = ["read_counts", "store_counts"]

COUNTS = sa.Table(
    "validation_counts",
    sa.MetaData(schema=BUILD_SCHEMA),
    sa.Column("document", sa.Text, nullable=False),
)
_PRESENT_TABLES = sa.table("tables", sa.column("table_name", sa.Text), schema="information_schema")
_DOCUMENT: TypeAdapter[dict[str, PassGroups]] = TypeAdapter(dict[str, PassGroups])


def store_counts(connection: sa.Connection, counts: Mapping[str, PassGroups]) -> None:
    """Write the groups of every pass, by the key of its statement."""
    connection.execute(CreateTable(COUNTS))
    document = _DOCUMENT.dump_json(dict(counts)).decode()
    connection.execute(COUNTS.insert().values(document=document))


def read_counts(session: Session) -> Mapping[str, PassGroups]:
    """Read what the session's build counted; nothing of a build that did not keep it."""
    name = _PRESENT_TABLES.c.table_name
    if not session.rows(sa.select(name).where(name == COUNTS.name).limit(1)):
        return {}
    ((document,),) = session.rows(sa.select(COUNTS.c.document))
    try:
        return _DOCUMENT.validate_json(document)
    except ValidationError:  # another version wrote it in another form
        return {}

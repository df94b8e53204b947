"""What a build was made of, kept in the build: by it the next one knows what has changed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa
from pydantic import TypeAdapter, ValidationError
from sqlalchemy.schema import CreateTable

from ampiq_gql.build.fingerprint import LOGIC_VERSION, build_fingerprint
from ampiq_gql.build.models import BuildContext
from ampiq_gql.build.provenance import LineageRow, read_lineage
from ampiq_gql.build.sources import Sources, SourceTable
from ampiq_gql.build.writing import TableShape
from ampiq_gql.catalog.loading import read_profiles
from ampiq_gql.catalog.profiles import TableProfile
from ampiq_gql.ingest import SourceKind
from ampiq_gql.ingest.loads import next_number
from ampiq_gql.ingest.sources import LOADS, UNDONE_LOADS, history_table
from ampiq_gql.warehouse import BUILD_SCHEMA, Session, Warehouse

__all__ = [
    "FormerBuild", "Mark", "has_changed", "hash_of_loads", "read_former",
    "store_mark", "take_mark",
]  # fmt: skip

MARKS = sa.Table("build_mark", sa.MetaData(schema=BUILD_SCHEMA), sa.Column("document", sa.Text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """The state of everything that the rows of a build depend on.

    `fingerprint` is the hash of all of it: where it is the same, so is the build. `number` is the
    last load or undoing, `loads` a hash of all loads up to it. `columns` are those that files
    brought, by source table, of the source tables that have rows; `tables` how each table of the
    build was written.
    """

    fingerprint: str
    logic_version: int
    as_of: date
    time_zone: str
    currency: str
    rules: str
    column_classes: str
    number: int
    loads: str
    columns: Mapping[str, tuple[str, ...]]
    tables: Mapping[str, TableShape] = field(default_factory=dict)


_MARK = TypeAdapter(Mark)


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerBuild:
    """The build before, as far as the next one may stand on it."""

    build_id: str
    mark: Mark
    profiles: Mapping[str, TableProfile]
    lineage: tuple[LineageRow, ...]


def take_mark(connection: sa.Connection, sources: Sources, context: BuildContext) -> Mark:
    """Say what a build of these sources depends on."""
    number = next_number(connection) - 1
    return Mark(
        fingerprint=build_fingerprint(connection, context),
        logic_version=LOGIC_VERSION,
        as_of=context.as_of,
        time_zone=context.time_zone,
        currency=context.currency,
        rules=repr(context.rules),
        column_classes=repr((context.column_classes, context.phone_region)),
        number=number,
        loads=hash_of_loads(connection, number),
        columns={
            kind.value: tuple(column.name for column in sources[kind].brought)
            for kind in SourceKind
            if sources[kind].has_rows
        },
    )


def hash_of_loads(connection: sa.Connection, number: int) -> str:
    """Tell the loads and undoings up to a number from any others, whatever was undone since.

    Source tables of a backup may hold a load that was undone when the number was given.
    """
    names = ("load_number", "load_id", "kind", "file_hash", "loaded_at", "rows_read")
    was_undone = sa.case((UNDONE_LOADS.c.undone_by <= number, UNDONE_LOADS.c.undone_by))
    parts = [
        sa.select(*(table.c[name] for name in names), undone_by).where(
            table.c.load_number <= number
        )
        for table, undone_by in (
            (LOADS, sa.cast(sa.null(), sa.BigInteger).label("undone_by")),
            (UNDONE_LOADS, was_undone.label("undone_by")),
        )
    ]
    loads = [repr(tuple(row)) for row in connection.execute(sa.union_all(*parts))]
    return hashlib.sha256("\n".join(sorted(loads)).encode()).hexdigest()


def has_changed(connection: sa.Connection, source: SourceTable, number: int) -> bool:
    """Tell whether a row came, changed or went after load `number`."""
    history = history_table(source.kind)
    return any(
        connection.execute(sa.select(sa.literal(1)).where(moved > number).limit(1)).first()
        for moved in (source.table.c.changed_in, history.c.removed_in)
    )


def store_mark(connection: sa.Connection, mark: Mark) -> None:
    """Keep it in the build."""
    connection.execute(CreateTable(MARKS))
    connection.execute(MARKS.insert().values(document=_MARK.dump_json(mark).decode()))


def read_former(warehouse: Warehouse) -> FormerBuild | None:
    """Return the current build; None before the first one, and for one that has no mark."""
    if warehouse.current_build() is None:
        return None
    with warehouse.read() as session:
        mark = _read_mark(session)
        if mark is None:
            return None
        return FormerBuild(
            build_id=session.build.id,
            mark=mark,
            profiles={profile.name: profile for profile in read_profiles(session)},
            lineage=tuple(read_lineage(session)),
        )


def _read_mark(session: Session) -> Mark | None:
    if not session.build.has_mark:
        return None
    ((document,),) = session.rows(sa.select(sa.type_coerce(MARKS.c.document, sa.Text)))
    try:
        return _MARK.validate_json(document)
    except ValidationError:  # another version wrote it in another form
        return None

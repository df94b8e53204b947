"""Attaching: a generation whose people, orders and lines are views over the user's own tables."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.schema import CreateView

from ampiq_gql.attach.checking import misfits, repeated_keys
from ampiq_gql.attach.derived import write_derived
from ampiq_gql.attach.mapping import AttachMapping
from ampiq_gql.attach.models import (
    ATTACHED,
    CUSTOMERS,
    LINES,
    ORDERS,
    AttachRefused,
    AttachReport,
    AttachUnsupported,
)
from ampiq_gql.attach.proposing import AttachProposal, propose
from ampiq_gql.attach.sampling import SAMPLED_ROWS, look_at_sample
from ampiq_gql.attach.views import Shown, shown_profile, shown_tables
from ampiq_gql.build import BuildRules
from ampiq_gql.build.models import BuildContext
from ampiq_gql.build.writing import write_empty
from ampiq_gql.catalog import profile_tables, standard_tables
from ampiq_gql.catalog.history import store_history
from ampiq_gql.ingest.looks import ColumnLook
from ampiq_gql.ingest.sources import prepare_tables
from ampiq_gql.progress import Progress
from ampiq_gql.settings import Settings
from ampiq_gql.warehouse import BUILD_SCHEMA, BuildInfo, BuildWriter, FoundTable, Warehouse
from ampiq_gql.warehouse.scratch import open_scratch

__all__ = ["AttachService"]

OWNER = "ampiq attach"


class AttachService:
    """Looks at the tables of the database that the warehouse is on, and attaches them."""

    def __init__(self, warehouse: Warehouse, settings: Settings) -> None:
        self._warehouse = warehouse
        self._settings = settings

    def found(self, schema: str | None) -> tuple[FoundTable, ...]:
        """Return the tables and views of a schema, or of the engine's usual one, by name.

        Raises `AttachUnsupported`, and `AttachRefused` when it has none that may be read.
        """
        name = self._schema(schema)
        tables = self._warehouse.foreign_tables(name)
        if not tables:
            raise AttachRefused((f'"{name}" holds no tables that may be read',))
        return tables

    def proposal(self, schema: str | None = None) -> AttachProposal:
        """Return what the names and the values of a schema suggest. Raises as `found` does."""
        found = self.found(schema)
        with open_scratch(self._settings) as scratch:

            def looks(table: FoundTable) -> Sequence[ColumnLook]:
                rows = self._warehouse.foreign_rows(table, SAMPLED_ROWS)
                return look_at_sample(scratch, table, rows)

            return propose(self._schema(schema), found, looks)

    def attach(
        self, mapping: AttachMapping, as_of: date | None, progress: Progress
    ) -> AttachReport:
        """Make a generation over the tables and publish it.

        Their rows are read as they stand at each question; histories and attributes are worked
        out now, as of a day of the site (default: today). Raises `AttachRefused` with all that
        does not fit, and as `found` does.
        """
        found = {table.name: table for table in self.found(mapping.schema_name)}
        if problems := misfits(mapping, found):
            raise AttachRefused(problems)
        with self._warehouse.sources(OWNER) as sources, sources.connection.begin():
            prepare_tables(sources.connection)
        context = self._context(as_of)
        shown = shown_tables(mapping, found, context.time_zone, context.currency)
        info = _info(context)
        with self._warehouse.start_build(info) as writer:
            return _write(writer, info, context, shown, progress)

    def _context(self, as_of: date | None) -> BuildContext:
        zone = self._settings.time_zone
        return BuildContext(
            as_of=as_of or datetime.now(ZoneInfo(zone)).date(),
            time_zone=zone,
            currency=self._settings.currency,
            rules=BuildRules(),
        )

    def _schema(self, stated: str | None) -> str:
        usual = self._warehouse.foreign_schema
        if usual is None:
            raise AttachUnsupported(self._warehouse.dialect.value)
        return stated or usual


def _info(context: BuildContext) -> BuildInfo:
    built_at = datetime.now(UTC)
    return BuildInfo(
        id=f"{built_at:%Y%m%d-%H%M%S}-{uuid.uuid4().hex[:6]}",
        as_of=context.as_of,
        built_at=built_at,
        time_zone=context.time_zone,
        currency=context.currency,
        newest_event_on=None,
    )


def _write(
    writer: BuildWriter,
    info: BuildInfo,
    context: BuildContext,
    shown: Mapping[str, Shown],
    progress: Progress,
) -> AttachReport:
    connection = writer.connection
    views = {name: _view(connection, table) for name, table in shown.items()}
    if problems := repeated_keys(connection, views):
        raise AttachRefused(problems)
    filled = {name: _described(table, table.filled) for name, table in shown.items()}
    derived = write_derived(
        connection, filled[CUSTOMERS], filled[ORDERS], filled[LINES], context, progress
    )
    # A view as well: whoever comes to their table is in the universe, and so has to be here.
    views[derived.profile.name] = _view(connection, shown_profile(derived.profile))
    tables = views | derived.tables
    tables |= {
        name: write_empty(connection, name) for name in standard_tables() if name not in tables
    }
    # Rows go on coming, and those after as_of must be cut away. For the same reason nothing is
    # kept of how lines agree with their orders.
    profiles = profile_tables(connection, tables.values(), progress, growing=ATTACHED)
    store_history(connection, info, profiles, MappingProxyType({}))
    info = replace(
        info,
        attached=tuple(sorted({source for table in shown.values() for source in table.sources})),
        row_counts={str(one.name): one.rows for one in profiles if one.rows},
        has_statistics=True,
    )
    return AttachReport(
        build=writer.publish(info), rows={one.name: one.rows for one in profiles if one.rows}
    )


def _view(connection: sa.Connection, table: Shown) -> sa.Table:
    connection.execute(CreateView(table.select, table.name, schema=BUILD_SCHEMA))
    return _described(table)


def _described(table: Shown, names: Sequence[str] | None = None) -> sa.Table:
    """Return the view as a table of the build; only its columns of these names."""
    columns = (
        sa.Column(column.name, column.type)
        for column in table.select.selected_columns
        if names is None or column.name in names
    )
    return sa.Table(table.name, sa.MetaData(schema=BUILD_SCHEMA), *columns)

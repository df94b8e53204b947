"""From the profile that a build carries to the tables of the catalog."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from types import MappingProxyType
from typing import Any, TypeAlias, TypeVar

import sqlalchemy as sa
from sqlalchemy.sql.selectable import NamedFromClause

from ampiq_gql.catalog.access import AccessClass, StatedClasses, highest
from ampiq_gql.catalog.entries import ColumnEntry, TableEntry
from ampiq_gql.catalog.measuring import profile_table
from ampiq_gql.catalog.naming import describe_by_name, label_of, normalise
from ampiq_gql.catalog.profiles import ColumnProfile, Quantiles, TableProfile, ValueCount
from ampiq_gql.catalog.raising import raised_profiles
from ampiq_gql.catalog.standard import StandardColumn, column_type, standard_tables
from ampiq_gql.catalog.stored import (
    catalog_column_stats,
    catalog_columns,
    catalog_tables,
    catalog_values,
)
from ampiq_gql.warehouse import BUILD_SCHEMA, Row, Session
from dsl.catalog import ID_COLUMN, DataType, Grain

__all__ = ["RECIPIENTS", "CatalogData", "read_catalog", "read_profiles"]

AnyTable: TypeAlias = NamedFromClause[Any]  # its columns are known at run time

SHOWN_VALUES = 20
RANK_OF_OTHERS = {Grain.ONE: 100, Grain.MANY: 200}
"""After the named tables: all other tables of one row per customer, then all of many."""

EARLIER_SKETCH_ERROR = 0.13
"""Of the estimates in builds of earlier versions."""

RECIPIENTS = "campaign_recipients"
PREDICTIONS = "predicted_clv_attributes"

Entry = TypeVar("Entry", TableEntry, ColumnEntry)


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogData:
    """What is the same for everybody who reads one snapshot; tables are in lookup order."""

    tables: tuple[TableEntry, ...]
    tables_by_name: Mapping[str, TableEntry]
    campaign_names: tuple[str, ...]


def read_catalog(session: Session, stated: StatedClasses) -> CatalogData:
    """Read the profile of the session's build, and look at what came after it.

    Classes that the site has `stated` since hold as well.
    """
    stored = raised_profiles(session, read_profiles(session), stated)
    entries = (_table_entry(_present(session, profile)) for profile in stored)
    tables = tuple(sorted(entries, key=_lookup_order))
    return CatalogData(
        tables=tables,
        tables_by_name=_by_name(tables),
        campaign_names=_campaign_names(session, stored),
    )


def _lookup_order(table: TableEntry) -> tuple[int, int, str]:
    standard = list(standard_tables())
    place = standard.index(table.name) if table.name in standard else len(standard)
    return table.lookup_rank, place, table.name


def _present(session: Session, profile: TableProfile) -> TableProfile:
    """Measure predictions anew: they are published between builds, as one row per customer."""
    if profile.name != PREDICTIONS:
        return profile
    table = _sql_table(profile.name, [_definition(profile.name, one) for one in profile.columns])
    return profile_table(table, session.rows)


def _campaign_names(session: Session, stored: Iterable[TableProfile]) -> tuple[str, ...]:
    if RECIPIENTS not in {profile.name for profile in stored}:
        return ()
    names = sa.table(RECIPIENTS, sa.column("campaign_name", sa.Text), schema=BUILD_SCHEMA)
    statement = sa.select(names.c.campaign_name).distinct().order_by(names.c.campaign_name)
    return tuple(name for (name,) in session.rows(statement) if name is not None)


# --- from the stored rows ------------------------------------------------------------------------


def read_profiles(session: Session) -> list[TableProfile]:
    """Return what was measured of each table when the session's build was made."""
    values = _grouped(session, catalog_values, catalog_values.c.rank, key_columns=2)
    columns = _grouped(session, catalog_columns, catalog_columns.c.position, key_columns=1)
    statistics = _read_statistics(session)
    return [
        TableProfile(
            name=name,
            rows=rows,
            grain=Grain(grain) if grain else None,
            newest_event_on=newest,
            columns=tuple(
                _column_profile(row, values.get((name, row[1]), []), statistics.get((name, row[1])))
                for row in columns[(name,)]
            ),
        )
        for name, rows, grain, newest in session.rows(sa.select(*catalog_tables.columns))
    ]


def _grouped(
    session: Session, table: sa.Table, order: sa.Column[Any], *, key_columns: int
) -> dict[tuple[str, ...], list[Row]]:
    """Return all rows by their first columns, in order."""
    keys = list(table.columns)[:key_columns]
    rows = session.rows(sa.select(*table.columns).order_by(*keys, order))
    return {
        key: list(members) for key, members in groupby(rows, lambda row: tuple(row[:key_columns]))
    }


def _read_statistics(session: Session) -> dict[tuple[str, str], Row]:
    """Return the rows by table and column; builds of earlier versions have none."""
    if not session.build.has_statistics:
        return {}
    rows = session.rows(sa.select(*catalog_column_stats.columns))
    return {(row[0], row[1]): row[2:] for row in rows}


def _column_profile(row: Row, values: Sequence[Row], statistics: Row | None) -> ColumnProfile:
    table, name, _position, data_type, filled, distinct, is_exact, minimum, maximum, all_ = row
    counted = ColumnProfile(
        name=name,
        type=DataType(data_type),
        access=_declared(table, name, DataType(data_type)).access,
        filled=filled,
        distinct=distinct,
        distinct_error=None if is_exact else EARLIER_SKETCH_ERROR,
        minimum=minimum,
        maximum=maximum,
        values=tuple(ValueCount(value=value, rows=rows) for *_, value, rows in values),
        lists_all_values=all_,
    )
    if statistics is None:
        return counted.classed(counted.access)
    access, error, blanks, whitespace, mean, *quantiles = statistics
    measured = replace(
        counted,
        distinct_error=error,
        blanks=blanks,
        whitespace=whitespace,
        mean=mean,
        quantiles=_quantiles(quantiles),
    )
    # What this version declares counts too: a class may have been raised since the build.
    return measured.classed(highest((AccessClass(access), counted.access)))


def _quantiles(texts: Sequence[str | None]) -> Quantiles | None:
    p05, p25, median, p75, p95 = (text or "" for text in texts)
    return Quantiles(p05=p05, p25=p25, median=median, p75=p75, p95=p95) if p05 else None


# --- to entries ----------------------------------------------------------------------------------


def _declared(table: str, name: str, data_type: DataType) -> StandardColumn:
    standard = standard_tables().get(table)
    known = standard.column(name) if standard else None
    return known or describe_by_name(name, data_type)


def _definition(table: str, column: ColumnProfile) -> StandardColumn:
    return replace(_declared(table, column.name, column.type), access=column.access)


def _sql_table(name: str, definitions: Iterable[StandardColumn]) -> sa.Table:
    columns = [sa.Column(column.name, column_type(column)) for column in definitions]
    return sa.Table(name, sa.MetaData(schema=BUILD_SCHEMA), *columns)


def _table_entry(profile: TableProfile) -> TableEntry:
    standard = standard_tables().get(profile.name)
    definitions = [_definition(profile.name, column) for column in profile.columns]
    # Under its bare name: people read the SQL, and the schema once is enough.
    table = _sql_table(profile.name, definitions).alias(profile.name)
    # The build saw this table empty; it grows with every run of a campaign.
    is_measured = profile.name != RECIPIENTS
    columns = tuple(
        _column_entry(table, definition, column if is_measured else None, profile.rows)
        for definition, column in zip(definitions, profile.columns, strict=True)
    )
    by_name = _by_name(columns)
    grain = profile.grain or Grain.MANY
    rank = standard.lookup_rank if standard else None
    return TableEntry(
        name=profile.name,
        label=standard.label if standard else label_of(profile.name),
        description=standard.description if standard else "",
        grain=grain,
        rows=profile.rows if is_measured else None,
        columns=columns,
        selectable=table,
        id_column=table.columns.get(ID_COLUMN),
        event_time=by_name.get(standard.event_time or "") if standard else None,
        newest_event_on=_newest(profile, is_measured),
        lookup_rank=RANK_OF_OTHERS[grain] if rank is None else rank,
        columns_by_name=by_name,
    )


def _newest(profile: TableProfile, is_measured: bool) -> date | None:
    return profile.newest_event_on if is_measured else None


def _by_name(entries: Sequence[Entry]) -> Mapping[str, Entry]:
    """Index by name and by label; a name wins over a label, the first over the second."""
    labels = {normalise(entry.label): entry for entry in reversed(entries)}
    return MappingProxyType(labels | {entry.name: entry for entry in entries})


def _column_entry(
    table: AnyTable, definition: StandardColumn, profile: ColumnProfile | None, rows: int
) -> ColumnEntry:
    described = ColumnEntry(
        table_name=table.name,
        name=definition.name,
        label=definition.label,
        description=definition.description,
        type=definition.type,
        unit=definition.unit,
        access=definition.access,
        is_snapshot=definition.is_snapshot,
        element=table.columns[definition.name],
    )
    return described if profile is None else _measured(described, profile, rows)


def _measured(column: ColumnEntry, profile: ColumnProfile, rows: int) -> ColumnEntry:
    values = frozenset(found.value for found in profile.values)
    return replace(
        column,
        completion=profile.filled / rows if rows else None,
        distinct=profile.distinct,
        distinct_error=profile.distinct_error,
        uniqueness=profile.distinct / rows if rows else None,
        minimum=profile.minimum,
        maximum=profile.maximum,
        top_values=profile.values[:SHOWN_VALUES],
        known_values=values
        if column.type is DataType.STRING and profile.lists_all_values
        else None,
        blanks=profile.blanks,
        whitespace=profile.whitespace,
        mean=profile.mean,
        quantiles=profile.quantiles,
    )

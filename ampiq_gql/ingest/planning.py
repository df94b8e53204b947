"""What is to be made of a file, before its rows are read: the tables that it feeds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import sqlalchemy as sa

from ampiq_gql.catalog import standard_tables
from ampiq_gql.ingest.columns import PERSON_COLUMNS, KindSpec, spec_of
from ampiq_gql.ingest.errors import KindUnclear
from ampiq_gql.ingest.headers import match_headers
from ampiq_gql.ingest.kinds import guess_kind
from ampiq_gql.ingest.mapping import FileMapping
from ampiq_gql.ingest.models import ColumnMatch, IngestRequest, LoadMode, SourceKind
from ampiq_gql.ingest.presets import Export, Preset, PresetTable, find_preset, preset_named
from ampiq_gql.ingest.staging import FileColumns
from ampiq_gql.ingest.table_file import Native, TableFile
from ampiq_gql.warehouse import AnySelect
from dsl.catalog import Grain

__all__ = ["FilePlan", "Part", "named_by", "plan_file"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One table that a file feeds; `reshape` selects its rows when they are not the file's own."""

    kind: SourceKind
    columns: FileColumns
    reshape: Callable[[sa.Table], AnySelect] | None = None

    @property
    def brought(self) -> set[str]:
        """The target columns that it has."""
        return {match.column for match in self.columns.matches if match.column}


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePlan:
    """All tables that a file feeds."""

    table: TableFile
    file_hash: str
    preset: Preset | None
    parts: tuple[Part, ...]


def plan_file(table: TableFile, file_hash: str, request: IngestRequest) -> FilePlan:
    """Choose preset or kind, and match the headers.

    Raises `ColumnMissing`, `MappingInvalid` and `KindUnclear`.
    """
    preset = _preset(table, request)
    if preset is not None:
        parts = tuple(_preset_part(table, of) for of in preset.tables)
        return FilePlan(table=table, file_hash=file_hash, preset=preset, parts=parts)
    kind = _kind(table, request)
    spec = spec_of(kind)
    matches = match_headers(
        table.headers,
        _with_key_only(spec) if request.mode is LoadMode.DELETE else spec,
        request.mapping,
        source=request.source,
        place=table.name,
        taken_names=_taken_names(kind),
    )
    columns = FileColumns(spec=spec, matches=named_by(kind, matches), natives=table.natives)
    part = Part(kind=kind, columns=columns)
    return FilePlan(table=table, file_hash=file_hash, preset=None, parts=(part,))


def named_by(kind: SourceKind, matches: tuple[ColumnMatch, ...]) -> tuple[ColumnMatch, ...]:
    """Let contacts name the customers of orders that carry no key of them (11.1)."""
    if kind not in (SourceKind.ORDERS, SourceKind.ORDER_ITEMS):
        return matches
    brought = {match.column for match in matches}
    key, *contacts = PERSON_COLUMNS
    contact = next((name for name in contacts if name in brought), None)
    if key in brought or contact is None:
        return matches
    return tuple(
        replace(match, column=key, is_contact=True) if match.column == contact else match
        for match in matches
    )


def _preset(table: TableFile, request: IngestRequest) -> Preset | None:
    mapping = request.mapping
    if mapping.preset:
        return preset_named(mapping.preset, table.headers, place=table.name)
    if mapping.columns or request.mode is LoadMode.DELETE:
        # Who names columns has looked at the file and wants them read as named.
        return None
    preset = find_preset(table.headers)
    if preset is None or request.kind is None:
        return preset
    return preset if any(of.kind is request.kind for of in preset.tables) else None


def _preset_part(table: TableFile, of: PresetTable) -> Part:
    positions = {header.strip(): number for number, header in enumerate(table.headers)}
    matches = tuple(
        ColumnMatch(
            header=header, column=column, is_attribute=spec_of(of.kind).column(column) is None
        )
        for column, header in of.columns.items()
    )

    def reshape(staged: sa.Table) -> AnySelect:
        rows = of.rows(Export(rows=staged, positions=positions)).subquery("reshaped")
        places = [rows.c[name] for name in ("_line", "_offset", "_length")]
        return sa.select(*places, *(rows.c[column] for column in of.columns))

    columns = FileColumns(
        spec=spec_of(of.kind), matches=matches, natives=(Native.TEXT,) * len(matches)
    )
    return Part(kind=of.kind, columns=columns, reshape=reshape)


def _kind(table: TableFile, request: IngestRequest) -> SourceKind:
    if request.kind is not None:
        return request.kind
    if request.mapping.kind is not None:
        return _stated_kind(request.mapping, table)
    guess = guess_kind(table.headers)
    if guess is None:
        headers = ", ".join(f'"{header}"' for header in table.headers[:12])
        raise KindUnclear(f"The headers of {table.name} do not tell what its rows are: {headers}.",
                          place=table.name)  # fmt: skip
    return guess


def _stated_kind(mapping: FileMapping, table: TableFile) -> SourceKind:
    try:
        return SourceKind(mapping.kind or "")
    except ValueError as error:
        raise KindUnclear(
            f'The mapping calls the rows "{mapping.kind}".', place=table.name
        ) from error


def _with_key_only(spec: KindSpec) -> KindSpec:
    """Files of keys to delete need nothing else."""
    return KindSpec(
        kind=spec.kind,
        columns=spec.columns,
        key=spec.key,
        required=spec.key[:1],
        takes_attributes=spec.takes_attributes,
    )


def _taken_names(kind: SourceKind) -> frozenset[str]:
    """Names of people's columns: an attribute of such a name would hide or be hidden."""
    if kind is not SourceKind.CUSTOMERS:
        return frozenset()
    return frozenset(
        column.name
        for table in standard_tables().values()
        if table.grain is Grain.ONE
        for column in table.columns
    )

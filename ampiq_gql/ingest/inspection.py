"""Looking before loading: what a file holds, what each column would become, what is unclear."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyarrow as pa
import sqlalchemy as sa

from ampiq_gql.errors import UserError
from ampiq_gql.ingest.columns import KindSpec, spec_of
from ampiq_gql.ingest.errors import AmbiguousDates, AmbiguousNumbers
from ampiq_gql.ingest.file_set import find_files
from ampiq_gql.ingest.kinds import guess_kind
from ampiq_gql.ingest.limits import ReadLimits
from ampiq_gql.ingest.looks import look_at_columns
from ampiq_gql.ingest.mapping import IGNORE, FileMapping, ValueSpelling
from ampiq_gql.ingest.mapping_file import write_mapping
from ampiq_gql.ingest.models import ColumnMatch, IngestRequest, SourceKind
from ampiq_gql.ingest.opening import open_tables
from ampiq_gql.ingest.planning import named_by, plan_file
from ampiq_gql.ingest.proposals import Proposal, open_questions, propose
from ampiq_gql.ingest.reading import decide_readings, remarks
from ampiq_gql.ingest.spool import open_spool
from ampiq_gql.ingest.staging import FileColumns, staged_table
from ampiq_gql.ingest.table_file import Findings, TableFile, batch_schema
from ampiq_gql.progress import Progress
from ampiq_gql.settings import Settings
from ampiq_gql.warehouse.scratch import Scratch, open_scratch

__all__ = ["Inspection", "InspectionService"]

SHOWN_ROWS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What one file looks like; `questions` must be answered before it can be loaded.

    `kind` is None when nothing tells what the rows are; `preset` names a known export, whose
    columns need no mapping. `first_rows` are texts in the order of `columns`. `spellings` are what
    was deduced of values and can be said otherwise.
    """

    file: str
    path: Path
    kind: SourceKind | None
    preset: str | None
    format: str
    encoding: str
    delimiter: str
    rows: int
    bad_rows: int
    columns: tuple[Proposal, ...]
    first_rows: tuple[tuple[str | None, ...], ...]
    questions: tuple[str, ...]
    warnings: tuple[str, ...]
    spellings: Mapping[str, ValueSpelling] = field(default_factory=dict)

    def mapping(self, request: IngestRequest) -> FileMapping:
        """Return the proposal as a mapping, with what was said before."""
        columns = {one.header: one.column for one in self.columns if one.column is not None}
        return replace(
            request.mapping,
            columns={} if self.preset else columns,
            spellings=self._all_spellings(request.mapping),
            kind=None if self.preset or self.kind is None else self.kind.value,
            preset=self.preset,
            source=request.source,
            delimiter=self.delimiter if self.format == "delimited" else None,
            encoding=self.encoding if self.format == "delimited" else None,
        )

    def _all_spellings(self, stated: FileMapping) -> dict[str, ValueSpelling]:
        """Return what was deduced, under what was said."""
        said = dict(stated.spellings)
        for header, deduced in self.spellings.items():
            said[header] = said[header].over(deduced) if header in said else deduced
        return said

    def write_mapping(self, path: Path, request: IngestRequest) -> None:
        """Write the proposal as a mapping file, the reasons beside."""
        remarks = {
            one.header: f"{one.confidence:.0%}: {one.reason}; e.g. {_example(one)}"
            for one in self.columns
            if one.column is not None
        }
        write_mapping(path, self.mapping(request), remarks)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """How the values of a file would be read."""

    questions: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    spellings: Mapping[str, ValueSpelling] = field(default_factory=dict)


def _example(proposal: Proposal) -> str:
    sample = proposal.samples[0] if proposal.samples else "(empty)"
    return "".join(letter if letter.isprintable() else " " for letter in sample)[:40]


class InspectionService:
    """Looks into files; touches neither the source tables nor their lock."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def inspect(self, request: IngestRequest, progress: Progress) -> tuple[Inspection, ...]:
        """Look at all rows of all files. Raises as loading would for what is no table."""
        limits = ReadLimits.of(self._settings)
        found: list[Inspection] = []
        with ExitStack() as stack:
            spool = stack.enter_context(open_spool(self._settings))
            scratch = stack.enter_context(open_scratch(self._settings))
            for path in find_files(request.files):
                for table in open_tables(path, request.mapping, spool, limits):
                    progress.start(f"Looking at {table.name}")
                    found.append(self._look(scratch, table, request, limits))
                    progress.finish()
        return tuple(found)

    def _look(
        self, scratch: Scratch, table: TableFile, request: IngestRequest, limits: ReadLimits
    ) -> Inspection:
        staged = staged_table(table.natives)
        staged.create(scratch.connection)
        findings = Findings(held_rows_limit=limits.held_rows)
        reader = pa.RecordBatchReader.from_batches(
            batch_schema(table.natives), table.batches(findings)
        )
        rows = scratch.load_arrow(staged, reader)
        looks = look_at_columns(scratch.connection, staged, table.headers, table.natives)
        plan, problem = _plan(table, request)
        kind = request.kind or (
            SourceKind(request.mapping.kind) if request.mapping.kind else guess_kind(table.headers)
        )
        proposals: tuple[Proposal, ...] = ()
        questions: list[str] = []
        read = _Read()
        if kind is None and plan is None:
            questions.append("What are the rows? Say it with --as.")
            proposals = propose(
                looks, replace(spec_of(SourceKind.CUSTOMERS), columns=()), request.mapping
            )
        else:
            spec = spec_of(kind or SourceKind.ORDERS)
            proposals = propose(looks, spec, request.mapping)
            if plan is None:
                questions += open_questions(spec, proposals)
                read = self._read(scratch.connection, staged, table, spec, proposals, request)
                questions += read.questions
            if problem is not None and not questions:
                questions.append(problem)
        first = scratch.connection.execute(
            sa.select(*(sa.cast(staged.c[str(at)], sa.Text) for at in range(len(looks))))
            .order_by(staged.c._line)
            .limit(SHOWN_ROWS)
        ).all()
        staged.drop(scratch.connection)
        return Inspection(
            file=table.name,
            path=table.path,
            kind=kind,
            preset=plan,
            format=table.format.value,
            encoding=table.encoding,
            delimiter=table.delimiter,
            rows=rows + len(findings.bad_rows),
            bad_rows=len(findings.bad_rows),
            columns=proposals,
            first_rows=tuple(tuple(row) for row in first),
            questions=tuple(questions),
            warnings=(*table.warnings, *read.remarks),
            spellings=read.spellings,
        )

    def _read(
        self,
        connection: sa.Connection,
        staged: sa.Table,
        table: TableFile,
        spec: KindSpec,
        proposals: tuple[Proposal, ...],
        request: IngestRequest,
    ) -> _Read:
        """Say how values would be read; ask about those that can be read two ways."""
        matches = tuple(
            ColumnMatch(header=one.header, column=None if one.column == IGNORE else one.column)
            for one in proposals
        )
        matches = named_by(spec.kind, matches)
        columns = FileColumns(spec=spec, matches=matches, natives=table.natives)
        try:
            readings = decide_readings(
                connection,
                staged,
                columns,
                request.mapping,
                site_zone=self._settings.time_zone,
                place=table.name,
            )
        except (AmbiguousDates, AmbiguousNumbers) as error:
            return _Read(questions=(f"{error.message} {error.hint}",))
        return _Read(
            remarks=tuple(remarks(columns, readings)),
            spellings={
                columns.header_of(name): ValueSpelling(two_digit_years_from=begin)
                for name, reading in readings.items()
                if (begin := reading.two_digit_years_from) is not None
            },
        )


def _plan(table: TableFile, request: IngestRequest) -> tuple[str | None, str | None]:
    """Return the name of the preset that reads the file, or else what would stop a load."""
    try:
        plan = plan_file(table, "", request)
    except UserError as error:
        # Missing and unsure columns are asked about by themselves: all of them, not the first.
        return None, f"{error.message} {error.hint or ''}".rstrip()
    return (plan.preset.name if plan.preset else None), None

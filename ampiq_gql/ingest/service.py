"""Loading files: the one use case of this package, all files of a request or none."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import sqlalchemy as sa

from ampiq_gql.catalog import standard_tables
from ampiq_gql.ingest.bad_rows import BadRow
from ampiq_gql.ingest.columns import spec_of
from ampiq_gql.ingest.csv_reader import open_csv
from ampiq_gql.ingest.errors import FileUnreadable, RowsRefused
from ampiq_gql.ingest.headers import match_headers
from ampiq_gql.ingest.models import IngestReport, IngestRequest
from ampiq_gql.ingest.parquet_reader import open_parquet
from ampiq_gql.ingest.quarantine import describe, write_quarantine
from ampiq_gql.ingest.sources import LOADS, prepare_tables, widen_table
from ampiq_gql.ingest.staging import (
    FileColumns,
    decide_reading,
    problems,
    staged_table,
    type_rows,
    typed_table,
)
from ampiq_gql.ingest.table_file import PLACE_FIELDS, Findings, TableFile
from ampiq_gql.ingest.upsert import upsert
from ampiq_gql.progress import Progress
from ampiq_gql.settings import Settings
from ampiq_gql.warehouse import SourcesConnection, Warehouse
from dsl.catalog import Grain

__all__ = ["IngestService"]

WORRYING_SHARE = 0.05
"""More rows than this in quarantine deserve a warning of their own."""


class IngestService:
    """Loads files into the source tables."""

    def __init__(self, warehouse: Warehouse, settings: Settings) -> None:
        self._warehouse = warehouse
        self._settings = settings

    def load(self, request: IngestRequest, progress: Progress) -> IngestReport:
        """Load the files in one transaction; files that were loaded before are skipped.

        Bad rows go to a quarantine file, unless `strict`: then they raise `RowsRefused` and
        nothing is loaded.
        """
        purpose = f"ampiq ingest {request.kind}"
        with self._warehouse.sources(purpose) as sources, sources.connection.begin():
            prepare_tables(sources.connection)
            return _Load(sources, request, self._settings, progress).run()


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """A file to load, its headers matched; `number` orders the files of the load."""

    number: int
    table: TableFile
    file_hash: str
    columns: FileColumns

    @property
    def path(self) -> Path:
        return self.table.path


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    """What came of one file."""

    file: _File
    rows_read: int
    blank_lines: int
    bad_rows: Sequence[BadRow]


class _Load:
    """One run of `IngestService.load`, inside its transaction."""

    def __init__(
        self,
        sources: SourcesConnection,
        request: IngestRequest,
        settings: Settings,
        progress: Progress,
    ) -> None:
        self._sources = sources
        self._connection = sources.connection
        self._staging = sources.staging
        self._request = request
        self._settings = settings
        self._progress = progress
        self._spec = spec_of(request.kind)
        self._load_id = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{uuid.uuid4().hex[:6]}"

    def run(self) -> IngestReport:
        """Load what is new."""
        files, known = self._new_files()
        target = self._target(files)
        typed = typed_table(self._spec, _brought(files))
        typed.create(self._staging)
        outcomes = [self._stage(file, typed) for file in files]
        bad_rows = [row for outcome in outcomes for row in outcome.bad_rows]
        if bad_rows and self._request.strict:
            raise RowsRefused(
                f"{len(bad_rows):,} rows are bad, so nothing was loaded; the first is "
                f"{describe(bad_rows[0])}.",
                place=f"{bad_rows[0].file}:{bad_rows[0].extent.line}",
            )
        loaded = upsert(
            self._sources,
            self._spec,
            target,
            typed,
            source=self._request.source,
            load_id=self._load_id,
            has_line_numbers="line_number" in _brought(files),
        )
        typed.drop(self._staging)
        self._keep_totals(outcomes)
        return self._report(outcomes, loaded, known)

    def _new_files(self) -> tuple[list[_File], list[Path]]:
        """Open the files that were not loaded before."""
        files: list[_File] = []
        known: list[Path] = []
        for path in self._request.files:
            file_hash = _hash(path, self._request)
            if self._is_loaded(file_hash) or any(file.file_hash == file_hash for file in files):
                known.append(path)
                continue
            table = _open(path, self._request)
            matches = match_headers(
                table.headers,
                self._spec,
                self._request.mapping,
                source=self._request.source,
                place=str(path),
                taken_names=_taken_names(),
            )
            columns = FileColumns(spec=self._spec, matches=matches)
            files.append(
                _File(number=len(files), table=table, file_hash=file_hash, columns=columns)
            )
        return files, known

    def _is_loaded(self, file_hash: str) -> bool:
        found = sa.select(LOADS.c.load_id).where(
            LOADS.c.file_hash == file_hash,
            LOADS.c.kind == self._request.kind.value,
            LOADS.c.datasource == self._request.source,
        )
        return self._connection.execute(found).first() is not None

    def _target(self, files: Sequence[_File]) -> sa.Table:
        """Return the source table, widened by the columns that the files bring."""
        headers = {
            match.column: match.header
            for file in files
            for match in file.columns.matches
            if match.column
        }
        return widen_table(
            self._connection, self._request.kind, headers, source=self._request.source
        )

    def _stage(self, file: _File, typed: sa.Table) -> _Outcome:
        """Read one file into `typed` and find its bad rows."""
        self._progress.start(f"Reading {file.path.name}")
        staged = staged_table(len(file.table.headers))
        staged.create(self._staging)
        findings = Findings()
        rows = self._sources.stage(staged, self._reader(file, findings))
        readings = decide_reading(
            self._staging,
            staged,
            file.columns,
            self._request.mapping,
            site_zone=self._settings.time_zone,
            place=str(file.path),
        )
        statement, checks = type_rows(
            staged, typed, file.columns, readings, file_number=file.number
        )
        self._staging.execute(statement)
        refused = problems(
            self._staging,
            staged,
            typed,
            file.columns,
            checks,
            file_number=file.number,
            path=file.path,
        )
        bad_rows = [*findings.bad_rows, *refused]
        staged.drop(self._staging)
        self._progress.finish()
        return _Outcome(
            file=file,
            rows_read=rows + len(findings.bad_rows),
            blank_lines=findings.blank_lines,
            bad_rows=bad_rows,
        )

    def _reader(self, file: _File, findings: Findings) -> pa.RecordBatchReader:
        def batches() -> Iterator[pa.RecordBatch]:
            for batch in file.table.batches(findings):
                yield batch
                self._progress.advance(batch.num_rows)

        texts = [pa.field(str(number), pa.string()) for number in range(len(file.table.headers))]
        return pa.RecordBatchReader.from_batches(pa.schema([*PLACE_FIELDS, *texts]), batches())

    def _keep_totals(self, outcomes: Sequence[_Outcome]) -> None:
        for outcome in outcomes:
            self._connection.execute(
                LOADS.insert().values(
                    load_id=self._load_id,
                    kind=self._request.kind.value,
                    datasource=self._request.source,
                    file=str(outcome.file.path),
                    file_hash=outcome.file.file_hash,
                    loaded_at=datetime.now(UTC).replace(tzinfo=None),
                    rows_read=outcome.rows_read,
                    rows_quarantined=len(outcome.bad_rows),
                    blank_lines=outcome.blank_lines,
                )
            )

    def _report(
        self, outcomes: Sequence[_Outcome], loaded: int, known: Sequence[Path]
    ) -> IngestReport:
        bad_rows = [row for outcome in outcomes for row in outcome.bad_rows]
        rows_read = sum(outcome.rows_read for outcome in outcomes)
        folder = self._settings.home / "quarantine"
        return IngestReport(
            load_id=self._load_id,
            kind=self._request.kind,
            source=self._request.source,
            files=tuple(outcome.file.path for outcome in outcomes),
            rows_read=rows_read,
            rows_loaded=loaded,
            rows_quarantined=len(bad_rows),
            rows_duplicate=rows_read - loaded - len(bad_rows),
            blank_lines=sum(outcome.blank_lines for outcome in outcomes),
            quarantine_file=write_quarantine(folder, self._load_id, bad_rows) if bad_rows else None,
            columns=tuple(
                dict.fromkeys(
                    match for outcome in outcomes for match in outcome.file.columns.matches
                )
            ),
            warnings=tuple(_warnings(outcomes, rows_read)),
            skipped_files=tuple(known),
        )


def _warnings(outcomes: Sequence[_Outcome], rows_read: int) -> Iterator[str]:
    for outcome in outcomes:
        ignored = [match.header for match in outcome.file.columns.matches if match.column is None]
        if ignored:
            names = ", ".join(f'"{header}"' for header in ignored)
            yield f"{outcome.file.path.name}: left out {names}, which no table has a place for."
        if outcome.bad_rows:
            yield (
                f"{outcome.file.path.name}: {len(outcome.bad_rows):,} of {outcome.rows_read:,} rows"
                f" went to quarantine; the first is {describe(outcome.bad_rows[0])}."
            )
    bad = sum(len(outcome.bad_rows) for outcome in outcomes)
    if bad > rows_read * WORRYING_SHARE:
        yield f"{bad / rows_read:.0%} of all rows are in quarantine: is the mapping right?"


def _taken_names() -> frozenset[str]:
    """Names of people's columns: an attribute of such a name would hide or be hidden."""
    return frozenset(
        column.name
        for table in standard_tables().values()
        if table.grain is Grain.ONE
        for column in table.columns
    )


def _brought(files: Sequence[_File]) -> list[str]:
    names = (match.column for file in files for match in file.columns.matches)
    return list(dict.fromkeys(name for name in names if name))


def _open(path: Path, request: IngestRequest) -> TableFile:
    if path.suffix.lower() in (".parquet", ".pq"):
        return open_parquet(path)
    return open_csv(path, request.mapping)


def _hash(path: Path, request: IngestRequest) -> str:
    """Identify the bytes and how they are read: another mapping makes it another load."""
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256")
    except OSError as error:
        raise FileUnreadable(
            f"{path} cannot be read: {error.strerror or error}.", place=str(path)
        ) from error
    digest.update(repr(request.mapping).encode())
    return digest.hexdigest()

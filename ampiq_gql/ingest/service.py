"""Loading files: all files of a request or none, in one transaction."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

from ampiq_gql.ingest.bad_rows import describe
from ampiq_gql.ingest.columns import spec_of
from ampiq_gql.ingest.currencies import Rates, load_rates, source_columns
from ampiq_gql.ingest.doubts import refuse_doubtful
from ampiq_gql.ingest.errors import FileUnreadable, RowsRefused
from ampiq_gql.ingest.file_set import find_files
from ampiq_gql.ingest.held_rows import HeldRows, hold_rows
from ampiq_gql.ingest.kind_load import KindLoad, TypedPart
from ampiq_gql.ingest.limits import ReadLimits
from ampiq_gql.ingest.loads import keep_load, next_number
from ampiq_gql.ingest.models import (
    ColumnMatch,
    ControlTotals,
    IngestReport,
    IngestRequest,
    SourceKind,
)
from ampiq_gql.ingest.opening import open_tables
from ampiq_gql.ingest.planning import FilePlan, Part, plan_file
from ampiq_gql.ingest.sources import LOADS, prepare_tables
from ampiq_gql.ingest.spool import Spool, open_spool
from ampiq_gql.ingest.staging import staged_table
from ampiq_gql.ingest.table_file import Findings, Native, TableFile, batch_schema
from ampiq_gql.ingest.totals import prove_lines, summed
from ampiq_gql.ingest.warnings import load_warnings
from ampiq_gql.progress import Progress
from ampiq_gql.settings import Settings
from ampiq_gql.warehouse import SourcesConnection, Warehouse

__all__ = ["IngestService", "Load", "file_hash"]


class IngestService:
    """Loads files into the source tables."""

    def __init__(self, warehouse: Warehouse, settings: Settings) -> None:
        self._warehouse = warehouse
        self._settings = settings

    def load(self, request: IngestRequest, progress: Progress) -> IngestReport:
        """Load the files in one transaction; files that were loaded before are skipped.

        Bad rows go to the quarantine, unless `strict`: then they raise `RowsRefused` and nothing
        is loaded.
        """
        with ExitStack() as stack:
            spool = stack.enter_context(open_spool(self._settings))
            purpose = f"ampiq ingest {request.kind or ''}".rstrip()
            sources = stack.enter_context(self._warehouse.sources(purpose))
            with sources.connection.begin():
                prepare_tables(sources.connection)
            load = Load(sources, request, self._settings, spool, progress)
            load.read()
            sources.connection.commit()  # on a server, to look what is there began a transaction
            with sources.connection.begin():
                return load.write()


class Load:
    """One load: its files are read into staging, then written in one transaction of the caller.

    `is_retry` tells that rows are tried again, all in the transaction of what they are part of:
    files that are known are read all the same, and lines that the loader numbers follow those that
    are there.
    """

    def __init__(
        self,
        sources: SourcesConnection,
        request: IngestRequest,
        settings: Settings,
        spool: Spool,
        progress: Progress,
        *,
        is_retry: bool = False,
    ) -> None:
        self._sources = sources
        self._request = request
        self._settings = settings
        self._spool = spool
        self._progress = progress
        self._is_retry = is_retry
        self._limits = ReadLimits.of(settings)
        self._rates: Rates | None = None
        self._number = next_number(sources.connection)
        self._load_id = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{uuid.uuid4().hex[:6]}"
        self._plans: Sequence[FilePlan] = ()
        self._known: Sequence[Path] = ()
        self._kinds: Mapping[SourceKind, KindLoad] = {}

    def read(self) -> None:
        """Read and type what is new; no table that others see is touched."""
        self._plans, self._known = self._plan()
        self._rates = self._load_rates() if self._plans else None
        self._kinds = {kind: self._kind_load(kind) for kind in _kinds(self._plans)}
        for plan in self._plans:
            self._stage(plan)
        self._refuse()
        self._settle()

    def write(self) -> IngestReport:
        """Write what was read."""
        if self._request.is_dry_run:
            accounts = [totals for load in self._kinds.values() for totals in load.rehearse()]
        else:
            accounts = self._bring()
        if self._rates is not None:
            self._rates.table.drop(self._sources.staging)
        return self._report(accounts)

    def _settle(self) -> None:
        """Commit what is staged: rows of an open transaction are read by one core only."""
        if not self._is_retry:
            self._sources.staging.commit()

    def _load_rates(self) -> Rates | None:
        """Read the exchange rates, when the settings name a file of them."""
        settings = self._settings
        if settings.fx_rates is None:
            return None
        return load_rates(
            self._sources,
            settings.fx_rates,
            currency=settings.currency,
            time_zone=settings.time_zone,
        )

    def _bring(self) -> list[ControlTotals]:
        """Write everything, and return the accounts."""
        held = self._hold()
        accounts: list[ControlTotals] = []
        for kind, load in self._kinds.items():
            self._progress.start(f"Bringing {kind} in")
            totals = load.bring(held.get(kind, {}))
            self._keep(load, totals)
            accounts += totals
            self._progress.finish()
        return accounts

    def _plan(self) -> tuple[list[FilePlan], list[Path]]:
        """Open the files that were not loaded before, and see what they feed."""
        plans: list[FilePlan] = []
        known: list[Path] = []
        for path in find_files(self._request.files):
            digest = file_hash(path, self._request)
            is_known = self._is_loaded(digest) and not self._is_retry
            if is_known or any(plan.file_hash == digest for plan in plans):
                known.append(path)
                continue
            tables = open_tables(path, self._request.mapping, self._spool, self._limits)
            plans += [plan_file(table, digest, self._request) for table in tables]
        return plans, known

    def _is_loaded(self, digest: str) -> bool:
        found = sa.select(LOADS.c.load_id).where(
            LOADS.c.file_hash == digest, LOADS.c.datasource == self._request.source
        )
        return self._sources.connection.execute(found).first() is not None

    def _kind_load(self, kind: SourceKind) -> KindLoad:
        parts = [part for plan in self._plans for part in plan.parts if part.kind is kind]
        brought = frozenset[str]().union(*(part.brought for part in parts))
        if self._rates is not None:
            brought |= source_columns(spec_of(kind), brought)
        numbered = all("line_number" in part.brought for part in parts)
        return KindLoad(
            sources=self._sources,
            kind=kind,
            source=self._request.source,
            number=self._number,
            mode=self._request.mode,
            mapping=self._request.mapping,
            site_zone=self._settings.time_zone,
            brought=brought,
            rates=self._rates,
            is_numbered=numbered or kind is not SourceKind.ORDER_ITEMS,
            allow_vanishing=self._request.allow_vanishing,
            numbers_follow=self._is_retry,
        )

    def _stage(self, plan: FilePlan) -> None:
        """Read one file and type its rows as every kind that it feeds."""
        table = plan.table
        self._progress.start(f"Reading {table.name}")
        staged = staged_table(table.natives)
        staged.create(self._sources.staging)
        findings = Findings(held_rows_limit=self._limits.held_rows)
        rows = self._sources.stage(staged, self._reader(table, findings))
        prove_lines(findings, rows, file=table.name)
        self._settle()
        for position, part in enumerate(plan.parts):
            # Lines that are no rows at all are held once, not once for each kind.
            seen = findings if position == 0 else Findings(held_rows_limit=self._limits.held_rows)
            if part.reshape is None:
                typed = TypedPart(plan=plan, part=part, findings=seen, staged_rows=rows)
                self._kinds[part.kind].type(typed, staged)
            else:
                self._stage_reshaped(plan, part, seen, staged)
        staged.drop(self._sources.staging)
        self._progress.finish()

    def _stage_reshaped(
        self, plan: FilePlan, part: Part, findings: Findings, staged: sa.Table
    ) -> None:
        """Make the rows of a preset's table from those of the file, then type them."""
        assert part.reshape is not None  # noqa: S101 - the caller asks
        natives = (Native.TEXT,) * len(part.columns.matches)
        reshaped = staged_table(natives, "reshaped_rows")
        reshaped.create(self._sources.staging)
        names = [column.name for column in reshaped.columns]
        made = self._sources.staging.execute(
            reshaped.insert().from_select(names, part.reshape(staged))
        )
        # Every row that a kind is made of is accounted for in that kind.
        typed = TypedPart(plan=plan, part=part, findings=findings, staged_rows=made.rowcount)
        self._kinds[part.kind].type(typed, reshaped)
        reshaped.drop(self._sources.staging)

    def _reader(self, table: TableFile, findings: Findings) -> pa.RecordBatchReader:
        def batches() -> Iterator[pa.RecordBatch]:
            for batch in table.batches(findings):
                yield batch
                self._progress.advance(batch.num_rows)

        return pa.RecordBatchReader.from_batches(batch_schema(table.natives), batches())

    def _refuse(self) -> None:
        """Refuse all rows for some: one is bad under `strict`, or most are by one column."""
        parts = [part for load in self._kinds.values() for part in load.parts]
        bad_rows = [row for part in parts for row in part.bad_rows]
        if bad_rows and self._request.strict:
            raise RowsRefused(
                f"{len(bad_rows):,} rows are bad, so nothing was loaded; the first is "
                f"{describe(bad_rows[0])}.",
                place=f"{bad_rows[0].file}:{bad_rows[0].extent.line}",
            )
        if not self._request.mapping.columns and not self._is_retry:
            for part in parts:
                refuse_doubtful(part)

    def _hold(self) -> dict[SourceKind, dict[int, int]]:
        """Put the bad rows into quarantine; return how many of each part are in it."""
        return {
            kind: {
                number: hold_rows(
                    self._sources,
                    HeldRows(
                        table=part.plan.table,
                        kind=kind,
                        file_hash=part.plan.file_hash,
                        rows=part.bad_rows,
                    ),
                    source=self._request.source,
                    load_number=self._number,
                    raw_limit=self._limits.line_bytes,
                )
                for number, part in enumerate(load.parts)
            }
            for kind, load in self._kinds.items()
        }

    def _keep(self, load: KindLoad, accounts: Sequence[ControlTotals]) -> None:
        for part, totals in zip(load.parts, accounts, strict=True):
            keep_load(
                self._sources.connection,
                totals,
                number=self._number,
                load_id=self._load_id,
                source=self._request.source,
                mode=self._request.mode,
                file_hash=part.plan.file_hash,
                reading=_reading(part.plan, self._request, self._settings.time_zone),
            )

    def _report(self, accounts: Sequence[ControlTotals]) -> IngestReport:
        plans, kinds = self._plans, self._kinds
        presets = [plan.preset.name for plan in plans if plan.preset]
        return IngestReport(
            load_number=self._number if plans and not self._request.is_dry_run else None,
            kinds=tuple(kinds),
            source=self._request.source,
            mode=self._request.mode,
            preset=presets[0] if presets else None,
            files=tuple(dict.fromkeys(plan.table.path for plan in plans)),
            totals=tuple(accounts),
            columns=_columns(plans),
            warnings=tuple(load_warnings(plans, kinds, accounts, self._settings)),
            skipped_files=tuple(self._known),
            rows_read=summed(accounts, "rows_read"),
            rows_loaded=summed(accounts, "rows_loaded"),
            rows_quarantined=summed(accounts, "rows_quarantined"),
            rows_duplicate=summed(accounts, "rows_duplicate"),
            rows_new=summed(accounts, "rows_new"),
            rows_changed=summed(accounts, "rows_changed"),
            rows_unchanged=summed(accounts, "rows_unchanged"),
            rows_removed=summed(accounts, "rows_removed"),
            blank_lines=summed(accounts, "blank_lines"),
            is_dry_run=self._request.is_dry_run,
            values_noted=sum(load.values_noted for load in kinds.values()),
        )


def _kinds(plans: Sequence[FilePlan]) -> tuple[SourceKind, ...]:
    return tuple(dict.fromkeys(part.kind for plan in plans for part in plan.parts))


def _columns(plans: Sequence[FilePlan]) -> tuple[ColumnMatch, ...]:
    parts = (part for plan in plans for part in plan.parts)
    return tuple(dict.fromkeys(match for part in parts for match in part.columns.matches))


def file_hash(path: Path, request: IngestRequest) -> str:
    """Identify the bytes and how they are read: another mapping makes it another load."""
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256")
    except OSError as error:
        raise FileUnreadable(
            f"{path} cannot be read: {error.strerror or error}.", place=str(path)
        ) from error
    digest.update(repr((request.mapping, request.kind, request.mode)).encode())
    return digest.hexdigest()


def _reading(plan: FilePlan, request: IngestRequest, time_zone: str) -> dict[str, Any]:
    """Say how the file was read, for whoever tries its bad rows again or builds on its times."""
    return {
        "format": plan.table.format.value,
        "headers": plan.table.headers,
        "delimiter": plan.table.delimiter,
        "encoding": plan.table.encoding,
        "preset": plan.preset.name if plan.preset else None,
        "mapping": asdict(request.mapping),
        "time_zone": time_zone,
    }

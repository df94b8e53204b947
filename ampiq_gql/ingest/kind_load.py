"""All rows of one kind in one load: typed file by file, then brought into their source table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from typing import Any

import sqlalchemy as sa

from ampiq_gql.ingest.bad_rows import BadRow
from ampiq_gql.ingest.changes import Changes, FileChanges, Reload, apply_rows
from ampiq_gql.ingest.columns import spec_of
from ampiq_gql.ingest.currencies import Rates, source_columns
from ampiq_gql.ingest.errors import TooManyBadRows
from ampiq_gql.ingest.keying import KeyedRows, StagedTotals, key_rows
from ampiq_gql.ingest.mapping import FileMapping
from ampiq_gql.ingest.models import ControlTotals, LoadMode, SourceKind
from ampiq_gql.ingest.planning import FilePlan, Part
from ampiq_gql.ingest.reading import decide_readings, remarks
from ampiq_gql.ingest.sources import MARKS, VALUE_NOTES, history_table, widen_table
from ampiq_gql.ingest.staging import Check, noted_table, notes, problems, type_rows, typed_table
from ampiq_gql.ingest.table_file import Findings, RowFormat
from ampiq_gql.ingest.totals import account, prove_table
from ampiq_gql.warehouse import SourcesConnection

__all__ = ["KindLoad", "TypedPart"]

NOTHING = StagedTotals(
    refused=0,
    repeated=0,
    brought=0,
    money_refused=Decimal(0),
    money_repeated=Decimal(0),
    money_brought=Decimal(0),
)


@dataclass(slots=True, kw_only=True)
class TypedPart:
    """One file as rows of this kind; `staged_rows` were read, `refused` are bad by their values.

    `remarks` are sentences on how its values were read.
    """

    plan: FilePlan
    part: Part
    findings: Findings
    staged_rows: int
    refused: Sequence[BadRow] = ()
    remarks: Sequence[str] = ()

    @property
    def bad_rows(self) -> list[BadRow]:
        """All rows that are not loaded."""
        return [*self.findings.bad_rows, *self.refused]


@dataclass(slots=True, kw_only=True)
class KindLoad:
    """The rows of one kind; `parts` are numbered by their place in the list."""

    sources: SourcesConnection
    kind: SourceKind
    source: str
    number: int
    mode: LoadMode
    mapping: FileMapping
    site_zone: str
    brought: frozenset[str]
    is_numbered: bool
    allow_vanishing: bool = False
    numbers_follow: bool = False
    rates: Rates | None = None
    parts: list[TypedPart] = field(default_factory=list)
    typed: sa.Table = field(init=False)
    noted: sa.Table = field(init=False)
    values_noted: int = 0

    def __post_init__(self) -> None:
        self.typed = typed_table(spec_of(self.kind), self.brought)
        self.noted = noted_table(self.kind)
        for table in (self.typed, self.noted):
            table.create(self.sources.staging)

    def type(self, part: TypedPart, staged: sa.Table) -> None:
        """Type the rows of one file and find those that are bad."""
        staging, columns = self.sources.staging, part.part.columns
        file_number, table = len(self.parts), part.plan.table
        readings = decide_readings(
            staging, staged, columns, self.mapping, site_zone=self.site_zone, place=table.name
        )
        part.remarks = tuple(remarks(columns, readings))
        typing = type_rows(staged, self.typed, columns, readings, file_number=file_number)
        staging.execute(typing.statement)
        checks = (*typing.checks, *self._convert(part.part, file_number, len(typing.checks)))
        refused = problems(
            staging,
            staged,
            self.typed,
            columns,
            checks,
            file_number=file_number,
            file=table.name,
            format=RowFormat.DELIMITED if part.part.reshape else table.format,
        )
        limit = part.findings.held_rows_limit
        part.refused = list(islice(refused, limit + 1))
        if len(part.refused) > limit:
            raise TooManyBadRows(limit, part.refused[-1])
        self._note(notes(staged, self.typed, columns, typing, file_number=file_number))
        self.parts.append(part)

    def _convert(self, part: Part, file_number: int, problem: int) -> Iterator[Check]:
        """Convert amounts in other currencies, where there are rates; yield the check of that."""
        spec = spec_of(self.kind)
        if self.rates is not None and source_columns(spec, frozenset(part.brought)):
            self.rates.convert(
                self.sources.staging, spec, self.typed, file=file_number, problem=problem
            )
            expectation = f"to {self.rates.currency} within a week before the order"
            yield Check(
                rule="currency.rate", column="currency", expectation=expectation, fails=sa.false()
            )

    def _note(self, selects: Iterable[sa.Select[Any]]) -> None:
        """Stage the values that were bad and not needed."""
        for select in selects:
            names = [column.name for column in select.selected_columns]
            noted = self.sources.staging.execute(self.noted.insert().from_select(names, select))
            self.values_noted += noted.rowcount

    def _bring_notes(self) -> None:
        """Keep what was noted."""
        if self.values_noted:
            marked = sa.select(
                *self.noted.columns,
                sa.cast(sa.literal(self.number), sa.BigInteger).label("load_number"),
                sa.literal(self.kind.value).label("kind"),
                sa.literal(self.source).label("datasource"),
            )
            names = [column.name for column in marked.selected_columns]
            self.sources.bring(VALUE_NOTES, names, marked)

    def rehearse(self) -> tuple[ControlTotals, ...]:
        """Draw up the accounts as if the table were empty; nothing is written."""
        keyed = self._key()
        self._drop(keyed)
        return tuple(
            account(
                self.kind,
                part.plan.table.name,
                part.findings,
                part.staged_rows,
                totals := keyed.totals.get(number, NOTHING),
                FileChanges(new=totals.brought),
                quarantined=len(part.bad_rows),
                removed=0,
            )
            for number, part in enumerate(self.parts)
        )

    def _drop(self, keyed: KeyedRows) -> None:
        keyed.drop(self.sources.staging)
        for table in (self.typed, self.noted):
            table.drop(self.sources.staging)

    def _key(self) -> KeyedRows:
        return key_rows(
            self.sources.staging,
            spec_of(self.kind),
            self.typed,
            brought=self.brought,
            is_numbered=self.is_numbered,
        )

    def bring(self, held: Mapping[int, int]) -> tuple[ControlTotals, ...]:
        """Bring the sound rows into their table and draw up the accounts.

        `held` counts the rows of each part in quarantine.
        """
        keyed = self._key()
        reload = self._reload()
        changes = apply_rows(self.sources, reload, keyed)
        self._bring_notes()
        self._drop(keyed)
        accounts = tuple(
            self._account(number, part, keyed, changes, held.get(number, 0))
            for number, part in enumerate(self.parts)
        )
        prove_table(self.sources.connection, reload, accounts)
        return accounts

    def _reload(self) -> Reload:
        headers = {
            match.column: match.header
            for part in self.parts
            for match in part.part.columns.matches
            if match.column
        }
        headers |= {name: name for name in self.brought if name not in headers}
        target = widen_table(self.sources.connection, self.kind, headers, source=self.source)
        own = {"datasource", *MARKS}
        names = [column.name for column in target.columns if column.name not in own]
        return Reload(
            spec=spec_of(self.kind),
            target=target,
            history=history_table(self.kind, names),
            source=self.source,
            number=self.number,
            mode=self.mode,
            allow_vanishing=self.allow_vanishing,
            numbers_follow=self.numbers_follow and not self.is_numbered,
        )

    def _account(
        self, number: int, part: TypedPart, keyed: KeyedRows, changes: Changes, held: int
    ) -> ControlTotals:
        return account(
            self.kind,
            part.plan.table.name,
            part.findings,
            part.staged_rows,
            keyed.totals.get(number, NOTHING),
            changes.files.get(number, FileChanges()),
            quarantined=held,
            removed=changes.removed if number == 0 else 0,
        )

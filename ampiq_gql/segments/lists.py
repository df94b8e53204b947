"""Uploaded files: lists for `member of file "name"`, and tables for `file.name.column`.

The record is stored last: a crash before it leaves a file that no name leads to, never a name
without customers, and that file goes with the next upload or build. A file is never changed:
uploading it anew makes another.
"""

from __future__ import annotations

import os
import re
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import sqlalchemy as sa
from pydantic import BaseModel, ValidationError

from ampiq_gql.catalog import StatedClasses, standard_metadata
from ampiq_gql.catalog.file_tables import file_table_entry, raised_file
from ampiq_gql.catalog.naming import normalise
from ampiq_gql.errors import Conflict, Fault, Invalid, NotFound
from ampiq_gql.insights.table_files import TableFormat, encoded, format_of, write_table
from ampiq_gql.names import plain_name
from ampiq_gql.plugin import (
    AttributeSourceType,
    CustomerKey,
    PluginRegistry,
    StageContext,
    StageReport,
)
from ampiq_gql.segments.catalog_names import file_table
from ampiq_gql.segments.errors import ListInUse
from ampiq_gql.segments.list_columns import measure_file, profiled, raised_list
from ampiq_gql.segments.uses import file_uses
from ampiq_gql.settings import Settings
from ampiq_gql.store import Page, PageRequest, Store, UnitOfWork
from ampiq_gql.store.base import new_id, utc_now
from ampiq_gql.store.errors import NameNotUnique
from ampiq_gql.store.lists import ListRecord
from ampiq_gql.warehouse import BUILD_SCHEMA, AnySelect, Session, Warehouse
from ampiq_gql.warehouse.ids import IdText
from ampiq_gql.warehouse.locks import is_alive
from dsl.suggestions import Candidate, nearest

__all__ = ["MAX_KEPT_DAYS", "FileToUpload", "ListService", "UploadReport"]

SOURCE = "uploaded_list"
LISTS = "lists"
MATCH_TIMEOUT_SECONDS = 600.0
MAX_KEPT_DAYS = 36_500
_ENDINGS = re.compile(r"\.(csv|tsv|txt|xlsx|parquet)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileToUpload:
    """A CSV, TSV, XLSX or Parquet file that is to become a list, and a table, of a name.

    `column` is the file's column that holds the key, named like the key by default. The file is
    deleted after `keep_days`; by default those with personal data are, after
    `upload_personal_days` of the settings, and others never.
    """

    name: str
    file: Path
    key: CustomerKey
    column: str | None = None
    keep_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadReport:
    """The new list, and what came of the file's rows."""

    list: ListRecord
    staged: StageReport


class ListService:
    """Uploaded files. Safe to use from many threads."""

    def __init__(
        self, store: Store, warehouse: Warehouse, plugins: PluginRegistry, settings: Settings
    ) -> None:
        self._store = store
        self._warehouse = warehouse
        self._plugins = plugins
        self._settings = settings
        self._stated = StatedClasses.of(settings)

    def upload(self, wanted: FileToUpload, actor: str) -> UploadReport:
        """Match the rows of a file to customers and keep them as a list and as a table.

        Raises `Conflict` (LIST_NAME_TAKEN), `Invalid` (LIST_NAME_INVALID, KEEP_DAYS) and what the
        source says of the file.
        """
        name = plain_name(wanted.name, of="list", code="LIST_NAME_INVALID")
        _check_days(wanted.keep_days)
        self.expire(actor)
        list_id = new_id()
        slug = _slug(name, list_id)
        self._refuse_taken(name, slug)
        with tempfile.TemporaryDirectory(dir=self._folder(), prefix=".upload-") as folder:
            output = Path(folder) / f"{list_id}.parquet"
            staged = self._stage(wanted, output)
            measured = measure_file(output, staged.columns, wanted.key)
            self._announce(list_id)
            self._warehouse.publish_file(LISTS, list_id, output)
        record = ListRecord(
            id=list_id,
            name=name,
            source=SOURCE,
            key=wanted.key.value,
            file_name=wanted.file.name,
            rows=staged.rows,
            matched=staged.matched,
            unmatched=staged.unmatched,
            duplicates=staged.duplicates,
            blank=staged.blank,
            customers=staged.customers,
            created_by=actor,
            created_at=utc_now(),
            slug=slug,
            conflicts=staged.conflicts,
            table_rows=measured.rows,
            has_one_row_each=measured.has_one_row_each,
            columns=measured.columns,
            expires_at=None,
        )
        record = self._with_expiry(record, wanted.keep_days)
        try:
            record = self._profiled(record)
            self._keep(record, actor)
        except BaseException:
            self._take_away(list_id)
            raise
        return UploadReport(list=self._raised(record), staged=staged)

    def delete(self, list_id: str, actor: str) -> ListRecord:
        """Delete the file and return what it was.

        Raises `ListInUse` when segments name it, as a list or by a column, or queries read it.
        """
        with self._store.begin() as work:
            record = _existing(work, list_id)
            if uses := file_uses(work, record):
                raise ListInUse(record.name, uses)
            work.lists.remove(list_id)
            work.audit.record(actor, "list.delete", "list", list_id, {"name": record.name})
        self._warehouse.remove_file(LISTS, list_id)
        return record

    def expire(self, actor: str) -> tuple[ListRecord, ...]:
        """Delete the files whose time has passed, also those that segments name; return them.

        What a process left that died before it had recorded its upload goes as well.
        """
        now = utc_now()
        self._remove_abandoned(now)
        with self._store.read() as work:
            if not work.lists.expired(now):
                return ()
        with self._store.begin() as work:
            gone = work.lists.expired(now)
            for record in gone:
                work.lists.remove(record.id)
                work.audit.record(actor, "list.expire", "list", record.id, {"name": record.name})
        for record in gone:
            self._warehouse.remove_file(LISTS, record.id)
        return gone

    @contextmanager
    def unmatched(
        self,
        list_id: str,
        file_format: TableFormat,
        *,
        may_read_pii: bool,
        is_for_spreadsheets: bool = False,
    ) -> Iterator[Iterator[bytes]]:
        """Give the rows that named nobody as the pieces of a file, as they were read.

        Personal values are left out for those who may not read them.
        """
        rows = self._unmatched_rows(self.get(list_id), may_read_pii=may_read_pii)
        with (
            self._warehouse.read(timeout_seconds=MATCH_TIMEOUT_SECONDS) as session,
            session.record_batch_reader(rows) as reader,
        ):
            yield encoded(reader, file_format, is_for_spreadsheets=is_for_spreadsheets)

    def write_unmatched(self, record: ListRecord, to: Path, *, is_for_spreadsheets: bool) -> int:
        """Write the rows that named nobody to a .csv, .parquet or .arrow file; return how many."""
        file_format = format_of(to)
        rows = self._unmatched_rows(record, may_read_pii=True)
        with (
            self._warehouse.read(timeout_seconds=MATCH_TIMEOUT_SECONDS) as session,
            session.record_batch_reader(rows) as reader,
        ):
            return write_table(reader, to, file_format, is_for_spreadsheets=is_for_spreadsheets)

    def get(self, list_id: str) -> ListRecord:
        """Return the list. Raises `NotFound` (LIST_NOT_FOUND)."""
        with self._store.read() as work:
            return self._raised(_existing(work, list_id))

    def named(self, name: str) -> ListRecord:
        """Return the list of that name. Raises `NotFound` with the nearest names."""
        with self._store.read() as work:
            found = work.lists.by_name(name) or work.lists.by_slug(name)
            if found is not None:
                return self._raised(found)
            near = nearest(name, [Candidate(other) for other in work.lists.names()])
        hint = " or ".join(f'"{other}"' for other in near)
        raise NotFound(
            "LIST_NOT_FOUND",
            f'There is no uploaded file named "{name}".',
            hint=f"Did you mean {hint}?" if near else None,
        )

    def get_many(self, list_ids: frozenset[str]) -> dict[str, ListRecord]:
        """Return those of the lists that exist, by id."""
        with self._store.read() as work:
            found = work.lists.get_many(list_ids)
        return {key: self._raised(record) for key, record in found.items()}

    def names(self) -> tuple[str, ...]:
        """Return the names of all lists, sorted."""
        with self._store.read() as work:
            return work.lists.names()

    def page(self, request: PageRequest) -> Page[ListRecord]:
        """Return one page of the lists, by name."""
        with self._store.read() as work:
            page = work.lists.list_page(request)
        return page.holding(tuple(map(self._raised, page.items)))

    def count(self) -> int:
        """Count the lists."""
        with self._store.read() as work:
            return work.lists.count()

    def all(self) -> tuple[ListRecord, ...]:
        """Return all lists, by name."""
        with self._store.read() as work:
            return tuple(map(self._raised, work.lists.all()))

    def _raised(self, record: ListRecord) -> ListRecord:
        return raised_list(record, self._stated)

    def _unmatched_rows(self, record: ListRecord, *, may_read_pii: bool) -> AnySelect:
        """Select them under the file's own headings."""
        file = raised_file(file_table(record), self._stated)
        table = file_table_entry(file)
        if table.id_column is None:
            raise Fault(f"The file {record.name} has no ids.")
        shown = (one.shown(may_read_pii=may_read_pii).label(one.label) for one in table.columns)
        return sa.select(*shown).where(table.id_column.is_(None))

    def _stage(self, wanted: FileToUpload, output: Path) -> StageReport:
        source_type = self._plugins.attribute_source_type(SOURCE)
        given: dict[str, object] = {
            "file": wanted.file,
            "key": wanted.key,
            "column": wanted.column,
            "max_bytes": self._settings.upload_max_bytes,
            "max_rows": self._settings.upload_max_rows,
            "phone_region": self._settings.phone_region,
        }
        settings = _settings_of(source_type, given)
        with self._warehouse.read(timeout_seconds=MATCH_TIMEOUT_SECONDS) as session:
            context = StageContext(settings=settings, customers=_Directory(session), output=output)
            return source_type.factory().stage(context)

    def _profiled(self, record: ListRecord) -> ListRecord:
        """Measure the rows where they lie now, as the tables of a build are measured."""
        with self._warehouse.read(timeout_seconds=MATCH_TIMEOUT_SECONDS) as session:
            columns = profiled(session, file_table(record), record.columns)
        return replace(record, columns=columns)

    def _with_expiry(self, record: ListRecord, keep_days: int | None) -> ListRecord:
        days = keep_days
        if days is None and any(column.is_pii for column in self._raised(record).columns):
            days = self._settings.upload_personal_days
        if days is None:
            return record
        return replace(record, expires_at=record.created_at + timedelta(days=days))

    def _announce(self, list_id: str) -> None:
        """Say that the file will be shown before it is recorded."""
        with self._store.begin() as work:
            work.pending_files.add(
                list_id, host=socket.gethostname(), process=os.getpid(), since=utc_now()
            )

    def _remove_abandoned(self, now: datetime) -> None:
        with self._store.read() as work:
            gone = work.pending_files.abandoned(now, host=socket.gethostname(), is_alive=is_alive)
        for list_id in gone:
            self._take_away(list_id)

    def _take_away(self, list_id: str) -> None:
        """Show the file no more, and then forget that it was to be."""
        self._warehouse.remove_file(LISTS, list_id)
        with self._store.begin() as work:
            work.pending_files.remove(list_id)

    def _keep(self, record: ListRecord, actor: str) -> None:
        details = {"name": record.name, "rows": record.rows, "customers": record.customers}
        try:
            with self._store.begin() as work:
                _refuse_taken_slug(work, record.slug)
                work.lists.add(record)
                work.pending_files.remove(record.id)
                work.audit.record(actor, "list.upload", "list", record.id, details)
        except NameNotUnique as error:
            raise _name_taken(record.name) from error

    def _refuse_taken(self, name: str, slug: str) -> None:
        """Refuse before the work of matching; the unique names in the store have the last word."""
        with self._store.read() as work:
            if work.lists.by_name(name) is not None:
                raise _name_taken(name)
            _refuse_taken_slug(work, slug)

    def _folder(self) -> Path:
        folder = self._settings.home / LISTS
        folder.mkdir(parents=True, exist_ok=True)
        return folder


@dataclass(frozen=True, slots=True)
class _Directory:
    """All customers of one build, for sources to match against."""

    session: Session

    def entries(self, key: CustomerKey) -> Iterator[pa.RecordBatch]:
        """Stream `key` and `amperity_id` of everybody who has the key."""
        customers = standard_metadata().tables[f"{BUILD_SCHEMA}.merged_customers"]
        identity = IdText(customers.c.amperity_id)
        value = identity if key is CustomerKey.AMPERITY_ID else customers.c[key.value]
        statement = sa.select(value.label("key"), identity.label("amperity_id"))
        yield from self.session.batches(statement.where(value.is_not(None)))


def _settings_of(source_type: AttributeSourceType, given: dict[str, object]) -> BaseModel:
    try:
        return source_type.settings_model.model_validate(given)
    except ValidationError as error:
        problems = "; ".join(issue["msg"].removeprefix("Value error, ") for issue in error.errors())
        raise Invalid("LIST_SETTINGS_INVALID", f"The upload is not usable: {problems}.") from error


def _check_days(days: int | None) -> None:
    if days is not None and not 1 <= days <= MAX_KEPT_DAYS:
        raise Invalid(
            "KEEP_DAYS",
            f"A file is kept for 1 to {MAX_KEPT_DAYS:,} days, not {days:,}.",
            place="keepDays",
        )


def _slug(name: str, list_id: str) -> str:
    """Return the name in expressions: of `Survey 2026.csv` that is `survey_2026`."""
    return normalise(_ENDINGS.sub("", name)) or f"file_{list_id[:8]}"


def _refuse_taken_slug(work: UnitOfWork, slug: str) -> None:
    other = work.lists.by_slug(slug)
    if other is not None:
        raise Conflict(
            "LIST_NAME_TAKEN",
            f'Expressions call the list "{other.name}" file.{slug}, as they would call this one.',
            hint="Choose a name that differs in letters or digits.",
            place="name",
        )


def _existing(work: UnitOfWork, list_id: str) -> ListRecord:
    record = work.lists.get(list_id)
    if record is None:
        raise NotFound("LIST_NOT_FOUND", "There is no such list.")
    return record


def _name_taken(name: str) -> Conflict:
    return Conflict(
        "LIST_NAME_TAKEN",
        f'There is already a list named "{name}".',
        hint="Choose another name; upper and lower case count as the same.",
        place="name",
    )

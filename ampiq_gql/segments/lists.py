"""Uploaded lists: customers from a file, published so that `member of file "name"` finds them.

The record is stored last: a crash before it leaves a file that no name leads to, never a name
without customers.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import sqlalchemy as sa
from pydantic import BaseModel, ValidationError

from ampiq_gql.catalog import standard_metadata
from ampiq_gql.errors import Conflict, Invalid, NotFound
from ampiq_gql.names import plain_name
from ampiq_gql.plugin import (
    AttributeSourceType,
    CustomerKey,
    PluginRegistry,
    StageContext,
    StageReport,
)
from ampiq_gql.segments.catalog_names import UPLOADED
from ampiq_gql.segments.errors import ListInUse
from ampiq_gql.segments.uses import list_uses
from ampiq_gql.settings import Settings
from ampiq_gql.store import Page, PageRequest, Store, UnitOfWork
from ampiq_gql.store.base import new_id, utc_now
from ampiq_gql.store.errors import NameNotUnique
from ampiq_gql.store.lists import ListRecord
from ampiq_gql.warehouse import BUILD_SCHEMA, Session, Warehouse
from ampiq_gql.warehouse.ids import IdText

__all__ = ["ListService", "UploadReport"]

SOURCE = "uploaded_list"
LISTS = "lists"
TEXT_FILE = "list.csv"  # shown as the file's name when a list came as text
MATCH_TIMEOUT_SECONDS = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadReport:
    """The new list, and what came of the file's rows."""

    list: ListRecord
    staged: StageReport


class ListService:
    """Uploaded lists. Safe to use from many threads."""

    def __init__(
        self, store: Store, warehouse: Warehouse, plugins: PluginRegistry, settings: Settings
    ) -> None:
        self._store = store
        self._warehouse = warehouse
        self._plugins = plugins
        self._settings = settings

    def upload(
        self, name: str, file: Path, key: CustomerKey, actor: str, *, column: str | None = None
    ) -> UploadReport:
        """Match the rows of a CSV file to customers and keep them as a list.

        `column` is the file's column that holds the key, named like the key by default. Raises
        `Conflict` (LIST_NAME_TAKEN) and what the source says of the file.
        """
        name = _checked_name(name)
        list_id = new_id()
        self._refuse_taken(name)
        source_type = self._plugins.attribute_source_type(SOURCE)
        source_settings = _settings_of(source_type, {"file": file, "key": key, "column": column})
        with tempfile.TemporaryDirectory(dir=self._folder(), prefix=".upload-") as folder:
            output = Path(folder) / f"{list_id}.parquet"
            with self._warehouse.read(timeout_seconds=MATCH_TIMEOUT_SECONDS) as session:
                staged = source_type.factory().stage(
                    StageContext(
                        settings=source_settings, customers=_Directory(session), output=output
                    )
                )
            self._warehouse.publish_file(LISTS, list_id, output)
        record = _record(list_id, name, staged, file=file, key=key, actor=actor)
        try:
            self._keep(record, actor)
        except BaseException:
            self._warehouse.remove_file(LISTS, list_id)
            raise
        return UploadReport(list=record, staged=staged)

    def upload_text(
        self, name: str, content: str, key: CustomerKey, actor: str, *, column: str | None = None
    ) -> UploadReport:
        """Do what `upload` does, with the content of a CSV file."""
        with tempfile.TemporaryDirectory(dir=self._folder(), prefix=".upload-") as folder:
            file = Path(folder) / TEXT_FILE
            file.write_text(content, encoding="utf-8", newline="")
            return self.upload(name, file, key, actor, column=column)

    def delete(self, list_id: str, actor: str) -> ListRecord:
        """Delete the list and return what it was. Raises `ListInUse` when segments name it."""
        with self._store.begin() as work:
            record = _existing(work, list_id)
            if uses := list_uses(work, UPLOADED, record.name):
                raise ListInUse(record.name, uses)
            work.lists.remove(list_id)
            work.audit.record(actor, "list.delete", "list", list_id, {"name": record.name})
        self._warehouse.remove_file(LISTS, list_id)
        return record

    def get(self, list_id: str) -> ListRecord:
        """Return the list. Raises `NotFound` (LIST_NOT_FOUND)."""
        with self._store.read() as work:
            return _existing(work, list_id)

    def get_many(self, list_ids: frozenset[str]) -> dict[str, ListRecord]:
        """Return those of the lists that exist, by id."""
        with self._store.read() as work:
            return work.lists.get_many(list_ids)

    def names(self) -> tuple[str, ...]:
        """Return the names of all lists, sorted."""
        with self._store.read() as work:
            return work.lists.names()

    def page(self, request: PageRequest) -> Page[ListRecord]:
        """Return one page of the lists, by name."""
        with self._store.read() as work:
            return work.lists.list_page(request)

    def count(self) -> int:
        """Count the lists."""
        with self._store.read() as work:
            return work.lists.count()

    def _keep(self, record: ListRecord, actor: str) -> None:
        details = {"name": record.name, "rows": record.rows, "customers": record.customers}
        try:
            with self._store.begin() as work:
                work.lists.add(record)
                work.audit.record(actor, "list.upload", "list", record.id, details)
        except NameNotUnique as error:
            raise _name_taken(record.name) from error

    def _refuse_taken(self, name: str) -> None:
        """Refuse before the work of matching; the unique name in the store has the last word."""
        with self._store.read() as work:
            if work.lists.by_name(name) is not None:
                raise _name_taken(name)

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


def _checked_name(name: str) -> str:
    return plain_name(name, of="list", code="LIST_NAME_INVALID")


def _record(
    list_id: str, name: str, staged: StageReport, *, file: Path, key: CustomerKey, actor: str
) -> ListRecord:
    return ListRecord(
        id=list_id,
        name=name,
        source=SOURCE,
        key=key.value,
        file_name=file.name,
        rows=staged.rows,
        matched=staged.matched,
        unmatched=staged.unmatched,
        duplicates=staged.duplicates,
        blank=staged.blank,
        customers=staged.customers,
        created_by=actor,
        created_at=utc_now(),
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

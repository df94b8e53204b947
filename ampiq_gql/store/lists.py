"""Uploaded lists: what came of each upload. The customers themselves lie in the warehouse."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from ampiq_gql.store.base import ID, Base, Json, UtcDateTime
from ampiq_gql.store.names import claim_name, name_key
from ampiq_gql.store.paging import Ordering, Page, PageRequest, count_rows, fetch_page

__all__ = ["ListColumn", "ListRecord", "ListRepository", "ListRow", "stored_column"]


class ListRow(Base):
    """A list."""

    __tablename__ = "lists"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(600), unique=True)
    source: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(64))
    file_name: Mapped[str] = mapped_column(String(255))
    rows: Mapped[int]
    matched: Mapped[int]
    unmatched: Mapped[int]
    duplicates: Mapped[int]
    blank: Mapped[int]
    customers: Mapped[int]
    created_by: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    slug: Mapped[str] = mapped_column(String(200), unique=True)
    conflicts: Mapped[int]
    table_rows: Mapped[int]
    has_one_row_each: Mapped[bool]
    columns: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListColumn:
    """A column of an uploaded file, its type in the language, and what was measured of it.

    `values` are all different texts when they are few, `top_values` the most frequent values with
    their rows, `quantiles` those of `catalog.Quantiles`; never of personal data.
    """

    name: str
    label: str
    type: str
    is_pii: bool
    filled: int
    distinct: int
    minimum: str | None = None
    maximum: str | None = None
    values: tuple[str, ...] | None = None
    blanks: int | None = None
    whitespace: int | None = None
    mean: str | None = None
    quantiles: tuple[str, ...] | None = None
    top_values: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRecord:
    """A list and its upload report: `rows = matched + unmatched + duplicates + blank`.

    `source` is the key of the attribute source that brought it, `key` the column that its rows
    were matched by, `customers` how many are on the list, `conflicts` the keys whose rows differ.
    `slug` is its name as a table (`file.<slug>`), which has `table_rows` and, when
    `has_one_row_each`, at most one per customer. From `expires_at` on it is not found any more.
    """

    id: str
    name: str
    source: str
    key: str
    file_name: str
    rows: int
    matched: int
    unmatched: int
    duplicates: int
    blank: int
    customers: int
    created_by: str
    created_at: datetime
    slug: str
    conflicts: int
    table_rows: int
    has_one_row_each: bool
    columns: tuple[ListColumn, ...]
    expires_at: datetime | None

    def has_expired_at(self, now: datetime) -> bool:
        """Say if its time has passed."""
        return self.expires_at is not None and self.expires_at <= now

    @property
    def table_name(self) -> str:
        """The table of the customer-360 that holds its customers; names may change, ids do not."""
        return f"list_{self.id}"


_BY_NAME = Ordering(name="lists", columns=(ListRow.name_key, ListRow.id))


class ListRepository:
    """Reads and writes lists."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, record: ListRecord) -> None:
        """Store a new list. Raises `NameNotUnique`."""
        row = ListRow(
            id=record.id,
            name=record.name,
            name_key=name_key(record.name),
            source=record.source,
            key=record.key,
            file_name=record.file_name,
            rows=record.rows,
            matched=record.matched,
            unmatched=record.unmatched,
            duplicates=record.duplicates,
            blank=record.blank,
            customers=record.customers,
            created_by=record.created_by,
            created_at=record.created_at,
            slug=record.slug,
            conflicts=record.conflicts,
            table_rows=record.table_rows,
            has_one_row_each=record.has_one_row_each,
            columns=[asdict(column) for column in record.columns],
            expires_at=record.expires_at,
        )
        with claim_name(self._session, "list", record.name):
            self._session.add(row)

    def remove(self, list_id: str) -> None:
        """Delete the list."""
        self._session.execute(delete(ListRow).where(ListRow.id == list_id))

    def get(self, list_id: str) -> ListRecord | None:
        """Return the list, or None."""
        return self.get_many(frozenset((list_id,))).get(list_id)

    def get_many(self, list_ids: frozenset[str]) -> dict[str, ListRecord]:
        """Return those of the lists that exist, by id."""
        rows = self._session.scalars(select(ListRow).where(ListRow.id.in_(list_ids)))
        return {row.id: _record(row) for row in rows}

    def by_name(self, name: str) -> ListRecord | None:
        """Return the list of that name, whatever its case, or None."""
        row = self._session.scalar(select(ListRow).where(ListRow.name_key == name_key(name)))
        return None if row is None else _record(row)

    def by_slug(self, slug: str) -> ListRecord | None:
        """Return the list that expressions call so as a table, or None."""
        row = self._session.scalar(select(ListRow).where(ListRow.slug == slug))
        return None if row is None else _record(row)

    def all(self) -> tuple[ListRecord, ...]:
        """Return all lists, by name."""
        rows = self._session.scalars(select(ListRow).order_by(ListRow.name_key))
        return tuple(map(_record, rows))

    def expired(self, now: datetime) -> tuple[ListRecord, ...]:
        """Return the lists whose time has passed."""
        rows = self._session.scalars(select(ListRow).where(ListRow.expires_at <= now))
        return tuple(map(_record, rows))

    def names(self) -> tuple[str, ...]:
        """Return the names of all lists, sorted."""
        return tuple(self._session.scalars(select(ListRow.name).order_by(ListRow.name_key)))

    def list_page(self, request: PageRequest) -> Page[ListRecord]:
        """Return one page, by name."""
        return fetch_page(self._session, select(ListRow), _BY_NAME, request, _record)

    def count(self) -> int:
        """Count the lists."""
        return count_rows(self._session, select(ListRow))


def _record(row: ListRow) -> ListRecord:
    return ListRecord(
        id=row.id,
        name=row.name,
        source=row.source,
        key=row.key,
        file_name=row.file_name,
        rows=row.rows,
        matched=row.matched,
        unmatched=row.unmatched,
        duplicates=row.duplicates,
        blank=row.blank,
        customers=row.customers,
        created_by=row.created_by,
        created_at=row.created_at,
        slug=row.slug,
        conflicts=row.conflicts,
        table_rows=row.table_rows,
        has_one_row_each=row.has_one_row_each,
        columns=tuple(map(stored_column, row.columns)),
        expires_at=row.expires_at,
    )


def stored_column(stored: dict[str, Any]) -> ListColumn:
    """Read a column as JSON holds it."""
    values, quantiles = stored["values"], stored.get("quantiles")
    return ListColumn(
        **stored
        | {
            "values": None if values is None else tuple(values),
            "quantiles": None if quantiles is None else tuple(quantiles),
            "top_values": tuple((value, rows) for value, rows in stored.get("top_values", ())),
        }
    )

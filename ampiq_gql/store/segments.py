"""Saved segments: the present state of each, every version it had, and how they are found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, CursorResult, Row, Select, or_, select, update
from sqlalchemy.orm import Bundle, Session

from ampiq_gql.store.errors import StaleRevision
from ampiq_gql.store.names import claim_name, name_key
from ampiq_gql.store.paging import (
    Ordering,
    Page,
    PageRequest,
    count_by_owner,
    count_rows,
    fetch_page,
    fetch_pages,
)
from ampiq_gql.store.references import ReferenceRepository
from ampiq_gql.store.segment_rows import (
    SegmentKind,
    SegmentLabelRow,
    SegmentRow,
    SegmentStatus,
    SegmentVersionRow,
)

__all__ = [
    "SegmentFilter",
    "SegmentKind",
    "SegmentOrder",
    "SegmentOrderField",
    "SegmentRecord",
    "SegmentRepository",
    "SegmentStatus",
    "SegmentVersionRecord",
]

_State: TypeAlias = Row[*tuple[Any, ...]]
"""The columns of a segment, named as the fields of its record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentRecord:
    """A saved segment. `revision` grows by one with every change and guards against lost ones."""

    id: str
    kind: SegmentKind
    status: SegmentStatus
    name: str
    text: str
    definition_hash: str
    description: str
    folder_id: str | None
    labels: tuple[str, ...]
    revision: int
    created_by: str
    created_at: datetime
    updated_by: str
    updated_at: datetime

    @property
    def is_active(self) -> bool:
        """Active, not draft."""
        return self.status is SegmentStatus.ACTIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentVersionRecord:
    """A segment as one save left it."""

    segment_id: str
    revision: int
    kind: SegmentKind
    status: SegmentStatus
    name: str
    text: str
    definition_hash: str
    description: str
    labels: tuple[str, ...]
    saved_by: str
    saved_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentFilter:
    """Which segments: kinds of filter are joined by and, the values of one kind by or.

    An empty tuple does not filter. `folder_ids` may hold None, the root.
    """

    statuses: tuple[SegmentStatus, ...] = ()
    kinds: tuple[SegmentKind, ...] = ()
    folder_ids: tuple[str | None, ...] = ()
    labels: tuple[str, ...] = ()
    created_by: tuple[str, ...] = ()
    updated_by: tuple[str, ...] = ()
    search: str | None = None
    searches_expressions: bool = False


class SegmentOrderField(StrEnum):
    """What segments can be sorted by."""

    NAME = "NAME"
    STATUS = "STATUS"
    UPDATED_AT = "UPDATED_AT"
    CREATED_AT = "CREATED_AT"


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentOrder:
    """How a list of segments is sorted; ties by name, then by id."""

    field: SegmentOrderField = SegmentOrderField.UPDATED_AT
    is_descending: bool = True


_STATE = tuple(field.name for field in fields(SegmentRecord) if field.name != "labels")
_SORT_COLUMNS = {
    SegmentOrderField.NAME: (SegmentRow.name_key, SegmentRow.id),
    SegmentOrderField.STATUS: (SegmentRow.status, SegmentRow.name_key, SegmentRow.id),
    SegmentOrderField.UPDATED_AT: (SegmentRow.updated_at, SegmentRow.name_key, SegmentRow.id),
    SegmentOrderField.CREATED_AT: (SegmentRow.created_at, SegmentRow.name_key, SegmentRow.id),
}
_NEWEST_FIRST = Ordering(name="versions", columns=(SegmentVersionRow.revision,), is_descending=True)


class SegmentRepository:
    """Reads and writes segments. Deleted ones are invisible here."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._references = ReferenceRepository(session)

    def add(self, segment: SegmentRecord, referenced_ids: Iterable[str] = ()) -> None:
        """Store a new segment and its first version. Raises `NameNotUnique`."""
        row = SegmentRow(
            id=segment.id,
            created_by=segment.created_by,
            created_at=segment.created_at,
            **_state(segment),
        )
        with claim_name(self._session, "segment", segment.name):
            self._session.add(row)
        self._note(segment, referenced_ids)

    def update(self, segment: SegmentRecord, referenced_ids: Iterable[str]) -> None:
        """Store the next revision of a segment and keep it as a version.

        `segment.revision` must be one more than the stored one: raises `StaleRevision`, or
        `NameNotUnique`.
        """
        with claim_name(self._session, "segment", segment.name):
            self._advance(segment, _state(segment))
        self._note(segment, referenced_ids)

    def remove(self, segment: SegmentRecord) -> None:
        """Delete the segment softly: it leaves all lists and frees its name; versions stay.

        `segment` is the last revision: `updated_by` at `updated_at` did it. Raises `StaleRevision`.
        """
        gone = {
            "revision": segment.revision,
            "name_key": None,
            "deleted_by": segment.updated_by,
            "deleted_at": segment.updated_at,
        }
        self._advance(segment, gone)
        self._references.replace(segment.id, ())

    def get(self, segment_id: str) -> SegmentRecord | None:
        """Return the segment, or None."""
        return self.get_many(frozenset((segment_id,))).get(segment_id)

    def get_many(self, segment_ids: frozenset[str]) -> dict[str, SegmentRecord]:
        """Return those of the segments that exist, by id."""
        found = self._session.scalars(_live().where(SegmentRow.id.in_(segment_ids))).all()
        return {record.id: record for record in self._records(found)}

    def by_name(self, name: str) -> SegmentRecord | None:
        """Return the segment of that name, whatever its case, or None."""
        found = self._session.scalars(_live().where(SegmentRow.name_key == name_key(name))).all()
        return next(iter(self._records(found)), None)

    def names(self) -> tuple[str, ...]:
        """Return the names of all segments, sorted."""
        live = select(SegmentRow.name).where(SegmentRow.deleted_at.is_(None))
        return tuple(self._session.scalars(live.order_by(SegmentRow.name_key)))

    def all(self) -> tuple[SegmentRecord, ...]:
        """Return all segments, by name."""
        found = self._session.scalars(_live().order_by(SegmentRow.name_key)).all()
        return self._records(found)

    def list_page(
        self, wanted: SegmentFilter, order: SegmentOrder, request: PageRequest
    ) -> Page[SegmentRecord]:
        """Return one page of the segments that pass the filter."""
        ordering = Ordering(
            name=f"segments {order.field} {'desc' if order.is_descending else 'asc'}",
            columns=_SORT_COLUMNS[order.field],
            is_descending=order.is_descending,
        )
        statement = _live().where(*_conditions(wanted))
        states = fetch_page(self._session, statement, ordering, request, lambda state: state)
        return states.holding(self._records(states.items))

    def count(self, wanted: SegmentFilter) -> int:
        """Count the segments that pass the filter."""
        return count_rows(self._session, _live().where(*_conditions(wanted)))

    def versions_page(self, segment_id: str, request: PageRequest) -> Page[SegmentVersionRecord]:
        """Return one page of the versions of a segment, the newest first."""
        return self.versions_pages(frozenset((segment_id,)), request)[segment_id]

    def versions_pages(
        self, segment_ids: frozenset[str], request: PageRequest
    ) -> dict[str, Page[SegmentVersionRecord]]:
        """Return the same page of the versions of each segment, the newest first."""
        return fetch_pages(
            self._session,
            select(SegmentVersionRow),
            SegmentVersionRow.segment_id,
            segment_ids,
            _NEWEST_FIRST,
            request,
            _version,
        )

    def version_counts(self, segment_ids: frozenset[str]) -> dict[str, int]:
        """Count the versions of each segment; all of them are keys."""
        return count_by_owner(self._session, SegmentVersionRow.segment_id, segment_ids)

    def _records(self, states: Sequence[_State]) -> tuple[SegmentRecord, ...]:
        """Put segments together from their states and their labels, which cost one statement."""
        labels: dict[str, list[str]] = {state.id: [] for state in states}
        if labels:
            labelled = select(SegmentLabelRow.segment_id, SegmentLabelRow.label)
            of_these = labelled.where(SegmentLabelRow.segment_id.in_(labels))
            for segment_id, label in self._session.execute(
                of_these.order_by(SegmentLabelRow.label_key)
            ):
                labels[segment_id].append(label)
        return tuple(
            SegmentRecord(**dict(zip(_STATE, state, strict=True)), labels=tuple(labels[state.id]))
            for state in states
        )

    def _advance(self, segment: SegmentRecord, values: Mapping[str, object]) -> None:
        """Write `values` if the stored revision is the one before `segment.revision`."""
        statement = (
            update(SegmentRow)
            .where(
                SegmentRow.id == segment.id,
                SegmentRow.revision == segment.revision - 1,
                SegmentRow.deleted_at.is_(None),
            )
            .values(values)
        )
        result = self._session.execute(statement)
        if not isinstance(result, CursorResult) or result.rowcount != 1:
            raise StaleRevision(f'Segment "{segment.name}"')

    def _note(self, segment: SegmentRecord, referenced_ids: Iterable[str]) -> None:
        """Keep the version, the labels and the references that belong to the present state."""
        self._session.add(
            SegmentVersionRow(
                segment_id=segment.id,
                revision=segment.revision,
                kind=segment.kind,
                status=segment.status,
                name=segment.name,
                text=segment.text,
                definition_hash=segment.definition_hash,
                description=segment.description,
                labels=list(segment.labels),
                saved_by=segment.updated_by,
                saved_at=segment.updated_at,
            )
        )
        self._label(segment)
        self._references.replace(segment.id, referenced_ids)

    def _label(self, segment: SegmentRecord) -> None:
        row = self._session.get_one(SegmentRow, segment.id, populate_existing=True)
        kept = {label.label_key: label for label in row.labels}
        wanted = {name_key(label): label for label in segment.labels}
        row.labels = [kept.get(key) or SegmentLabelRow(label_key=key) for key in sorted(wanted)]
        for label in row.labels:
            label.label = wanted[label.label_key]
        self._session.flush()


def _live() -> Select[_State]:
    """Return the state of the segments that are not deleted, labels apart.

    Read as columns: objects that the session could write back cost twice as much to make.
    """
    state: Bundle[Any] = Bundle("state", *(getattr(SegmentRow, name) for name in _STATE))
    return select(state).where(SegmentRow.deleted_at.is_(None))


def _conditions(wanted: SegmentFilter) -> list[ColumnElement[bool]]:
    """Return what a row must meet; filters that are empty ask nothing."""
    choices = (
        (SegmentRow.status, wanted.statuses),
        (SegmentRow.kind, wanted.kinds),
        (SegmentRow.created_by, wanted.created_by),
        (SegmentRow.updated_by, wanted.updated_by),
    )
    conditions: list[ColumnElement[bool]] = [
        column.in_(values) for column, values in choices if values
    ]
    if wanted.folder_ids:
        conditions.append(_in_folder(wanted.folder_ids))
    if wanted.labels:
        conditions.append(_labelled(wanted.labels))
    if wanted.search:
        conditions.append(_found(wanted.search, searches_expressions=wanted.searches_expressions))
    return conditions


def _in_folder(folder_ids: tuple[str | None, ...]) -> ColumnElement[bool]:
    named = [folder_id for folder_id in folder_ids if folder_id is not None]
    inside = SegmentRow.folder_id.in_(named)
    return or_(inside, SegmentRow.folder_id.is_(None)) if None in folder_ids else inside


def _labelled(labels: tuple[str, ...]) -> ColumnElement[bool]:
    keys = [name_key(label) for label in labels]
    return SegmentRow.id.in_(
        select(SegmentLabelRow.segment_id).where(SegmentLabelRow.label_key.in_(keys))
    )


def _found(search: str, *, searches_expressions: bool) -> ColumnElement[bool]:
    by_name = SegmentRow.name_key.contains(name_key(search), autoescape=True)
    if not searches_expressions:
        return by_name
    return or_(by_name, SegmentRow.text.icontains(search, autoescape=True))


def _state(segment: SegmentRecord) -> dict[str, object]:
    """Return the columns that every change writes."""
    return {
        "kind": segment.kind,
        "status": segment.status,
        "name": segment.name,
        "name_key": name_key(segment.name),
        "text": segment.text,
        "definition_hash": segment.definition_hash,
        "description": segment.description,
        "folder_id": segment.folder_id,
        "revision": segment.revision,
        "updated_by": segment.updated_by,
        "updated_at": segment.updated_at,
    }


def _version(row: SegmentVersionRow) -> SegmentVersionRecord:
    return SegmentVersionRecord(
        segment_id=row.segment_id,
        revision=row.revision,
        kind=row.kind,
        status=row.status,
        name=row.name,
        text=row.text,
        definition_hash=row.definition_hash,
        description=row.description,
        labels=tuple(row.labels),
        saved_by=row.saved_by,
        saved_at=row.saved_at,
    )

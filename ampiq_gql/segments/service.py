"""The life of saved segments: saved, activated, renamed, deleted; and the audiences they stand for.

Every save must be right over the current build: an expression with errors is answered with its
diagnostics and not stored. A save to an active segment replaces what is active at once. Only
active segments can be named in expressions. Each change leaves a version and an audit entry.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from ampiq_gql.catalog import WarehouseCatalog
from ampiq_gql.errors import Invalid
from ampiq_gql.segments import changes
from ampiq_gql.segments.errors import SegmentInUse, SegmentNotFound
from ampiq_gql.segments.expressions import Expressions
from ampiq_gql.segments.integrity import require_folder, require_still_right
from ampiq_gql.segments.models import (
    Audience,
    CheckedExpression,
    Definition,
    SaveSegment,
    SegmentUse,
)
from ampiq_gql.segments.properties import check_description, check_labels, check_name
from ampiq_gql.segments.uses import blocking_uses, uses_of
from ampiq_gql.settings import Settings
from ampiq_gql.store import Page, PageRequest, Store, UnitOfWork
from ampiq_gql.store.base import new_id, utc_now
from ampiq_gql.store.segments import (
    SegmentFilter,
    SegmentKind,
    SegmentOrder,
    SegmentRecord,
    SegmentStatus,
    SegmentVersionRecord,
)
from ampiq_gql.warehouse import Session, Warehouse
from dsl import SegmentKey
from dsl.suggestions import Candidate, nearest

__all__ = ["SegmentService"]


class SegmentService:
    """Saved segments and expressions. Safe to use from many threads; saving reads the warehouse."""

    def __init__(self, store: Store, warehouse: Warehouse, settings: Settings) -> None:
        self._store = store
        self._warehouse = warehouse
        self._expressions = Expressions(store, settings)

    def catalog(self, session: Session) -> WarehouseCatalog:
        """Return everything that names in an expression can mean at the session's build."""
        return self._expressions.catalog(session)

    def expression(
        self,
        session: Session,
        text: str,
        as_of: date | None = None,
        *,
        may_read_pii: bool = True,
    ) -> CheckedExpression:
        """Check the expression as it is meant on a day (default: the build's).

        Conditions on personal data are findings for those who may not read them.
        """
        return self._expressions.check(session, text, as_of, may_read_pii=may_read_pii)

    def audience(
        self,
        session: Session,
        source: SegmentRecord | str,
        as_of: date | None = None,
        *,
        may_read_pii: bool = True,
    ) -> Audience:
        """Return the customers of a segment or expression. Raises `InvalidExpression`."""
        return self._expressions.audience(session, source, as_of, may_read_pii=may_read_pii)

    def get(self, segment_id: str | None = None, *, name: str | None = None) -> SegmentRecord:
        """Return the segment of that id or of that name. Raises `SegmentNotFound`."""
        with self._store.read() as work:
            if name is None:
                return changes.present(work, segment_id or "")
            found = work.segments.by_name(name)
            if found is None:
                raise _no_such_name(work, name)
            return found

    def get_many(self, segment_ids: frozenset[str]) -> dict[str, SegmentRecord]:
        """Return those of the segments that exist, by id."""
        with self._store.read() as work:
            return work.segments.get_many(segment_ids)

    def page(
        self, wanted: SegmentFilter, order: SegmentOrder, request: PageRequest
    ) -> Page[SegmentRecord]:
        """Return one page of the segments that pass the filter."""
        with self._store.read() as work:
            return work.segments.list_page(wanted, order, request)

    def count(self, wanted: SegmentFilter) -> int:
        """Count the segments that pass the filter."""
        with self._store.read() as work:
            return work.segments.count(wanted)

    def versions(self, segment_id: str, request: PageRequest) -> Page[SegmentVersionRecord]:
        """Return one page of the versions of a segment, the newest first."""
        with self._store.read() as work:
            return work.segments.versions_page(segment_id, request)

    def used_in(self, segment_ids: frozenset[str]) -> dict[str, tuple[SegmentUse, ...]]:
        """Return what builds on each of the segments, by name; all of them are keys."""
        with self._store.read() as work:
            return uses_of(work, segment_ids)

    def save(self, wanted: SaveSegment, actor: str, *, may_read_pii: bool = True) -> SegmentRecord:
        """Make a draft, or change a segment.

        Raises `InvalidName`, `InvalidProperty`, `InvalidExpression`, `SegmentNameTaken`,
        `SegmentNotFound`, `FolderNotFound`, `RevisionConflict`; `NoBuild` when there are no data
        to check a new expression against.
        """
        wanted = _checked(wanted)
        if wanted.id is None:
            return self._create(wanted, actor, may_read_pii=may_read_pii)
        if wanted.revision is None:
            raise Invalid(
                "REVISION_REQUIRED",
                "A change must name the revision that it was made from.",
                hint="Send the `revision` that was read with the segment.",
                place="revision",
            )
        return self._change(wanted, wanted.id, wanted.revision, actor, may_read_pii=may_read_pii)

    def activate(
        self, segment_id: str, actor: str, *, revision: int | None = None
    ) -> SegmentRecord:
        """Make a draft active, so that campaigns and other segments can use it.

        Raises `InvalidExpression` when the data no longer fit it.
        """
        with self._store.read() as work:
            seen = changes.present(work, segment_id, revision)
        if seen.is_active:
            return seen
        definition = self._definition(seen.text, seen)
        with self._store.begin() as work:
            before = changes.present(work, segment_id, seen.revision)
            require_still_right(work, segment_id, definition)
            after = _next(replace(before, status=SegmentStatus.ACTIVE), actor)
            changes.change(work, before, after, definition.referenced_ids, "segment.activate")
        return after

    def delete(self, segment_id: str, actor: str, *, revision: int | None = None) -> SegmentRecord:
        """Delete a segment that nothing builds on; return what it was. Raises `SegmentInUse`."""
        with self._store.begin() as work:
            before = changes.present(work, segment_id, revision)
            uses = blocking_uses(work, segment_id)
            if uses:
                raise SegmentInUse(before.name, uses)
            after = _next(before, actor)
            work.segments.remove(after)
            changes.note(work, after, "segment.delete", {"name": before.name})
        return before

    def _create(self, wanted: SaveSegment, actor: str, *, may_read_pii: bool) -> SegmentRecord:
        name = check_name(wanted.name)
        definition = self._definition(wanted.text or "", may_read_pii=may_read_pii)
        now = utc_now()
        segment = SegmentRecord(
            id=new_id(),
            kind=SegmentKind.VISUAL,
            status=SegmentStatus.DRAFT,
            name=name,
            text=definition.text,
            definition_hash=definition.hash,
            description=wanted.description or "",
            folder_id=wanted.folder_id or None,
            labels=wanted.labels or (),
            revision=1,
            created_by=actor,
            created_at=now,
            updated_by=actor,
            updated_at=now,
        )
        with self._store.begin() as work:
            require_folder(work, segment.folder_id)
            require_still_right(work, segment.id, definition)
            changes.add(work, segment, definition.referenced_ids)
        return segment

    def _change(
        self,
        wanted: SaveSegment,
        segment_id: str,
        revision: int,
        actor: str,
        *,
        may_read_pii: bool,
    ) -> SegmentRecord:
        with self._store.read() as work:
            seen = changes.present(work, segment_id, revision)
        is_new_text = wanted.text is not None and wanted.text != seen.text
        definition = (
            self._definition(wanted.text or "", seen, may_read_pii=may_read_pii)
            if is_new_text
            else None
        )
        with self._store.begin() as work:
            before = changes.present(work, segment_id, revision)
            after = _changed(before, wanted, definition)
            if after == before:
                return before
            require_folder(work, after.folder_id)
            if definition is None:
                referenced_ids = work.references.named_by(segment_id)
            else:
                require_still_right(work, segment_id, definition)
                referenced_ids = definition.referenced_ids
            after = _next(after, actor)
            changes.change(work, before, after, referenced_ids, "segment.save")
        return after

    def _definition(
        self, text: str, segment: SegmentRecord | None = None, *, may_read_pii: bool = True
    ) -> Definition:
        """Hold a (new) definition of a segment against the build; raise `InvalidExpression`."""
        key = None if segment is None else SegmentKey(id=segment.id, name=segment.name)
        with self._warehouse.read() as session:
            return self._expressions.definition(
                session, text, saved_as=key, may_read_pii=may_read_pii
            )


def _checked(wanted: SaveSegment) -> SaveSegment:
    """Check what is given, before anything is read or computed; bring labels into their order."""
    if wanted.name is not None:
        check_name(wanted.name)
    check_description(wanted.description or "")
    return wanted if wanted.labels is None else replace(wanted, labels=check_labels(wanted.labels))


def _changed(
    before: SegmentRecord, wanted: SaveSegment, definition: Definition | None
) -> SegmentRecord:
    """Return the segment with what is asked for; what is None stays."""
    after = before
    if wanted.name is not None:
        after = replace(after, name=wanted.name)
    if definition is not None:
        after = replace(after, text=definition.text, definition_hash=definition.hash)
    if wanted.description is not None:
        after = replace(after, description=wanted.description)
    if wanted.folder_id is not None:
        after = replace(after, folder_id=wanted.folder_id or None)
    if wanted.labels is not None:
        after = replace(after, labels=wanted.labels)
    return after


def _next(segment: SegmentRecord, actor: str) -> SegmentRecord:
    return replace(segment, revision=segment.revision + 1, updated_by=actor, updated_at=utc_now())


def _no_such_name(work: UnitOfWork, name: str) -> SegmentNotFound:
    near = nearest(name, [Candidate(other) for other in work.segments.names()])
    hint = " or ".join(f'"{other}"' for other in near)
    return SegmentNotFound(
        f'There is no segment named "{name}".',
        hint=f"Did you mean {hint}?" if near else None,
        place="name",
    )

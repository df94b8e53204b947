"""Sends segments to destinations: planned at once, carried out in the background, never twice.

A delivery is a record in the store from the first moment; the thread that drives it may die, and
`resume_unfinished` of the next process goes on.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from ampiq_gql.delivery.columns import RowColumns
from ampiq_gql.delivery.destinations import DestinationService, existing_destination
from ampiq_gql.delivery.endings import verdict
from ampiq_gql.delivery.errors import (
    DeliveryNotFound,
    DeliveryStateConflict,
    IdempotencyKeyReused,
    SegmentIsDraft,
)
from ampiq_gql.delivery.jobs import JobArguments, Jobs, Stop, ThreadJobs
from ampiq_gql.delivery.journal import LEASE, Journal
from ampiq_gql.delivery.owner import ProcessOwner
from ampiq_gql.delivery.rows import Rows, read_rows
from ampiq_gql.delivery.transfer import Transfer
from ampiq_gql.plugin import DeliveryContext, PluginRegistry
from ampiq_gql.segments import SegmentService
from ampiq_gql.settings import Settings
from ampiq_gql.store import Page, PageRequest, Store, UnitOfWork
from ampiq_gql.store.base import new_id, utc_now
from ampiq_gql.store.deliveries import DeliveryFilter, DeliveryRecord, DeliveryState
from ampiq_gql.store.delivery_ledger import ChunkRecord, RowErrorRecord
from ampiq_gql.store.destinations import DestinationRecord
from ampiq_gql.store.segments import SegmentRecord, SegmentStatus
from ampiq_gql.warehouse import Warehouse

__all__ = ["SEND_TIMEOUT_SECONDS", "DeliverSegment", "DeliveryService"]

JOB = "deliver"
SEND_TIMEOUT_SECONDS = 6 * 3600.0
"""The rows are read as fast as the destination takes them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverSegment:
    """Send a segment's customers.

    `columns` are named `column` or `table.column`; none mean the id alone. `as_of` is the build's
    by default. A repeated `idempotency_key` answers with the first delivery.
    """

    segment_id: str
    destination_id: str
    columns: Sequence[str] = ()
    as_of: date | None = None
    idempotency_key: str | None = None


class DeliveryService:
    """Deliveries and their destinations. Safe to use from many threads."""

    def __init__(
        self,
        store: Store,
        warehouse: Warehouse,
        plugins: PluginRegistry,
        segments: SegmentService,
        settings: Settings,
        *,
        jobs: Jobs | None = None,
    ) -> None:
        self.destinations = DestinationService(store, plugins, settings)
        self.jobs = jobs or ThreadJobs()
        self.jobs.register(JOB, self._carry_out)
        self._store = store
        self._warehouse = warehouse
        self._plugins = plugins
        self._segments = segments
        self._settings = settings

    def deliver_segment(
        self, wanted: DeliverSegment, actor: str, *, may_read_pii: bool = True
    ) -> DeliveryRecord:
        """Plan a delivery and start it; returns at once, in state PENDING.

        Raises `SegmentNotFound`, `SegmentIsDraft`, `InvalidExpression`, `DestinationNotFound`,
        `Invalid` for columns, `ColumnsRestricted`, `IdempotencyKeyReused`, `NoBuild`.
        """
        segment = self._segments.get(wanted.segment_id)
        if segment.status is SegmentStatus.DRAFT:
            raise SegmentIsDraft(segment.name)
        with self._store.begin() as work:
            destination = existing_destination(work, wanted.destination_id)
        sends_pii = may_read_pii or destination.allows_limited_pii
        planned = self._planned(wanted, segment, destination, actor=actor, sends_pii=sends_pii)
        with self._store.begin() as work:
            stored = work.deliveries.add(planned)
            if stored.request_digest != planned.request_digest:
                raise IdempotencyKeyReused(wanted.idempotency_key or "")
            if stored.id == planned.id:
                work.audit.record(actor, "delivery.start", "delivery", stored.id, _told(stored))
        if stored.state.is_unfinished:
            self._start(stored)
        return stored

    def get(self, delivery_id: str) -> DeliveryRecord:
        """Return the delivery as it stands. Raises `DeliveryNotFound`."""
        with self._store.read() as work:
            return _existing(work, delivery_id)

    def page(self, wanted: DeliveryFilter, request: PageRequest) -> Page[DeliveryRecord]:
        """Return one page of the deliveries, the newest first."""
        with self._store.read() as work:
            return work.deliveries.list_page(wanted, request)

    def count(self, wanted: DeliveryFilter) -> int:
        """Count the deliveries that pass the filter."""
        with self._store.read() as work:
            return work.deliveries.count(wanted)

    def chunks(self, delivery_id: str) -> tuple[ChunkRecord, ...]:
        """Return what was sent in which chunk."""
        with self._store.read() as work:
            return work.ledger.chunks(delivery_id)

    def row_errors(self, delivery_id: str, *, limit: int = 100) -> tuple[RowErrorRecord, ...]:
        """Return the refused rows, by customer id."""
        with self._store.read() as work:
            return work.ledger.row_errors(delivery_id, limit=limit)

    def cancel(self, delivery_id: str, actor: str) -> DeliveryRecord:
        """Ask whoever drives it to stop after the present chunk and undo what can be undone."""
        with self._store.begin() as work:
            delivery = _existing(work, delivery_id)
            if not delivery.state.is_unfinished:
                raise DeliveryStateConflict("cancelled", delivery.state)
            work.deliveries.request_cancel(delivery_id)
            work.audit.record(actor, "delivery.cancel", "delivery", delivery_id)
        self.jobs.cancel(delivery_id)
        return self.get(delivery_id)

    def retry(self, delivery_id: str, actor: str) -> DeliveryRecord:
        """Try a delivery again that failed for now. Accepted chunks are not sent twice."""
        with self._store.begin() as work:
            delivery = _existing(work, delivery_id)
            if delivery.state is not DeliveryState.FAILED_RETRYABLE:
                raise DeliveryStateConflict("retried", delivery.state)
            work.audit.record(actor, "delivery.retry", "delivery", delivery_id)
        self._start(delivery)
        return self.get(delivery_id)

    def wait(self, delivery_id: str, *, timeout_seconds: float | None = None) -> DeliveryRecord:
        """Wait until this process no longer drives it, and return how it stands."""
        self.jobs.wait(delivery_id, timeout_seconds=timeout_seconds)
        return self.get(delivery_id)

    def resume_unfinished(self) -> tuple[str, ...]:
        """Go on with what another process left half done; return the ids of those.

        Called once when a server starts. Deliveries of campaigns are their runs' affair.
        """
        present = ProcessOwner.present()
        with self._store.read() as work:
            found = work.deliveries.unfinished()
        left = [one for one in found if present.may_take(one.owner, one.lease_until)]
        for delivery in left:
            self._start(delivery)
        return tuple(delivery.id for delivery in left)

    def close(self) -> None:
        """Let running deliveries end their chunk; the next process goes on with them."""
        self.jobs.close()

    def send(
        self,
        delivery: DeliveryRecord,
        open_rows: Callable[[], AbstractContextManager[Rows]],
        stop: Stop,
    ) -> DeliveryRecord:
        """Drive a delivery in this thread, unless a living process does; return how it stands."""
        claimed = self._claimed(delivery)
        if claimed is None:
            return self.get(delivery.id)
        journal = Journal(self._store, self._plugins, claimed)
        try:
            destination = self.destinations.get(claimed.destination_id)
            settings = self.destinations.open_settings(destination)
            instance = self._plugins.destination(destination.type)
        except Exception as error:  # noqa: BLE001 - what it needs is gone: a failed delivery
            journal.end(*verdict(error))
            return journal.delivery
        now = claimed.created_at.astimezone(ZoneInfo(self._settings.time_zone))
        context = DeliveryContext(settings=settings, now=now)
        return Transfer(journal, self._plugins, instance, context, stop).carry_out(open_rows)

    # --- within --------------------------------------------------------------------------------

    def _planned(
        self,
        wanted: DeliverSegment,
        segment: SegmentRecord,
        destination: DestinationRecord,
        *,
        actor: str,
        sends_pii: bool,
    ) -> DeliveryRecord:
        """Check everything that can be checked before a row is read."""
        with self._warehouse.read() as session:
            audience = self._segments.audience(session, segment, wanted.as_of)
            catalog = self._segments.catalog(session)
            columns = RowColumns.choose(catalog, wanted.columns, may_read_pii=sends_pii)
            build_id = session.build.id
        return DeliveryRecord(
            id=new_id(),
            idempotency_key=wanted.idempotency_key,
            request_digest=_digest(wanted),
            destination_id=destination.id,
            destination_name=destination.name,
            destination_type=destination.type,
            segment_id=segment.id,
            segment_name=segment.name,
            segment_text=segment.text,
            columns=columns.headings if not wanted.columns else tuple(wanted.columns),
            as_of=audience.as_of.day,
            build_id=build_id,
            created_by=actor,
            created_at=utc_now(),
        )

    def _start(self, delivery: DeliveryRecord) -> None:
        self.jobs.start(JOB, delivery.id, {"delivery_id": delivery.id})

    def _carry_out(self, arguments: JobArguments, stop: Stop) -> None:
        delivery = self.get(arguments["delivery_id"])
        self.send(delivery, lambda: self._rows_of_segment(delivery), stop)

    @contextmanager
    def _rows_of_segment(self, delivery: DeliveryRecord) -> Iterator[Rows]:
        """Read the customers of the text as it was when the delivery was planned."""
        with self._warehouse.read(timeout_seconds=SEND_TIMEOUT_SECONDS) as session:
            audience = self._segments.audience(session, delivery.segment_text or "", delivery.as_of)
            columns = RowColumns.choose(self._segments.catalog(session), delivery.columns)
            statement = columns.select(audience.ids.cte("segment"))
            with read_rows(session, statement, pii_columns=columns.pii) as rows:
                yield rows

    def _claimed(self, delivery: DeliveryRecord) -> DeliveryRecord | None:
        """Take the lease; None when it is another's, or when there is nothing left to do."""
        present = ProcessOwner.present()
        with self._store.begin() as work:
            is_ours = work.deliveries.claim(
                delivery.id,
                owner=str(present),
                until=utc_now() + LEASE,
                dead_owners=present.dead_among(delivery.owner),
            )
            claimed = _existing(work, delivery.id)
            if is_ours and not _can_go_on(claimed.state):
                work.deliveries.save(replace(claimed, owner=None, lease_until=None))
                return None
        return claimed if is_ours else None


def _can_go_on(state: DeliveryState) -> bool:
    return state.is_unfinished or state is DeliveryState.FAILED_RETRYABLE


def _existing(work: UnitOfWork, delivery_id: str) -> DeliveryRecord:
    record = work.deliveries.get(delivery_id)
    if record is None:
        raise DeliveryNotFound
    return record


def _digest(wanted: DeliverSegment) -> str:
    """Return what tells this command from another under the same key."""
    parts = [wanted.segment_id, wanted.destination_id, *wanted.columns, str(wanted.as_of)]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _told(delivery: DeliveryRecord) -> Mapping[str, object]:
    """Return what the audit log holds of a delivery: what went where, never who."""
    return {
        "segment_id": delivery.segment_id,
        "destination_id": delivery.destination_id,
        "columns": list(delivery.columns),
        "as_of": delivery.as_of.isoformat(),
    }

"""The ledger of one attempt: every step is committed before the next one is taken."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from ampiq_gql.delivery.endings import (
    Cancelled,
    Interrupted,
    LeaseLost,
    OutcomeUnknown,
    SnapshotGone,
)
from ampiq_gql.delivery.jobs import Stop
from ampiq_gql.plugin import (
    Artefact,
    BatchResult,
    BatchStatus,
    Capabilities,
    DeliveryEvent,
    EncodedBatch,
    Idempotency,
    PluginRegistry,
)
from ampiq_gql.store import Store
from ampiq_gql.store.base import utc_now
from ampiq_gql.store.deliveries import (
    ArtefactRecord,
    DeliveryProblem,
    DeliveryRecord,
    DeliveryState,
)
from ampiq_gql.store.delivery_ledger import ChunkRecord, ChunkState, RowErrorRecord

__all__ = ["LEASE", "Journal"]

LEASE = timedelta(minutes=15)
"""Renewed with every chunk; a process that died without a trace is succeeded after it."""


class Journal:
    """Writes down how far a delivery came. Used by the thread that drives it."""

    def __init__(self, store: Store, plugins: PluginRegistry, delivery: DeliveryRecord) -> None:
        self._store = store
        self._plugins = plugins
        self._delivery = delivery

    @property
    def delivery(self) -> DeliveryRecord:
        """The delivery as it stands."""
        return self._delivery

    def begin(self) -> None:
        """Begin an attempt."""
        self._delivery = replace(
            self._delivery,
            attempts=self._delivery.attempts + 1,
            started_at=self._delivery.started_at or utc_now(),
            problem=None,
            rows_accepted=0,
            rows_rejected=0,
        )
        self.move(DeliveryState.VALIDATING)

    def recall(self, build_id: str, capabilities: Capabilities) -> dict[int, ChunkRecord]:
        """Return earlier attempts' chunks, by number, and pin the build.

        Raises `OutcomeUnknown` or `SnapshotGone` when one cannot go on from them.
        """
        with self._store.begin() as work:
            if capabilities.atomic_replace:
                work.ledger.clear(self._delivery.id)
            chunks = work.ledger.chunks(self._delivery.id)
        in_doubt = any(chunk.state is ChunkState.LEASED for chunk in chunks)
        if in_doubt and capabilities.idempotency is Idempotency.NONE:
            raise OutcomeUnknown
        if chunks and build_id != self._delivery.build_id:
            raise SnapshotGone(self._delivery.build_id)
        self._delivery = replace(self._delivery, build_id=build_id)
        return {chunk.number: chunk for chunk in chunks}

    def lease(self, number: int, batch: EncodedBatch) -> None:
        """Note that a chunk is about to be sent."""
        with self._store.begin() as work:
            work.ledger.lease(
                self._delivery.id, number, digest=batch.digest, row_count=batch.row_count
            )

    def answer(self, number: int, batch: EncodedBatch, result: BatchResult) -> None:
        """Note what became of a chunk, with the counts that it leads to; renew the lease."""
        is_accepted = result.status is BatchStatus.ACCEPTED
        errors = _row_errors(self._delivery.id, result)
        rejected = len({one.row_key for one in errors}) if is_accepted else batch.row_count
        self.count(batch.row_count - rejected, rejected)
        self._delivery = replace(self._delivery, lease_until=utc_now() + LEASE)
        with self._store.begin() as work:
            work.ledger.answer(
                self._delivery.id,
                number,
                state=ChunkState.ACCEPTED if is_accepted else ChunkState.REJECTED,
                remote_ref=result.remote_ref,
                rejected_count=rejected,
                errors=errors,
            )
            work.deliveries.save(self._delivery)

    def count(self, accepted: int, rejected: int) -> None:
        """Add to the counts."""
        self._delivery = replace(
            self._delivery,
            rows_accepted=self._delivery.rows_accepted + accepted,
            rows_rejected=self._delivery.rows_rejected + rejected,
        )

    def heed(self, stop: Stop) -> None:
        """Raise when the attempt is to end here: `Interrupted`, `LeaseLost` or `Cancelled`."""
        if stop.is_closing:
            raise Interrupted
        with self._store.read() as work:
            stored = work.deliveries.get(self._delivery.id)
        if stored is None or stored.owner != self._delivery.owner:
            raise LeaseLost
        if stop.is_cancelled or stored.is_cancel_requested:
            raise Cancelled

    def move(self, state: DeliveryState) -> None:
        """Come to a new state, and tell those who listen."""
        self._delivery = replace(self._delivery, state=state)
        with self._store.begin() as work:
            work.deliveries.save(self._delivery)
        self._plugins.announce(
            DeliveryEvent(
                run_id=self._delivery.id,
                state=state.value,
                at=utc_now(),
                rows_accepted=self._delivery.rows_accepted,
                rows_rejected=self._delivery.rows_rejected,
            )
        )

    def succeed(self, artefacts: Iterable[Artefact]) -> None:
        """All chunks were answered and made effective."""
        records = tuple(
            ArtefactRecord(
                name=one.name,
                location=one.location,
                row_count=one.row_count,
                byte_count=one.byte_count,
                sha256=one.sha256,
            )
            for one in artefacts
        )
        self._delivery = replace(self._delivery, artefacts=records)
        has_errors = self._delivery.rows_rejected > 0
        self.end(DeliveryState.SUCCEEDED_WITH_ROW_ERRORS if has_errors else DeliveryState.SUCCEEDED)

    def end(self, state: DeliveryState, problem: DeliveryProblem | None = None) -> None:
        """Come to a last state and give the lease back."""
        self._delivery = replace(
            self._delivery, problem=problem, ended_at=utc_now(), owner=None, lease_until=None
        )
        self.move(state)

    def release(self) -> None:
        """Give the lease back with the delivery unfinished, for the next process."""
        self._delivery = replace(self._delivery, owner=None, lease_until=None)
        with self._store.begin() as work:
            work.deliveries.save(self._delivery)


def _row_errors(delivery_id: str, result: BatchResult) -> tuple[RowErrorRecord, ...]:
    """Return the refused rows; a destination may name a row and a reason twice."""
    errors = {
        (row.key, row.code): RowErrorRecord(
            delivery_id=delivery_id,
            row_key=row.key,
            code=row.code,
            message=row.message[:500],
            is_retryable=row.is_retryable,
        )
        for row in result.rejected_rows
    }
    return tuple(errors.values())

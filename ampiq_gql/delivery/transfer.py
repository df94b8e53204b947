"""Drives one delivery through a destination's five steps, with the journal always a step ahead.

Each chunk is committed as leased before it is sent and answered after, so whoever comes back
after a crash knows what is certain and what is in doubt.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from itertools import chain, count
from typing import TypeVar

from pydantic import BaseModel

from ampiq_gql.delivery.endings import (
    Interrupted,
    LeaseLost,
    OutcomeUnknown,
    PlanRefused,
    SnapshotGone,
    verdict,
)
from ampiq_gql.delivery.jobs import Stop
from ampiq_gql.delivery.journal import Journal
from ampiq_gql.delivery.rows import Rows
from ampiq_gql.plugin import (
    CheckLevel,
    DeliveryContext,
    DeliveryPlan,
    Destination,
    DestinationError,
    EncodedBatch,
    FindingLevel,
    PluginFault,
    PluginRegistry,
    RowBatch,
    RunInfo,
)
from ampiq_gql.store.deliveries import DeliveryRecord, DeliveryState
from ampiq_gql.store.delivery_ledger import ChunkRecord, ChunkState

__all__ = ["Transfer"]

log = logging.getLogger("ampiq.delivery")

T = TypeVar("T")


class Transfer:
    """One attempt to carry out one delivery; used by one thread."""

    def __init__(
        self,
        journal: Journal,
        plugins: PluginRegistry,
        destination: Destination[BaseModel],
        context: DeliveryContext[BaseModel],
        stop: Stop,
    ) -> None:
        self._journal = journal
        self._plugins = plugins
        self._destination = destination
        self._context = context
        self._stop = stop
        self._run = _run_info(journal.delivery)

    def carry_out(self, open_rows: Callable[[], AbstractContextManager[Rows]]) -> DeliveryRecord:
        """Send the rows; return how it ended. Raises only when the store itself fails."""
        try:
            self._journal.begin()
            with open_rows() as rows:
                self._validate(rows)
                self._send_all(rows)
        except LeaseLost:
            log.warning("delivery %s was taken over by another process", self._run.run_id)
        except Interrupted:
            if self._destination.capabilities.atomic_replace:
                self._abort()  # the next attempt begins anew, so nothing of this one is of use
            self._journal.release()
        except Exception as error:  # noqa: BLE001 - the edge of plugins and engines
            self._fail(error)
        return self._journal.delivery

    def _validate(self, rows: Rows) -> None:
        """Ask the policies and the destination; nothing was sent when one of them refuses."""
        for finding in self._plugins.check_plan(self._plan(rows)):
            if finding.level is FindingLevel.ERROR:
                raise PlanRefused(finding)
        for check in self._call("check", lambda: self._destination.check(self._context)):
            if check.level is CheckLevel.FAIL:
                raise DestinationError("DESTINATION_CHECK_FAILED", check.message, hint=check.hint)

    def _send_all(self, rows: Rows) -> None:
        destination, context, run = self._destination, self._context, self._run
        batches = rows.batches(destination.capabilities.max_batch_rows)
        first = next(batches, None)
        if first is None:
            self._journal.end(DeliveryState.SKIPPED)
            return
        known = self._journal.recall(rows.build_id, destination.capabilities)
        self._journal.move(DeliveryState.SENDING)
        self._call("prepare", lambda: destination.prepare(context, run, rows.schema))
        numbers = count()
        for batch in chain((first,), batches):
            for encoded in self._encode(batch):
                self._journal.heed(self._stop)
                number = next(numbers)
                self._send(number, encoded, known.get(number))
        self._journal.heed(self._stop)
        self._journal.succeed(self._call("finalize", lambda: destination.finalize(context, run)))

    def _encode(self, batch: RowBatch) -> Iterator[EncodedBatch]:
        encoded = self._call("encode", lambda: self._destination.encode(self._context, batch))
        while (one := self._call("encode", lambda: next(encoded, None))) is not None:
            yield one

    def _send(self, number: int, batch: EncodedBatch, known: ChunkRecord | None) -> None:
        """Send one chunk, unless an earlier attempt had an answer for the very same one."""
        if known is not None and known.state is not ChunkState.LEASED:
            if known.digest != batch.digest:
                raise SnapshotGone(self._journal.delivery.build_id)
            self._journal.count(known.row_count - known.rejected_count, known.rejected_count)
            return
        self._journal.lease(number, batch)
        key = _batch_key(self._run.run_id, number, batch)
        result = self._call("send", lambda: self._destination.send(self._context, batch, key=key))
        self._journal.answer(number, batch, result)

    def _fail(self, error: Exception) -> None:
        log.warning("delivery %s failed", self._run.run_id, exc_info=error)
        if not isinstance(error, OutcomeUnknown):
            self._abort()
        state, problem = verdict(error)
        self._journal.end(state, problem)

    def _abort(self) -> None:
        try:
            self._destination.abort(self._context, self._run)
        except Exception:
            log.exception("%s failed in abort", self._destination.key)

    def _call(self, method: str, call: Callable[[], T]) -> T:
        """Call the plugin: what it may not raise becomes a `PluginFault` that names it."""
        try:
            return call()
        except DestinationError:
            raise
        except Exception as error:
            raise PluginFault(self._destination.key, method, error) from error

    def _plan(self, rows: Rows) -> DeliveryPlan:
        delivery = self._journal.delivery
        return DeliveryPlan(
            run_id=delivery.id,
            destination_type=delivery.destination_type,
            destination_name=delivery.destination_name,
            columns=delivery.columns,
            pii_columns=rows.pii_columns,
            as_of=delivery.as_of,
            segment_name=delivery.segment_name,
            campaign_name=delivery.campaign_name,
            treatment_name=delivery.treatment_name,
        )


def _run_info(delivery: DeliveryRecord) -> RunInfo:
    return RunInfo(
        run_id=delivery.id,
        planned_at=delivery.created_at,
        columns=delivery.columns,
        segment_name=delivery.segment_name,
        campaign_name=delivery.campaign_name,
        treatment_name=delivery.treatment_name,
    )


def _batch_key(run_id: str, number: int, batch: EncodedBatch) -> str:
    """Return the key under which the chunk is sent, the same in every attempt."""
    return hashlib.sha256(f"{run_id}|{number}|{batch.digest}".encode()).hexdigest()

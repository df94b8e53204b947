"""Destinations that do what a test tells them, as plugins: no part of ours is replaced."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

from pydantic import BaseModel

from ampiq_gql.plugin import (
    BatchResult,
    Capabilities,
    Category,
    DeliveryContext,
    DeliveryEvent,
    DeliveryPlan,
    Destination,
    EncodedBatch,
    Finding,
    Idempotency,
    PluginContext,
    RegisterDestination,
    RowBatch,
    RunInfo,
    hookimpl,
)
from ampiq_gql.plugin.discovery import Candidate
from plugins.destinations.local_file import LocalFile
from tests.plugin.builders import Informed

ROWS_PER_BATCH = 10


class NoSettings(BaseModel):
    """Nothing to set."""


@dataclass
class Inbox:
    """What arrived, and how to answer: `answer` gets the number of the call, from 0."""

    answer: Callable[[int], BatchResult] = lambda _: BatchResult()
    calls: int = 0
    batches: dict[str, bytes] = field(default_factory=dict)
    aborted: int = 0
    finalized: int = 0

    @property
    def rows(self) -> list[str]:
        return [row for body in self.batches.values() for row in body.decode().splitlines()]


class Receiver(Destination[NoSettings]):
    """Ten rows a batch, one key a line."""

    key = "receiver"
    title = "Receiver"
    category = Category.WEBHOOK
    capabilities = Capabilities(idempotency=Idempotency.KEY, max_batch_rows=ROWS_PER_BATCH)
    Settings = NoSettings

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox

    def encode(
        self, context: DeliveryContext[NoSettings], batch: RowBatch
    ) -> Iterator[EncodedBatch]:
        keys = tuple(batch.keys.to_pylist())
        yield EncodedBatch(body="\n".join(keys).encode(), keys=keys)

    def send(
        self, context: DeliveryContext[NoSettings], batch: EncodedBatch, *, key: str
    ) -> BatchResult:
        number, self._inbox.calls = self._inbox.calls, self._inbox.calls + 1
        result = self._inbox.answer(number)
        self._inbox.batches[key] = batch.body
        return result

    def finalize(self, context: DeliveryContext[NoSettings], run: RunInfo) -> tuple[()]:
        self._inbox.finalized += 1
        return ()

    def abort(self, context: DeliveryContext[NoSettings], run: RunInfo) -> None:
        self._inbox.aborted += 1


class OnceOnly(Receiver):
    """Counts everything that it is sent twice."""

    capabilities = Capabilities(idempotency=Idempotency.NONE, max_batch_rows=ROWS_PER_BATCH)


class ReceiverPlugin(Informed):
    """Brings a receiver, and a policy and a listener if wanted."""

    def __init__(
        self,
        inbox: Inbox,
        *,
        receiver: type[Receiver] = Receiver,
        policy: Callable[[DeliveryPlan], list[Finding]] | None = None,
    ) -> None:
        self._inbox = inbox
        self._receiver = receiver
        self._policy = policy
        self.events: list[DeliveryEvent] = []

    @hookimpl
    def ampiq_register_destinations(self, register: RegisterDestination) -> None:
        register("receiver", partial(self._receiver, self._inbox))

    @hookimpl
    def ampiq_plan_check(self, plan: DeliveryPlan) -> list[Finding]:
        return self._policy(plan) if self._policy else []

    @hookimpl
    def ampiq_delivery_event(self, event: DeliveryEvent) -> None:
        self.events.append(event)


class SlowFile(LocalFile):
    """The local file, five rows at a time and slowly, so that it can be killed on the way."""

    capabilities = Capabilities(
        idempotency=Idempotency.NATURAL, max_batch_rows=5, atomic_replace=True
    )

    def send(self, *args: object, **kwargs: object) -> BatchResult:
        time.sleep(0.1)
        return super().send(*args, **kwargs)  # type: ignore[arg-type]  # passed on as it came


class SlowFilePlugin(Informed):
    @hookimpl
    def ampiq_register_destinations(
        self, register: RegisterDestination, context: PluginContext
    ) -> None:
        register("local_file", partial(SlowFile, context.exports))


def plugin(name: str, implementation: object) -> Candidate:
    return Candidate(name=name, distribution="ampiq-test", version="1", load=lambda: implementation)

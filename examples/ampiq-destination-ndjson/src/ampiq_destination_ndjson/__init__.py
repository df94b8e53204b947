"""Sends customers as newline-delimited JSON to a TCP socket; an example of a whole plugin."""

# ruff: noqa: ARG001, ARG002 - what the interface gives is shown, used or not

from __future__ import annotations

import json
import socket
from collections.abc import Iterator, Sequence
from contextlib import suppress

import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from ampiq_gql.plugin import (
    Artefact,
    BatchResult,
    Capabilities,
    Category,
    CheckLevel,
    CheckResult,
    DeliveryContext,
    Destination,
    DestinationError,
    EncodedBatch,
    Idempotency,
    PluginContext,
    PluginInfo,
    RegisterDestination,
    RowBatch,
    RunInfo,
    hookimpl,
)

__all__ = ["NdjsonSocket", "NdjsonSocketSettings"]

_TIMEOUT_SECONDS = 10.0


class NdjsonSocketSettings(BaseModel):
    """Where the rows go."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = Field(description="Host name or address of the receiver.")
    port: int = Field(ge=1, le=65535, description="TCP port of the receiver.")
    token: SecretStr | None = Field(
        default=None, description="Sent with each chunk, for receivers that ask for one."
    )


class NdjsonSocket(Destination[NdjsonSocketSettings]):
    """A receiver that takes chunks and drops those it has seen."""

    key = "ndjson_socket"
    title = "NDJSON socket"
    category = Category.WEBHOOK
    capabilities = Capabilities(idempotency=Idempotency.KEY, max_batch_rows=5_000)
    Settings = NdjsonSocketSettings

    def __init__(self) -> None:
        self._connection: socket.socket | None = None

    def check(self, context: DeliveryContext[NdjsonSocketSettings]) -> Sequence[CheckResult]:
        """Connect and hang up."""
        try:
            _connect(context.settings).close()
        except DestinationError as error:
            failed = CheckResult(
                name="network", level=CheckLevel.FAIL, message=error.message, hint=error.hint
            )
            return (failed,)
        return (CheckResult(name="network", level=CheckLevel.PASS, message="Somebody listens."),)

    def prepare(
        self, context: DeliveryContext[NdjsonSocketSettings], run: RunInfo, schema: pa.Schema
    ) -> None:
        """Open the connection that the whole run uses."""
        self._connection = _connect(context.settings)

    def encode(
        self, context: DeliveryContext[NdjsonSocketSettings], batch: RowBatch
    ) -> Iterator[EncodedBatch]:
        """One JSON object a line; amounts stay exact as text."""
        lines = [json.dumps(row, default=str, ensure_ascii=False) for row in batch.rows.to_pylist()]
        yield EncodedBatch(
            body="".join(f"{line}\n" for line in lines).encode(),
            keys=tuple(batch.keys.to_pylist()),
            media_type="application/x-ndjson",
        )

    def send(
        self, context: DeliveryContext[NdjsonSocketSettings], batch: EncodedBatch, *, key: str
    ) -> BatchResult:
        """Send a chunk and wait for its answer."""
        head: dict[str, object] = {"chunk": key, "rows": batch.row_count}
        if context.settings.token is not None:
            head["token"] = context.settings.token.get_secret_value()
        if self._connection is None:
            raise RuntimeError("prepare was not called")
        try:
            self._connection.sendall(json.dumps(head).encode() + b"\n" + batch.body)
            answer = self._connection.recv(64)
        except OSError as error:
            raise _unreachable(error) from error
        if answer.strip() != b"ok":
            raise DestinationError("NOT_ACCEPTED", "The receiver did not accept a chunk.")
        return BatchResult()

    def finalize(
        self, context: DeliveryContext[NdjsonSocketSettings], run: RunInfo
    ) -> Sequence[Artefact]:
        """Hang up."""
        self.abort(context, run)
        return ()

    def abort(self, context: DeliveryContext[NdjsonSocketSettings], run: RunInfo) -> None:
        """Hang up; what was sent stays, and is dropped by its key when it comes again."""
        if self._connection is not None:
            with suppress(OSError):
                self._connection.close()
        self._connection = None


def _connect(settings: NdjsonSocketSettings) -> socket.socket:
    try:
        return socket.create_connection((settings.host, settings.port), timeout=_TIMEOUT_SECONDS)
    except OSError as error:
        raise _unreachable(error) from error


def _unreachable(error: OSError) -> DestinationError:
    return DestinationError(
        "UNREACHABLE",
        f"The receiver cannot be reached: {error.strerror or error}.",
        hint="Check host, port and firewall, and that something listens.",
        is_retryable=True,
    )


@hookimpl
def ampiq_plugin_info() -> PluginInfo:
    """Say who the plugin is."""
    return PluginInfo(
        name="NDJSON socket",
        version="0.1.0",
        plugin_api=">=1.0,<2",
        summary="Sends customers as newline-delimited JSON to a TCP socket.",
        licence="Apache-2.0",
    )


@hookimpl
def ampiq_register_destinations(register: RegisterDestination, context: PluginContext) -> None:
    """Register the destination."""
    register(NdjsonSocket.key, NdjsonSocket)

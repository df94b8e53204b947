"""The destination against a real receiver on loopback."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pyarrow as pa
import pytest
from ampiq_destination_ndjson import NdjsonSocket, NdjsonSocketSettings
from receiver import receiver

from ampiq_gql.plugin import CheckLevel, DeliveryContext, DestinationError, RowBatch, RunInfo

NOW = datetime(2026, 11, 1, tzinfo=UTC)
RUN = RunInfo(run_id="run", planned_at=NOW, columns=("city", "spent"))
BATCH = RowBatch(
    number=0,
    keys=pa.array(["a", "b"]),
    rows=pa.RecordBatch.from_pydict({"city": ["Zürich", None], "spent": [Decimal("1.10"), None]}),
)


def context(port: int) -> DeliveryContext[NdjsonSocketSettings]:
    return DeliveryContext(settings=NdjsonSocketSettings(host="127.0.0.1", port=port), now=NOW)


def test_rows_arrive_once_even_when_a_chunk_is_sent_again() -> None:
    with receiver() as server:
        here = context(server.port)
        destination = NdjsonSocket()
        destination.prepare(here, RUN, BATCH.rows.schema)
        for encoded in [*destination.encode(here, BATCH), *destination.encode(here, BATCH)]:
            destination.send(here, encoded, key="same")
        destination.finalize(here, RUN)
        assert server.rows == [{"city": "Zürich", "spent": "1.10"}, {"city": None, "spent": None}]


def test_the_check_passes_when_somebody_listens() -> None:
    with receiver() as server:
        (check,) = NdjsonSocket().check(context(server.port))
    assert check.level is CheckLevel.PASS


def test_nobody_listening_is_worth_another_try() -> None:
    with receiver() as server:
        gone = server.port
    (check,) = NdjsonSocket().check(context(gone))
    assert check.level is CheckLevel.FAIL
    with pytest.raises(DestinationError) as refused:
        NdjsonSocket().prepare(context(gone), RUN, BATCH.rows.schema)
    assert refused.value.is_retryable

"""The recipients of a run as rows of `campaign_recipients`: one for each customer and delivery.

The control group is among them, without a destination: what it did not receive is what treatments
are measured against. The ids stream from the run's session, the rest is the same for a whole cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq
import sqlalchemy as sa

from ampiq_gql.campaigns.audience import CampaignAudience, CampaignCell
from ampiq_gql.catalog import standard_metadata
from ampiq_gql.plugin import uuid_array
from ampiq_gql.store.campaign_runs import CampaignRunRecord
from ampiq_gql.store.campaigns import CampaignKind, CampaignRecord
from ampiq_gql.store.deliveries import DeliveryRecord
from ampiq_gql.store.segments import SegmentRecord
from ampiq_gql.warehouse import BUILD_SCHEMA, AnySelect, Session
from ampiq_gql.warehouse.ids import IdText, Sha256Hex
from dsl.catalog import ID_COLUMN
from dsl.compiler.dialects import IdOrder

__all__ = ["RECIPIENTS", "Recipients"]

RECIPIENTS = "campaign_recipients"
EVERYBODY_ID = "remainder"
EVERYBODY_NAME = "All recipients"
DATABASE = "c360"
_KINDS = {CampaignKind.ONE_TIME: "one-time"}
_PK = "pk"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipients:
    """What of a run is written down; `segment` is the first one that is included."""

    campaign: CampaignRecord
    run: CampaignRunRecord
    segment: SegmentRecord
    deliveries: tuple[DeliveryRecord, ...]
    time_zone: str

    def write(self, session: Session, audience: CampaignAudience, path: Path) -> int:
        """Write all rows to a Parquet file; return how many. Memory holds one batch."""
        schema = recipients_schema()
        rows = 0
        with pq.ParquetWriter(path, schema, compression="zstd") as writer:
            for cell in audience.cells:
                for values in self._rows_for(cell):
                    statement = _keyed(audience.ids(cell), self._key_prefix(values))
                    for ids in session.batches(statement):
                        writer.write_batch(_filled(schema, ids, values))
                        rows += ids.num_rows
        return rows

    def _rows_for(self, cell: CampaignCell) -> Iterator[Mapping[str, object]]:
        """Return what the rows of a cell have in common: once for each of its deliveries."""
        shared = self._shared(cell)
        deliveries = [one for one in self.deliveries if one.treatment_id == cell.treatment_id]
        if not deliveries:
            yield shared
        for delivery in deliveries:
            yield {**shared, **self._of_delivery(delivery)}

    def _shared(self, cell: CampaignCell) -> Mapping[str, object]:
        return {
            "campaign_id": self.campaign.id,
            "campaign_name": self.campaign.name,
            "campaign_type": _KINDS[self.campaign.kind],
            "database_id": DATABASE,
            "database_name": DATABASE,
            "dataset_version": self.run.build_id,
            "launch_datetime": self._local(self.run.started_at),
            "is_control": cell.is_control,
            "segment_id": self.segment.id,
            "segment_name": self.segment.name,
            "sub_audience_id": EVERYBODY_ID,
            "sub_audience_name": EVERYBODY_NAME,
            "treatment_id": cell.treatment_id,
            "treatment_name": cell.name,
            "workflow_id": self.run.id,
        }

    def _of_delivery(self, delivery: DeliveryRecord) -> Mapping[str, object]:
        """Tell where the rows went; without a time of delivery they did not arrive."""
        arrived = delivery.ended_at if delivery.state.is_success else None
        targets = [artefact.name for artefact in delivery.artefacts]
        return {
            "delivery_datetime": self._local(arrived),
            "destination_id": delivery.destination_id,
            "destination_name": delivery.destination_name,
            "target_id": delivery.id,
            "target_name": targets[0] if targets else None,
        }

    def _key_prefix(self, values: Mapping[str, object]) -> str:
        destination = values.get("destination_id") or ""
        return f"{self.run.id}|{values['treatment_id']}|{destination}|"

    def _local(self, moment: datetime | None) -> datetime | None:
        """Return the site's wall clock, which all datetimes of the customer-360 are in."""
        if moment is None:
            return None
        return moment.astimezone(ZoneInfo(self.time_zone)).replace(tzinfo=None)


def recipients_schema() -> pa.Schema:
    """Return the table's columns in Arrow's types."""
    table = standard_metadata().tables[f"{BUILD_SCHEMA}.{RECIPIENTS}"]
    return pa.schema([pa.field(column.name, _arrow_type(column.type)) for column in table.columns])


def _arrow_type(type_: sa.types.TypeEngine[Any]) -> pa.DataType:
    match type_:
        case sa.Uuid():
            return pa.uuid()
        case sa.DateTime():
            return pa.timestamp("us")
        case sa.Boolean():
            return pa.bool_()
        case _:
            return pa.string()


def _keyed(ids: AnySelect, prefix: str) -> AnySelect:
    """Return the ids with the key of their row, in the order of the ids."""
    people = ids.subquery("recipients")
    identity = IdText(people.c[ID_COLUMN])
    key = Sha256Hex(sa.literal(prefix, sa.Text()).concat(identity))
    return sa.select(identity.label(ID_COLUMN), key.label(_PK)).order_by(
        IdOrder(people.c[ID_COLUMN])
    )


def _filled(schema: pa.Schema, ids: pa.RecordBatch, values: Mapping[str, object]) -> pa.RecordBatch:
    """Add the columns that are the same in every row."""
    own: Mapping[str, pa.Array] = {
        ID_COLUMN: uuid_array(ids.column(ID_COLUMN)),
        _PK: ids.column(_PK),
    }
    arrays: Iterable[pa.Array] = (
        own[field.name]
        if field.name in own
        else pa.repeat(pa.scalar(values.get(field.name), field.type), ids.num_rows)
        for field in schema
    )
    return pa.RecordBatch.from_arrays(list(arrays), schema=schema)

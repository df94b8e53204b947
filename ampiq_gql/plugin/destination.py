"""What a destination is: settings, capabilities, and the five steps of a delivery.

The engine plans by capabilities alone and never by the name of a plugin.
"""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Generic, TypeVar

import pyarrow as pa
from pydantic import BaseModel

from ampiq_gql.plugin.batches import BatchResult, EncodedBatch, RowBatch
from ampiq_gql.plugin.findings import CheckResult

__all__ = [
    "RUN_VARIABLES", "Artefact", "Capabilities", "Category", "DeliveryContext", "Destination",
    "Idempotency", "RunInfo", "SettingsT",
]  # fmt: skip

SettingsT = TypeVar("SettingsT", bound=BaseModel)

RUN_VARIABLES = frozenset({"campaign_name", "treatment_name", "segment_name", "list_name"})
"""Variables that `RunInfo.variables` gives to name templates, beside `now`."""


class Category(StrEnum):
    """What kind of place a destination is, for pickers."""

    PAID_MEDIA = "paid_media"
    ESP = "esp"
    SMS = "sms"
    CRM = "crm"
    FILE = "file"
    WAREHOUSE = "warehouse"
    WEBHOOK = "webhook"
    DIRECT_MAIL = "direct_mail"


class Idempotency(StrEnum):
    """What sending the same batch twice does."""

    NATURAL = "natural"  # the second has no effect of its own: set membership, upsert, named file
    KEY = "key"  # the destination drops the second one by its key
    NONE = "none"  # both count; after a crash nobody sends again without asking


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What the engine may count on.

    `atomic_replace`: readers see nothing before `finalize` and everything after it, and a run
    that broke off is sent again from its first batch, not from where it stopped.
    """

    idempotency: Idempotency
    max_batch_rows: int = 10_000
    atomic_replace: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RunInfo:
    """The run that is carried out; equal in every attempt."""

    run_id: str
    planned_at: datetime
    columns: tuple[str, ...]
    segment_name: str | None = None
    campaign_name: str | None = None
    treatment_name: str | None = None

    @property
    def list_name(self) -> str:
        """`campaign_treatment` for campaigns, else the name of the segment."""
        names = (self.campaign_name, self.treatment_name)
        return "_".join(name for name in names if name) or self.segment_name or self.run_id

    @property
    def variables(self) -> Mapping[str, str]:
        """Values for name templates; all of `RUN_VARIABLES`."""
        return {name: getattr(self, name) or "" for name in RUN_VARIABLES}


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryContext(Generic[SettingsT]):
    """What a destination may use. `now` is when the run was planned, in the site's zone."""

    settings: SettingsT
    now: datetime
    log: logging.Logger = field(default_factory=lambda: logging.getLogger("ampiq.destination"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Artefact:
    """Something that a run left at the destination, kept with the run for people to find."""

    name: str
    location: str
    row_count: int
    byte_count: int
    sha256: str | None = None


class Destination(ABC, Generic[SettingsT]):
    """A place that customers can be sent to.

    The factory that a plugin registers is called for every use: an instance serves one run (or
    one check) on one thread, so it may keep an open file or session between its methods. Raise
    `DestinationError` for what the user can mend; anything else counts as a bug of the plugin.
    """

    key: ClassVar[str]
    """Lower snake case, unique among all plugins, never changed: stored with destinations."""

    title: ClassVar[str]
    """For pickers, such as `Local file`."""

    category: ClassVar[Category]
    capabilities: ClassVar[Capabilities]

    Settings: type[SettingsT]
    """A pydantic model; secrets are `SecretStr` and are stored encrypted, never shown again."""

    def check(
        self,
        context: DeliveryContext[SettingsT],  # noqa: ARG002 - for those who override it
    ) -> Sequence[CheckResult]:
        """Test the connection, reading only, within 15 seconds; saving needs no failed check."""
        return ()

    def prepare(self, context: DeliveryContext[SettingsT], run: RunInfo, schema: pa.Schema) -> None:
        """Find or make what the rows go to. Must be repeatable: a broken run comes here again."""

    @abstractmethod
    def encode(
        self, context: DeliveryContext[SettingsT], batch: RowBatch
    ) -> Iterator[EncodedBatch]:
        """Cut and encode rows. Pure: no I/O, and the same rows give the same bytes."""

    @abstractmethod
    def send(
        self, context: DeliveryContext[SettingsT], batch: EncodedBatch, *, key: str
    ) -> BatchResult:
        """Send one batch; `key` stays the same when it is sent again."""

    def finalize(
        self,
        context: DeliveryContext[SettingsT],  # noqa: ARG002 - for those who override it
        run: RunInfo,  # noqa: ARG002 - for those who override it
    ) -> Sequence[Artefact]:
        """Make the sent rows effective. Repeatable. Called once all batches were answered."""
        return ()

    def abort(self, context: DeliveryContext[SettingsT], run: RunInfo) -> None:
        """Remove what was half sent: the run failed or was cancelled. Must not raise."""

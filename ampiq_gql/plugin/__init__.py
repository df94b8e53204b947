"""The public plugin API: everything a plugin may import, and nothing else.

A plugin is a module (or object) behind an entry point of the group `ampiq_gql` that implements
hooks of `hookspecs` with `@hookimpl`. Names here change only with `PLUGIN_API`.
"""

from __future__ import annotations

from ampiq_gql.plugin.arrow import uuid_array
from ampiq_gql.plugin.attribute_source import (
    AttributeSource,
    CustomerDirectory,
    CustomerKey,
    StageContext,
    StagedColumn,
    StageReport,
)
from ampiq_gql.plugin.batches import BatchResult, BatchStatus, EncodedBatch, RowBatch, RowResult
from ampiq_gql.plugin.destination import (
    RUN_VARIABLES,
    Artefact,
    Capabilities,
    Category,
    DeliveryContext,
    Destination,
    Idempotency,
    RunInfo,
)
from ampiq_gql.plugin.errors import DestinationError, PluginFault, SourceUnusable
from ampiq_gql.plugin.findings import CheckLevel, CheckResult, Finding, FindingLevel
from ampiq_gql.plugin.hookspecs import hookimpl
from ampiq_gql.plugin.plan import DeliveryEvent, DeliveryPlan
from ampiq_gql.plugin.registration import (
    PluginContext,
    PluginInfo,
    RegisterAttributeSource,
    RegisterDestination,
)
from ampiq_gql.plugin.registry import PluginRegistry, PluginReport, PluginStatus
from ampiq_gql.plugin.spreadsheets import without_formulas
from ampiq_gql.plugin.template import NameTemplate
from ampiq_gql.plugin.types import AttributeSourceType, DestinationType
from ampiq_gql.plugin.version import PLUGIN_API

__all__ = [
    "PLUGIN_API", "RUN_VARIABLES", "Artefact", "AttributeSource", "AttributeSourceType",
    "BatchResult", "BatchStatus", "Capabilities", "Category", "CheckLevel", "CheckResult",
    "CustomerDirectory", "CustomerKey", "DeliveryContext", "DeliveryEvent", "DeliveryPlan",
    "Destination", "DestinationError", "DestinationType", "EncodedBatch", "Finding",
    "FindingLevel", "Idempotency", "NameTemplate", "PluginContext", "PluginFault", "PluginInfo",
    "PluginRegistry", "PluginReport", "PluginStatus", "RegisterAttributeSource",
    "RegisterDestination", "RowBatch", "RowResult", "RunInfo", "SourceUnusable", "StageContext",
    "StageReport", "StagedColumn", "hookimpl", "uuid_array", "without_formulas",
]  # fmt: skip

"""All plugins of one process: loaded through one door, asked through one guard.

A plugin that is broken is `failed` with a reason and takes nothing else down: what it registered
until then is dropped, and the server starts.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import cast

import pluggy
from pydantic import BaseModel

from ampiq_gql.errors import NotFound
from ampiq_gql.plugin import hookspecs
from ampiq_gql.plugin.attribute_source import AttributeSource
from ampiq_gql.plugin.destination import Destination
from ampiq_gql.plugin.discovery import Candidate, installed
from ampiq_gql.plugin.findings import Finding, FindingLevel
from ampiq_gql.plugin.loading import LoadFailure, Registered, load_candidate
from ampiq_gql.plugin.plan import DeliveryEvent, DeliveryPlan
from ampiq_gql.plugin.registration import PluginContext, PluginInfo
from ampiq_gql.plugin.types import AttributeSourceType, DestinationType
from ampiq_gql.settings import Settings

__all__ = ["PluginRegistry", "PluginReport", "PluginStatus"]

log = logging.getLogger("ampiq.plugins")


class PluginStatus(StrEnum):
    """What became of a plugin at start."""

    ACTIVE = "active"
    DISABLED = "disabled"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginReport:
    """One plugin, for `ampiq plugins list`; `reason` says why it failed."""

    name: str
    distribution: str
    version: str
    status: PluginStatus
    reason: str | None = None
    info: PluginInfo | None = None
    hooks: tuple[str, ...] = ()
    destinations: tuple[str, ...] = ()
    attribute_sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PluginRegistry:
    """What the plugins of this process offer. Safe to use from many threads."""

    plugins: tuple[PluginReport, ...]
    _manager: pluggy.PluginManager
    _destinations: Mapping[str, DestinationType] = field(repr=False)
    _sources: Mapping[str, AttributeSourceType] = field(repr=False)

    @classmethod
    def load(cls, settings: Settings) -> PluginRegistry:
        """Load every installed plugin but those that the settings disable."""
        context = PluginContext(exports=settings.home / "exports", time_zone=settings.time_zone)
        return cls.of(installed(), context, disabled=settings.plugins_disabled)

    @classmethod
    def of(
        cls,
        candidates: Iterable[Candidate],
        context: PluginContext,
        *,
        disabled: Collection[str] = (),
    ) -> PluginRegistry:
        """Load these plugins, in this order; `disabled` are names of plugins or distributions."""
        manager = pluggy.PluginManager(hookspecs.PROJECT)
        manager.add_hookspecs(hookspecs)
        offered = Registered()
        reports = []
        for candidate in candidates:
            if disabled and {candidate.name, candidate.distribution} & set(disabled):
                reports.append(_report(candidate, PluginStatus.DISABLED))
            else:
                reports.append(_load(manager, candidate, context, offered))
        return cls(
            tuple(reports),
            manager,
            MappingProxyType(offered.destinations),
            MappingProxyType(offered.sources),
        )

    @property
    def destination_types(self) -> tuple[DestinationType, ...]:
        """Everything that customers can be sent to, in the order of loading."""
        return tuple(self._destinations.values())

    @property
    def attribute_source_types(self) -> tuple[AttributeSourceType, ...]:
        """Everything that customers can be brought from, in the order of loading."""
        return tuple(self._sources.values())

    def destination_type(self, key: str) -> DestinationType:
        """Return the type. Raises `NotFound` (DESTINATION_TYPE_UNAVAILABLE)."""
        found = self._destinations.get(key)
        if found is None:
            raise self._unavailable("DESTINATION_TYPE_UNAVAILABLE", "destination", key)
        return found

    def attribute_source_type(self, key: str) -> AttributeSourceType:
        """Return the type. Raises `NotFound` (ATTRIBUTE_SOURCE_UNAVAILABLE)."""
        found = self._sources.get(key)
        if found is None:
            raise self._unavailable("ATTRIBUTE_SOURCE_UNAVAILABLE", "attribute source", key)
        return found

    def destination(self, key: str) -> Destination[BaseModel]:
        """Make an instance for one run or one check."""
        return self.destination_type(key).factory()

    def attribute_source(self, key: str) -> AttributeSource[BaseModel]:
        """Make an instance for one use."""
        return self.attribute_source_type(key).factory()

    def check_plan(self, plan: DeliveryPlan) -> tuple[Finding, ...]:
        """Ask every policy; one that cannot answer counts as an error, since it did not agree."""
        findings: list[Finding] = []
        for name, caller in self._callers("ampiq_plan_check"):
            try:
                for answer in caller(plan=plan):
                    findings.extend(cast("Iterable[Finding]", answer))
            except Exception:
                log.exception("plugin %s failed in ampiq_plan_check", name)
                message = f"The policy of plugin {name} could not be asked."
                findings.append(
                    Finding(level=FindingLevel.ERROR, code="PLAN_CHECK_FAILED", message=message)
                )
        return tuple(findings)

    def announce(self, event: DeliveryEvent) -> None:
        """Tell every listener of a run's new state; their failures are logged and end there."""
        for name, caller in self._callers("ampiq_delivery_event"):
            try:
                caller(event=event)
            except Exception:
                log.exception("plugin %s failed in ampiq_delivery_event", name)

    def _callers(self, hook: str) -> list[tuple[str, pluggy.HookCaller]]:
        """Return a caller for each plugin: pluggy itself stops the chain at the first failure."""
        everyone = self._manager.get_plugins()
        implementers = [one.plugin for one in getattr(self._manager.hook, hook).get_hookimpls()]
        return [
            (
                self._manager.get_name(plugin) or "unknown",
                self._manager.subset_hook_caller(hook, everyone - {plugin}),
            )
            for plugin in implementers
        ]

    def _unavailable(self, code: str, what: str, key: str) -> NotFound:
        failed = [plugin.name for plugin in self.plugins if plugin.status is PluginStatus.FAILED]
        hint = "`ampiq plugins list` shows what is installed."
        if failed:
            hint += f" These plugins failed to load: {', '.join(failed)}."
        return NotFound(code, f'No plugin offers the {what} "{key}".', hint=hint)


def _load(
    manager: pluggy.PluginManager,
    candidate: Candidate,
    context: PluginContext,
    offered: Registered,
) -> PluginReport:
    try:
        loaded = load_candidate(manager, candidate, context, offered)
    except LoadFailure as failure:
        log.warning(
            "plugin %s of %s failed: %s",
            candidate.name,
            candidate.distribution,
            failure,
            exc_info=failure.__cause__,
        )
        return replace(_report(candidate, PluginStatus.FAILED), reason=str(failure))
    return replace(
        _report(candidate, PluginStatus.ACTIVE),
        info=loaded.info,
        hooks=loaded.hooks,
        destinations=tuple(loaded.registered.destinations),
        attribute_sources=tuple(loaded.registered.sources),
    )


def _report(candidate: Candidate, status: PluginStatus) -> PluginReport:
    return PluginReport(
        name=candidate.name,
        distribution=candidate.distribution,
        version=candidate.version,
        status=status,
    )

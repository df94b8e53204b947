"""Loads one plugin, wholly or not at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

import pluggy
from pydantic import BaseModel

from ampiq_gql.errors import AmpiqError
from ampiq_gql.plugin.attribute_source import AttributeSource
from ampiq_gql.plugin.destination import Destination, SettingsT
from ampiq_gql.plugin.discovery import Candidate
from ampiq_gql.plugin.registration import PluginContext, PluginInfo
from ampiq_gql.plugin.types import AttributeSourceType, DestinationType
from ampiq_gql.plugin.version import PLUGIN_API, supports

__all__ = ["LoadFailure", "Loaded", "Registered", "load_candidate"]


class LoadFailure(AmpiqError):
    """Why a plugin cannot be used; never leaves this package."""


@dataclass(frozen=True, slots=True)
class Registered:
    """What was handed over, by key."""

    destinations: dict[str, DestinationType] = field(default_factory=dict)
    sources: dict[str, AttributeSourceType] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A plugin that works."""

    info: PluginInfo
    hooks: tuple[str, ...]
    registered: Registered


def load_candidate(
    manager: pluggy.PluginManager,
    candidate: Candidate,
    context: PluginContext,
    offered: Registered,
) -> Loaded:
    """Import a plugin, let it register, and add what it offers to `offered`.

    Raises `LoadFailure`, after which neither `manager` nor `offered` knows of the plugin.
    """
    plugin = _import(candidate)
    _register(manager, plugin, candidate)
    try:
        info = _info(manager, plugin)
        registrar = _Registrar(candidate, offered)
        others = manager.get_plugins() - {plugin}
        _call(manager, "ampiq_register_destinations", others, registrar.destination, context)
        _call(manager, "ampiq_register_attribute_sources", others, registrar.source, context)
    except LoadFailure:
        manager.unregister(plugin)
        raise
    offered.destinations.update(registrar.mine.destinations)
    offered.sources.update(registrar.mine.sources)
    hooks = tuple(sorted(caller.name for caller in manager.get_hookcallers(plugin) or ()))
    return Loaded(info=info, hooks=hooks, registered=registrar.mine)


def _import(candidate: Candidate) -> object:
    try:
        return candidate.load()
    except Exception as error:
        raise LoadFailure(f"cannot be imported: {type(error).__name__}: {error}") from error


def _register(manager: pluggy.PluginManager, plugin: object, candidate: Candidate) -> None:
    name = f"{candidate.distribution}:{candidate.name}"
    try:
        manager.register(plugin, name=name)
        manager.check_pending()  # a misspelt hook would otherwise never be called, in silence
    except (pluggy.PluginValidationError, ValueError) as error:
        if manager.is_registered(plugin):
            manager.unregister(plugin)
        raise LoadFailure(" ".join(str(error).split())) from error


def _info(manager: pluggy.PluginManager, plugin: object) -> PluginInfo:
    others = manager.get_plugins() - {plugin}
    try:
        answers = manager.subset_hook_caller("ampiq_plugin_info", others)()
    except Exception as error:
        raise LoadFailure(f"ampiq_plugin_info raised {type(error).__name__}: {error}") from error
    if len(answers) != 1 or not isinstance(answers[0], PluginInfo):
        raise LoadFailure("does not say who it is: ampiq_plugin_info must return a PluginInfo")
    info = answers[0]
    if not supports(info.plugin_api):
        raise LoadFailure(f"needs plugin API {info.plugin_api}; this server has {PLUGIN_API}")
    return info


def _call(
    manager: pluggy.PluginManager,
    hook: str,
    others: set[object],
    register: object,
    context: PluginContext,
) -> None:
    try:
        manager.subset_hook_caller(hook, others)(register=register, context=context)
    except LoadFailure:
        raise
    except Exception as error:
        raise LoadFailure(f"{hook} raised {type(error).__name__}: {error}") from error


@dataclass(frozen=True, slots=True)
class _Registrar:
    """Collects what one plugin hands over, apart from the rest until it is through."""

    candidate: Candidate
    offered: Registered
    mine: Registered = field(default_factory=Registered)

    def destination(self, key: str, factory: Callable[[], Destination[SettingsT]]) -> None:
        taken = self.mine.destinations.get(key) or self.offered.destinations.get(key)
        self._refuse_taken("destination", key, taken)
        example = factory()
        _refuse_other_key("destination", key, example.key)
        self.mine.destinations[key] = DestinationType(
            key=key,
            title=example.title,
            category=example.category,
            capabilities=example.capabilities,
            settings_model=example.Settings,
            settings_schema=example.Settings.model_json_schema(mode="validation"),
            plugin=self.candidate.name,
            distribution=self.candidate.distribution,
            # The engine hands each destination the settings of its own model, and no others.
            factory=cast("Callable[[], Destination[BaseModel]]", factory),
        )

    def source(self, key: str, factory: Callable[[], AttributeSource[SettingsT]]) -> None:
        taken = self.mine.sources.get(key) or self.offered.sources.get(key)
        self._refuse_taken("attribute source", key, taken)
        example = factory()
        _refuse_other_key("attribute source", key, example.key)
        self.mine.sources[key] = AttributeSourceType(
            key=key,
            title=example.title,
            settings_model=example.Settings,
            settings_schema=example.Settings.model_json_schema(mode="validation"),
            plugin=self.candidate.name,
            distribution=self.candidate.distribution,
            factory=cast("Callable[[], AttributeSource[BaseModel]]", factory),
        )

    def _refuse_taken(
        self, what: str, key: str, taken: DestinationType | AttributeSourceType | None
    ) -> None:
        if taken is not None:
            raise LoadFailure(
                f'the {what} "{key}" of {self.candidate.distribution} is already registered by '
                f"{taken.distribution} (plugin {taken.plugin})"
            )


def _refuse_other_key(what: str, key: str, own: str) -> None:
    if key != own:
        raise LoadFailure(f'registers the {what} "{own}" under another key, "{key}"')

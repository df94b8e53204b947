"""What a plugin says of itself, what it is given at start, and how it hands over its objects."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ampiq_gql.plugin.attribute_source import AttributeSource
from ampiq_gql.plugin.destination import Destination, SettingsT

__all__ = ["PluginContext", "PluginInfo", "RegisterAttributeSource", "RegisterDestination"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginInfo:
    """Who a plugin is. `plugin_api` is a version specifier such as `>=1.0,<2`."""

    name: str
    version: str
    plugin_api: str
    summary: str
    homepage: str | None = None
    licence: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginContext:
    """What a plugin may know of the installation. Files may be written under `exports` only."""

    exports: Path
    time_zone: str


class RegisterDestination(Protocol):
    """Takes one destination from a plugin."""

    def __call__(self, key: str, factory: Callable[[], Destination[SettingsT]]) -> None:
        """Keep `factory`; it is called for every use and, once, right now to read the type."""


class RegisterAttributeSource(Protocol):
    """Takes one attribute source from a plugin."""

    def __call__(self, key: str, factory: Callable[[], AttributeSource[SettingsT]]) -> None:
        """Keep `factory`; it is called for every use and, once, right now to read the type."""

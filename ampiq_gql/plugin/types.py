"""What plugins registered, as the rest of the server and its clients see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pydantic import BaseModel

from ampiq_gql.plugin.attribute_source import AttributeSource
from ampiq_gql.plugin.destination import Capabilities, Category, Destination

__all__ = ["AttributeSourceType", "DestinationType"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DestinationType:
    """A kind of destination; `settings_schema` is JSON Schema 2020-12, from which forms are made.

    Settings are validated with `settings_model`, never with a client's copy of the schema.
    """

    key: str
    title: str
    category: Category
    capabilities: Capabilities
    settings_model: type[BaseModel]
    settings_schema: Mapping[str, object]
    plugin: str
    distribution: str
    factory: Callable[[], Destination[BaseModel]]


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeSourceType:
    """A kind of attribute source."""

    key: str
    title: str
    settings_model: type[BaseModel]
    settings_schema: Mapping[str, object]
    plugin: str
    distribution: str
    factory: Callable[[], AttributeSource[BaseModel]]

"""Kinds of destinations, as plugins offer them, and the destinations that were configured."""

from __future__ import annotations

from datetime import datetime

import strawberry

from ampiq_gql import plugin as domain
from ampiq_gql.graphql.context import Info
from ampiq_gql.graphql.enums import show_enum
from ampiq_gql.graphql.fields import resolved
from ampiq_gql.graphql.ids import encode_id
from ampiq_gql.graphql.node import Node
from ampiq_gql.graphql.scalars import JSON
from ampiq_gql.plugin import Category, CheckLevel
from ampiq_gql.store.destinations import DestinationRecord

__all__ = ["ConnectionCheck", "Destination", "DestinationType"]

show_enum(
    Category,
    name="DestinationCategory",
    description="What kind of place a destination is.",
    values={
        Category.PAID_MEDIA: "A platform that shows advertising.",
        Category.ESP: "A service that sends e-mail.",
        Category.SMS: "A service that sends texts.",
        Category.CRM: "A system that keeps customer relations.",
        Category.FILE: "Files, on a disk or in an object store.",
        Category.WAREHOUSE: "Tables of a database.",
        Category.WEBHOOK: "An address that takes HTTP requests.",
        Category.DIRECT_MAIL: "A house that prints and posts letters.",
    },
)
show_enum(
    CheckLevel,
    name="ConnectionCheckLevel",
    description="How one check of a connection ended.",
    values={
        CheckLevel.PASS: "All is well.",
        CheckLevel.WARN: "It works, with a remark.",
        CheckLevel.FAIL: "It does not work.",
    },
)


@strawberry.type(description="A kind of destination that a plugin offers.")
class DestinationType:
    """What can be configured."""

    key: str = strawberry.field(description="The key by which destinations name their type.")
    title: str = strawberry.field(description="The name for people.")
    category: Category = strawberry.field(description="What kind of place it is.")
    settings_schema: JSON = strawberry.field(
        description="The JSON Schema (2020-12) of the settings, from which a form can be made."
    )
    plugin: str = strawberry.field(description="The plugin that offers it.")
    distribution: str = strawberry.field(description="The installed package of that plugin.")

    @classmethod
    def from_domain(cls, kind: domain.DestinationType) -> DestinationType:
        """Show a kind."""
        return cls(
            key=kind.key,
            title=kind.title,
            category=kind.category,
            settings_schema=JSON(kind.settings_schema),
            plugin=kind.plugin,
            distribution=kind.distribution,
        )


@strawberry.type(description="A place that customers can be sent to, configured and tested.")
class Destination(Node):
    """A configured destination."""

    name: str = strawberry.field(description="The name, unique whatever its case.")
    type_key: str = strawberry.field(description="The key of the destination's type.")
    description: str | None = strawberry.field(
        description="What the destination is for; null when nobody said."
    )
    settings: JSON = strawberry.field(description="The settings, with every secret masked.")
    allows_limited_pii: bool = strawberry.field(
        description="True when callers who may not read restricted columns may send them here."
    )
    revision: int = strawberry.field(
        description="A number that grows by one with every change; send it with the next one."
    )
    created_at: datetime = strawberry.field(description="When the destination was made.")
    created_by: str = strawberry.field(description="Who made it.")
    updated_at: datetime = strawberry.field(description="When it was last changed.")
    updated_by: str = strawberry.field(description="Who changed it last.")

    @resolved("The destination's type; null when its plugin is not installed any more.")
    def type(self, info: Info) -> DestinationType | None:
        """Find the type among the plugins."""
        offered = info.context.services.plugins.destination_types
        kind = next((one for one in offered if one.key == self.type_key), None)
        return None if kind is None else DestinationType.from_domain(kind)

    @classmethod
    def from_domain(cls, record: DestinationRecord) -> Destination:
        """Show a destination."""
        return cls(
            id=encode_id("Destination", record.id),
            name=record.name,
            type_key=record.type,
            description=record.description or None,
            settings=JSON(record.shown_settings),
            allows_limited_pii=record.allows_limited_pii,
            revision=record.revision,
            created_at=record.created_at,
            created_by=record.created_by,
            updated_at=record.updated_at,
            updated_by=record.updated_by,
        )


@strawberry.type(description="One check of a destination's connection.")
class ConnectionCheck:
    """The outcome of a check."""

    name: str = strawberry.field(description="What was tried, such as `network` or `auth`.")
    level: CheckLevel = strawberry.field(description="How it ended.")
    message: str = strawberry.field(description="What was found, in plain words.")
    hint: str | None = strawberry.field(
        description="How to mend it; null when there is nothing to mend or no known way."
    )

    @classmethod
    def from_domain(cls, check: domain.CheckResult) -> ConnectionCheck:
        """Show a check."""
        return cls(name=check.name, level=check.level, message=check.message, hint=check.hint)

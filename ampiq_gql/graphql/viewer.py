"""Who asks, and what they look at."""

from __future__ import annotations

from datetime import date, datetime

import strawberry

from ampiq_gql.graphql.context import Info
from ampiq_gql.graphql.fields import resolved
from ampiq_gql.warehouse import BuildInfo

__all__ = ["Build", "Viewer", "ViewerQuery"]


@strawberry.type(description="One build of the customer-360; builds never change.")
class Build:
    """What is told of a build."""

    id: strawberry.ID = strawberry.field(description="The build's id, new with every build.")
    as_of: date = strawberry.field(
        description="The day that the build's figures stand for, in the site's time zone."
    )
    built_at: datetime = strawberry.field(description="When the build was made.")
    time_zone: str = strawberry.field(description="The site's IANA time zone.")
    currency: str = strawberry.field(description="The ISO 4217 code of all amounts.")
    newest_event_on: date | None = strawberry.field(
        description="The day of the newest order or event; null when there are none."
    )

    @classmethod
    def from_domain(cls, build: BuildInfo) -> Build:
        """Show a build."""
        return cls(
            id=strawberry.ID(build.id),
            as_of=build.as_of,
            built_at=build.built_at,
            time_zone=build.time_zone,
            currency=build.currency,
            newest_event_on=build.newest_event_on,
        )


@strawberry.type(description="Who asks.")
class Viewer:
    """The caller of the API."""

    name: str = strawberry.field(
        description="The name under which the caller's actions are logged; `local` without login."
    )

    @resolved("The build that answers refer to; null before the first build.")
    async def build(self, info: Info) -> Build | None:
        """Return the current build."""
        build = await info.context.run(info.context.services.warehouse.current_build)
        return None if build is None else Build.from_domain(build)


@strawberry.type
class ViewerQuery:
    """Root fields about the caller."""

    @resolved("The caller of the API.")
    def viewer(self, info: Info) -> Viewer:
        """Return who asks."""
        return Viewer(name=info.context.actor)

"""Builds of the customer-360 as clients see them."""

from __future__ import annotations

from datetime import date, datetime

import strawberry

from ampiq_gql.graphql.scalars import Long
from ampiq_gql.warehouse import BuildInfo
from ampiq_gql.warehouse import KeptBuild as DomainKeptBuild

__all__ = ["Build", "KeptBuild", "TableRows"]


@strawberry.type(description="How many rows a table of a build has.")
class TableRows:
    """A table."""

    table: str = strawberry.field(description="The name of the table.")
    row_count: Long = strawberry.field(description="How many rows it has.")


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
    tables: list[TableRows] = strawberry.field(
        description="Every table that has rows, by name; empty for builds of earlier versions."
    )
    overridden_checks: list[str] = strawberry.field(
        description="The checks that found errors and were overridden by somebody's word."
    )

    @classmethod
    def from_domain(cls, build: BuildInfo) -> Build:
        """Show a build."""
        counts = sorted(build.row_counts.items())
        return cls(
            id=strawberry.ID(build.id),
            as_of=build.as_of,
            built_at=build.built_at,
            time_zone=build.time_zone,
            currency=build.currency,
            newest_event_on=build.newest_event_on,
            tables=[TableRows(table=name, row_count=Long(rows)) for name, rows in counts],
            overridden_checks=list(build.overridden),
        )


@strawberry.type(description="A build that still stands and can be shown again.")
class KeptBuild:
    """A kept build."""

    build_id: strawberry.ID = strawberry.field(description="The build's id.")
    build: Build | None = strawberry.field(
        description="What the build is; null when it is damaged."
    )
    is_current: bool = strawberry.field(description="True for the build that answers refer to.")
    size_bytes: Long = strawberry.field(description="How much room it takes, in bytes.")
    damage: str | None = strawberry.field(
        description="Why it cannot be used, in words; null when it can."
    )

    @classmethod
    def from_domain(cls, kept: DomainKeptBuild) -> KeptBuild:
        """Show a kept build."""
        return cls(
            build_id=strawberry.ID(kept.id),
            build=None if kept.info is None else Build.from_domain(kept.info),
            is_current=kept.is_current,
            size_bytes=Long(kept.size_bytes),
            damage=kept.damage,
        )

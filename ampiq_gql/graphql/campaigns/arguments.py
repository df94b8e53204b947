"""Filters and inputs of campaigns."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import strawberry

from ampiq_gql.campaigns import CreateCampaign, TreatmentInput, UpdateCampaign
from ampiq_gql.graphql.ids import key_of
from ampiq_gql.graphql.types.campaign_states import CampaignState
from ampiq_gql.store import campaigns as stored

__all__ = [
    "CampaignFilter",
    "CampaignInput",
    "CampaignTreatmentInput",
    "CreateCampaignInput",
    "RunCampaignNowInput",
    "RunId",
    "StopCampaignRunInput",
    "TreatmentKey",
    "UpdateCampaignInput",
]

INCLUDE, EXCLUDE = "include_segment_ids", "exclude_segment_ids"  # fields of the inputs

RunId: TypeAlias = Annotated[
    strawberry.ID | None, strawberry.argument(description="Only those of this run.")
]
TreatmentKey: TypeAlias = Annotated[
    str | None,
    strawberry.argument(description="Only those of the treatment, or control group, of this key."),
]


@strawberry.input(description="Which campaigns to list; all filters must hold.")
class CampaignFilter:
    """A filter of campaigns."""

    states: list[CampaignState] | None = strawberry.field(
        default=None, description="Only campaigns in one of these states."
    )
    search: str | None = strawberry.field(
        default=None, description="Only campaigns whose name contains this text."
    )

    def to_domain(self) -> stored.CampaignFilter:
        """Return the filter of the store."""
        return stored.CampaignFilter(states=tuple(self.states or ()), search=self.search)


@strawberry.input(description="One way to treat customers.")
class CampaignTreatmentInput:
    """A treatment to make or to keep."""

    key: str | None = strawberry.field(
        default=None, description="The key of an existing treatment; a new one when not given."
    )
    name: str = strawberry.field(description="Its name, unique in the campaign.")
    share_bp: int = strawberry.field(
        description="The share of the audience, in 1/10,000: 4500 is 45 %."
    )
    destination_ids: list[strawberry.ID] = strawberry.field(
        default_factory=list, description="Where its customers are sent."
    )

    def to_domain(self) -> TreatmentInput:
        """Return the treatment of the service."""
        return TreatmentInput(
            id=self.key,
            name=self.name,
            share_bp=self.share_bp,
            destination_ids=_keys(self.destination_ids, "Destination", "treatments"),
        )


@strawberry.input(description="A campaign to make; the shares must add up to 10,000.")
class CreateCampaignInput:
    """A new campaign."""

    name: str = strawberry.field(description="The name, 1 to 100 characters.")
    include_segment_ids: list[strawberry.ID] = strawberry.field(
        description="The segments whose customers are meant."
    )
    exclude_segment_ids: list[strawberry.ID] = strawberry.field(
        default_factory=list, description="The segments whose customers are left out."
    )
    control_bp: int = strawberry.field(
        default=1_000,
        description="The share of the audience that gets nothing, in 1/10,000: 1000 is 10 %.",
    )
    treatments: list[CampaignTreatmentInput] = strawberry.field(
        description="What the others get, in this order."
    )
    columns: list[str] = strawberry.field(
        default_factory=lambda: ["amperity_id"],
        description="The columns to send, as `column` or `table.column`.",
    )

    def to_domain(self) -> CreateCampaign:
        """Return the command of the service."""
        return CreateCampaign(
            name=self.name,
            include_segment_ids=_keys(self.include_segment_ids, "Segment", INCLUDE),
            exclude_segment_ids=_keys(self.exclude_segment_ids, "Segment", EXCLUDE),
            control_bp=self.control_bp,
            treatments=[treatment.to_domain() for treatment in self.treatments],
            columns=tuple(self.columns),
        )


@strawberry.input(description="A change of a campaign; what is left out stays.")
class UpdateCampaignInput:
    """A changed campaign."""

    id: strawberry.ID = strawberry.field(description="The campaign's id.")
    expected_revision: int = strawberry.field(
        description="The revision that the change was made from."
    )
    name: str | None = strawberry.field(default=None, description="The name, 1 to 100 characters.")
    include_segment_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="The segments whose customers are meant."
    )
    exclude_segment_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="The segments whose customers are left out."
    )
    control_bp: int | None = strawberry.field(
        default=None,
        description="The share of the audience that gets nothing, in 1/10,000: 1000 is 10 %.",
    )
    treatments: list[CampaignTreatmentInput] | None = strawberry.field(
        default=None, description="All treatments that the campaign shall have, in this order."
    )
    columns: list[str] | None = strawberry.field(
        default=None, description="The columns to send, as `column` or `table.column`."
    )

    def to_domain(self) -> UpdateCampaign:
        """Return the command of the service."""
        include, exclude = self.include_segment_ids, self.exclude_segment_ids
        treatments = self.treatments
        return UpdateCampaign(
            id=key_of(self.id, "Campaign"),
            revision=self.expected_revision,
            name=self.name,
            include_segment_ids=None if include is None else _keys(include, "Segment", INCLUDE),
            exclude_segment_ids=None if exclude is None else _keys(exclude, "Segment", EXCLUDE),
            control_bp=self.control_bp,
            treatments=None if treatments is None else [one.to_domain() for one in treatments],
            columns=self.columns,
        )


@strawberry.input(description="Which campaign is meant, as it was read.")
class CampaignInput:
    """A campaign at a revision."""

    id: strawberry.ID = strawberry.field(description="The campaign's id.")
    expected_revision: int = strawberry.field(description="The revision that was read.")


@strawberry.input(description="Which campaign to run.")
class RunCampaignNowInput:
    """A run to begin."""

    id: strawberry.ID = strawberry.field(description="The campaign's id.")
    idempotency_key: str | None = strawberry.field(
        default=None,
        description="A key of the caller's; the same command under the same key runs once.",
    )


@strawberry.input(description="Which run to stop.")
class StopCampaignRunInput:
    """A run to end early."""

    id: strawberry.ID = strawberry.field(description="The run's id.")


def _keys(ids: list[strawberry.ID], type_name: str, place: str) -> tuple[str, ...]:
    return tuple(key_of(one, type_name, place) for one in ids)

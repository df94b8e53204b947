"""User errors of destinations that front-ends show in their own way."""

from __future__ import annotations

from typing import Self, cast

import strawberry

from ampiq_gql import errors
from ampiq_gql.delivery import errors as domain
from ampiq_gql.graphql.problems import UserError
from ampiq_gql.graphql.types.destination import ConnectionCheck

__all__ = [
    "ConnectionFailed",
    "DestinationNameTaken",
    "DestinationSettingsInvalid",
    "SettingProblem",
]


@strawberry.type(description="What is wrong with one setting.")
class SettingProblem:
    """A problem beside a field of the form."""

    pointer: str = strawberry.field(
        description="A JSON pointer to the setting; empty for the settings as a whole."
    )
    message: str = strawberry.field(description="What is wrong with it.")


@strawberry.type(description="The settings do not fit the destination's type.")
class DestinationSettingsInvalid(UserError):
    """Problems of all fields at once."""

    answers_to = (domain.DestinationSettingsInvalid,)

    problems: list[SettingProblem] = strawberry.field(
        description="What is wrong with each setting."
    )

    @classmethod
    def from_domain(cls, error: errors.UserError) -> Self:
        """Show the problems too."""
        error = cast("domain.DestinationSettingsInvalid", error)
        problems = [
            SettingProblem(pointer=one.pointer, message=one.message) for one in error.problems
        ]
        return cls(**cls.told(error), problems=problems)


@strawberry.type(description="The connection could not be made, so that nothing was saved.")
class ConnectionFailed(UserError):
    """The checks that failed."""

    answers_to = (domain.ConnectionFailed,)

    checks: list[ConnectionCheck] = strawberry.field(description="The checks that failed.")

    @classmethod
    def from_domain(cls, error: errors.UserError) -> Self:
        """Show the checks too."""
        error = cast("domain.ConnectionFailed", error)
        return cls(**cls.told(error), checks=list(map(ConnectionCheck.from_domain, error.checks)))


@strawberry.type(description="Another destination has the name already.")
class DestinationNameTaken(UserError):
    """Names of destinations are unique, whatever their case."""

    answers_to = (domain.DestinationNameTaken,)

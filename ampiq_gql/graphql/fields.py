"""How fields are declared: each with its description, typed for the reader and the type checker."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, TypeAlias, TypeVar, cast

import strawberry

from ampiq_gql.graphql.problems import UserErrorsAsData

__all__ = ["Input", "command", "resolved"]

T = TypeVar("T")
Resolver = TypeVar("Resolver", bound=Callable[..., object])

Input: TypeAlias = Annotated[T, strawberry.argument(description="What the command needs.")]
"""The one argument of a mutation."""


def resolved(description: str) -> Callable[[Resolver], Resolver]:
    """Declare a field that a function answers."""
    return cast("Callable[[Resolver], Resolver]", strawberry.field(description=description))


def command(description: str) -> Callable[[Resolver], Resolver]:
    """Declare a mutation that answers with a union: what it made, or why it could not."""
    field = strawberry.mutation(description=description, extensions=[UserErrorsAsData()])
    return cast("Callable[[Resolver], Resolver]", field)

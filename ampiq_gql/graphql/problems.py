"""User errors as data: what a mutation answers when the user can mend the cause.

A mutation made by `command` may raise any `UserError`: it becomes the member of the payload union
that stands for its class or, failing that, for the nearest parent. A union needs a special type
only where a front-end would show it differently.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar, Self

import strawberry
from strawberry.extensions.field_extension import AsyncExtensionResolver, FieldExtension
from strawberry.types.field import StrawberryField
from strawberry.types.union import StrawberryUnion
from strawberry.utils.str_converters import to_camel_case

from ampiq_gql import errors
from ampiq_gql.warehouse import QueryCancelled, QueryTimeout

__all__ = ["Conflict", "InvalidInput", "NotFound", "UserError", "UserErrorsAsData"]

_FIELDS = {"revision": "expectedRevision"}  # what services and the schema name differently
_FIELD_PATH = re.compile(r"[a-z][A-Za-z0-9_]*(\.[A-Za-z0-9_]+)*")


@strawberry.interface(description="Something the user can mend; every error type implements it.")
class UserError:
    """What all user errors tell."""

    answers_to: ClassVar[tuple[type[errors.UserError], ...]] = (errors.UserError,)

    code: str = strawberry.field(
        description="A stable upper-case code, such as `SEGMENT_NAME_TAKEN`."
    )
    message: str = strawberry.field(
        description="What was found, in plain words for the person at the screen."
    )
    path: list[str] | None = strawberry.field(
        description="The way to the wrong input field; null when no single field is wrong."
    )
    hint: str | None = strawberry.field(
        description="How to mend it; null when there is no known way."
    )

    @classmethod
    def from_domain(cls, error: errors.UserError) -> Self:
        """Show an error of a service."""
        return cls(**cls.told(error))

    @staticmethod
    def told(error: errors.UserError) -> dict[str, Any]:
        """Return the fields that every user error has."""
        return {
            "code": error.code,
            "message": error.message,
            "path": _field_path(error.place),
            "hint": error.hint,
        }


@strawberry.type(description="The named thing does not exist.")
class NotFound(UserError):
    """Nothing has that id or name."""

    answers_to = (errors.NotFound,)


@strawberry.type(description="The present state of the thing forbids the command.")
class Conflict(UserError):
    """The command comes too early, too late or twice."""

    answers_to = (errors.Conflict,)


@strawberry.type(description="The input itself is wrong.")
class InvalidInput(UserError):
    """The last resort of every payload."""


class UserErrorsAsData(FieldExtension):
    """Answers the user errors of one mutation with members of its payload union."""

    def apply(self, field: StrawberryField) -> None:
        """Keep the field; its union can be resolved only after all types are known."""
        self._field = field

    async def resolve_async(
        self, next_: AsyncExtensionResolver, source: object, info: strawberry.Info, **kwargs: Any
    ) -> object:
        """Run the mutation; what its caller cannot mend passes through: timeouts, outages."""
        try:
            return await next_(source, info, **kwargs)
        except (QueryTimeout, QueryCancelled, errors.OperatorError):
            raise
        except errors.UserError as error:
            return self._best_answer(error).from_domain(error)

    def _best_answer(self, error: errors.UserError) -> type[UserError]:
        known = {
            answered: problem
            for problem in _problems(self._field)
            for answered in problem.answers_to
        }
        return next(known[parent] for parent in type(error).__mro__ if parent in known)


def _problems(field: StrawberryField) -> list[type[UserError]]:
    """Return the error types of the field's payload union."""
    union = field.type
    if not isinstance(union, StrawberryUnion):
        raise TypeError(f"mutation {field.name} must return a union of its outcomes")
    members = [annotation.resolve() for annotation in union.type_annotations]
    return [m for m in members if isinstance(m, type) and issubclass(m, UserError)]


def _field_path(place: str | None) -> list[str] | None:
    """Return the place as a path when it names an input field, not a file or a flag."""
    if place is None or not _FIELD_PATH.fullmatch(place):
        return None
    return ["input", *(_FIELDS.get(part, to_camel_case(part)) for part in place.split("."))]

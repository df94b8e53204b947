"""Enums of the domain as enums of the schema: the same members, each described."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import TypeVar, cast

import strawberry
from strawberry.types.base import WithStrawberryDefinition
from strawberry.types.enum import StrawberryEnumDefinition

__all__ = ["show_enum"]

E = TypeVar("E", bound=Enum)


def show_enum(
    enum: type[E], *, description: str, values: Mapping[E, str], name: str | None = None
) -> None:
    """Let fields of the schema have this enum's type.

    Modules that use the enum in a type import it from the module that calls this, so that the
    call comes first: strawberry shows an enum it does not know in a way of its own.

    Raises `ValueError` when a member is not described: a new member needs its words first.
    """
    undescribed = [member.name for member in enum if member not in values]
    if undescribed:
        raise ValueError(f"{enum.__name__}: no description of {', '.join(undescribed)}")
    strawberry.enum(enum, name=name, description=description)
    shown = cast("WithStrawberryDefinition[StrawberryEnumDefinition]", enum)
    words = {member.name: text for member, text in values.items()}
    for value in shown.__strawberry_definition__.values:
        value.description = words[value.name]

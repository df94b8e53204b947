"""The direction of every order in the schema."""

from __future__ import annotations

from enum import Enum

import strawberry

__all__ = ["OrderDirection"]


@strawberry.enum(description="Which end of an order comes first.")
class OrderDirection(Enum):
    """Ascending or descending."""

    ASC = strawberry.enum_value("ASC", description="The smallest, first or earliest comes first.")
    DESC = strawberry.enum_value("DESC", description="The largest, last or latest comes first.")

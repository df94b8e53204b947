"""What stands in the user's database, and what came of attaching it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ampiq_gql.errors import Conflict, Invalid
from ampiq_gql.warehouse import BuildInfo

__all__ = [
    "ATTACHED", "CUSTOMERS", "LINES", "ORDERS", "PRODUCTS", "AttachRefused", "AttachReport",
    "AttachUnsupported",
]  # fmt: skip

CUSTOMERS = "merged_customers"
ORDERS = "unified_transactions"
LINES = "unified_itemized_transactions"
PRODUCTS = "unified_product_catalog"
ATTACHED = (CUSTOMERS, ORDERS, LINES, PRODUCTS)
"""The standard tables that others' tables can stand for; all else follows from them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachReport:
    """The generation that was made, and the rows that its tables show."""

    build: BuildInfo
    rows: Mapping[str, int]


class AttachRefused(Invalid):
    """The mapping does not fit what is there; `problems` are all that were found."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__(
            "ATTACH_REFUSED",
            f"The tables cannot be attached: {'; '.join(problems)}.",
            hint="Mend the mapping file, or make views in the database that have what is asked.",
        )
        self.problems = problems


class AttachUnsupported(Conflict):
    """The warehouse is on an engine that holds no tables of others."""

    def __init__(self, engine: str) -> None:
        super().__init__(
            "ATTACH_UNSUPPORTED",
            f"Tables cannot be attached on {engine}, only on PostgreSQL and ClickHouse.",
            hint="Give the address of the database: ampiq attach postgresql://… or clickhousedb://…",
        )

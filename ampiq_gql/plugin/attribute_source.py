"""What an attribute source is: it brings a set of customers into the warehouse as a list."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import ClassVar, Generic, Protocol

import pyarrow as pa

from ampiq_gql.plugin.destination import SettingsT

__all__ = [
    "AttributeSource", "CustomerDirectory", "CustomerKey", "StageContext", "StageReport",
    "StagedColumn",
]  # fmt: skip


class CustomerKey(StrEnum):
    """A column of merged_customers that a source's rows can be matched by."""

    AMPERITY_ID = "amperity_id"
    CUSTOMER_ID = "customer_id"
    EMAIL = "email"
    PHONE = "phone"
    LOYALTY_ID = "loyalty_id"


class CustomerDirectory(Protocol):
    """Who our customers are, read from one build."""

    def entries(self, key: CustomerKey) -> Iterator[pa.RecordBatch]:
        """Stream all customers that have the key: columns `key` and `amperity_id`, both text.

        Memory holds one batch. Several customers may share an email or a phone number.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class StageContext(Generic[SettingsT]):
    """What a source may use while it is staged.

    `output` is where the Parquet file goes: a column `amperity_id` of Arrow's UUID type, and any
    other columns, which expressions can test. Rows that name nobody have no id; a customer may
    have several rows. The engine publishes the file when `stage` returns.
    """

    settings: SettingsT
    customers: CustomerDirectory
    output: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedColumn:
    """A column beside the id: its name in lower snake case, and what the source calls it.

    `is_key`: customers were found by it.
    """

    name: str
    label: str
    is_key: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StageReport:
    """What came of the rows: `rows = matched + unmatched + duplicates + blank`.

    Keys are compared after normalisation. `customers` is the size of the list; it is above
    `matched` when several customers share a key. `conflicts` counts the keys whose rows differ;
    `columns` describes what was written beside the id.
    """

    rows: int
    matched: int
    unmatched: int
    duplicates: int
    blank: int
    customers: int
    conflicts: int = 0
    columns: tuple[StagedColumn, ...] = ()


class AttributeSource(ABC, Generic[SettingsT]):
    """Something that knows customers by a key of theirs: a file, a view, a service.

    The factory that a plugin registers is called for every use. Raise `SourceUnusable` for what
    the user can mend; anything else counts as a bug of the plugin.
    """

    key: ClassVar[str]
    """Lower snake case, unique among all plugins, never changed."""

    title: ClassVar[str]
    """For pickers, such as `Uploaded list`."""

    Settings: type[SettingsT]
    """A pydantic model of what the source must know."""

    @abstractmethod
    def stage(self, context: StageContext[SettingsT]) -> StageReport:
        """Copy the source's customers to `context.output`, in bounded memory."""

"""Brings a list of customers from a file: by our id, the source's id, email or phone.

The file is held in memory (its size is bounded), all customers are streamed past its keys.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import BaseModel, ConfigDict, Field

from ampiq_gql.plugin import (
    AttributeSource,
    CustomerDirectory,
    CustomerKey,
    PluginContext,
    PluginInfo,
    RegisterAttributeSource,
    SourceUnusable,
    StageContext,
    StagedColumn,
    StageReport,
    hookimpl,
)
from plugins.attributes.file_reading import FileLimits, read_table
from plugins.attributes.key_forms import normalised_keys
from plugins.attributes.staged_rows import (
    DifferentRows,
    different_rows,
    staged_columns,
    write_rows,
)

__all__ = ["UploadedList", "UploadedListSettings"]

_MEGABYTE = 1_000_000


class UploadedListSettings(BaseModel):
    """Which file, and which of its columns names the customers."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: Path = Field(description="The uploaded CSV, TSV, XLSX or Parquet file, with headers.")
    key: CustomerKey = Field(description="What the customers are found by.")
    column: str | None = Field(
        default=None, description="The file's column with the key; named like the key if unset."
    )
    max_bytes: int = Field(default=50 * _MEGABYTE, gt=0, description="Largest accepted file.")
    max_rows: int = Field(default=1_000_000, gt=0, description="Most accepted rows.")
    phone_region: str = Field(
        default="US", description="ISO 3166 code of the country of phone numbers without a plus."
    )


class UploadedList(AttributeSource[UploadedListSettings]):
    """A file as a list of customers, and as a table of what it says of them."""

    key = "uploaded_list"
    title = "Uploaded list"
    Settings = UploadedListSettings

    def stage(self, context: StageContext[UploadedListSettings]) -> StageReport:
        """Match the file's keys to customers and write its rows, with the customers' ids."""
        settings = context.settings
        limits = FileLimits(max_bytes=settings.max_bytes, max_rows=settings.max_rows)
        read = read_table(settings.file, limits)
        at = _find_column(settings, read.headers)
        keys = normalised_keys(read.texts[at], settings.key, settings.phone_region)
        columns = staged_columns(read.headers, key_at=at)
        rows = different_rows(keys, read.columns, key_at=at)
        found = _match(keys.drop_null().unique(), context.customers, settings)
        write_rows(rows, found, columns, context.output)
        return _report(keys, rows, found, columns)


def _find_column(settings: UploadedListSettings, headers: Sequence[str]) -> int:
    """Return where the key column is, by its header without case, spaces and underscores."""
    wanted = settings.column or settings.key
    found = [at for at, name in enumerate(headers) if _plain(name) == _plain(wanted)]
    if len(found) == 1:
        return found[0]
    problem = "no column" if not found else f"{len(found)} columns"
    raise SourceUnusable(
        "LIST_COLUMN_MISSING",
        f'{settings.file.name} has {problem} "{wanted}"; it has {", ".join(headers)}.',
        hint="Name the column that identifies the customers.",
    )


def _plain(name: str) -> str:
    return "".join(char for char in name.casefold() if char.isalnum())


def _match(
    keys: pa.StringArray, customers: CustomerDirectory, settings: UploadedListSettings
) -> pa.Table:
    """Return the keys of the file that customers have, with the ids of these customers."""
    hits: list[pa.Table] = [
        pa.table({"key": pa.array([], pa.string()), "id": pa.array([], pa.string())})
    ]
    for entries in customers.entries(settings.key):
        known = normalised_keys(entries.column("key"), settings.key, settings.phone_region)
        is_listed = pc.is_in(known, value_set=keys)
        hits.append(
            pa.table(
                {
                    "key": known.filter(is_listed),
                    "id": entries.column("amperity_id").filter(is_listed),
                }
            )
        )
    return pa.concat_tables(hits).group_by(["key", "id"]).aggregate([])


def _report(
    keys: pa.Array, rows: DifferentRows, found: pa.Table, columns: tuple[StagedColumn, ...]
) -> StageReport:
    named = keys.drop_null()
    distinct = len(named.unique())
    matched = len(found.column("key").unique())
    return StageReport(
        rows=len(keys),
        matched=matched,
        unmatched=distinct - matched,
        duplicates=len(named) - distinct,
        blank=len(keys) - len(named),
        customers=len(found.column("id").unique()),
        conflicts=rows.conflicts,
        columns=columns,
    )


@hookimpl
def ampiq_plugin_info() -> PluginInfo:
    """Say who the plugin is."""
    return PluginInfo(
        name="Uploaded list",
        version="1.0",
        plugin_api=">=1.0,<2",
        summary="Files as lists (`member of file`) and as tables (`file.name.column`).",
        licence="Apache-2.0",
    )


@hookimpl
def ampiq_register_attribute_sources(
    register: RegisterAttributeSource,
    context: PluginContext,  # noqa: ARG001 - a list needs nothing of the installation
) -> None:
    """Register the source."""
    register(UploadedList.key, UploadedList)

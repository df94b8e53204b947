"""Brings a list of customers from a CSV file: by our id, by the source's id, or by email.

The file's keys are held in memory (its size is bounded), all customers are streamed past them.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
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
    StageReport,
    hookimpl,
    uuid_array,
)

__all__ = ["UploadedList", "UploadedListSettings"]

_MEGABYTE = 1_000_000


class UploadedListSettings(BaseModel):
    """Which file, and which of its columns names the customers."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: Path = Field(description="The uploaded CSV file, with a header line, in UTF-8.")
    key: CustomerKey = Field(description="What the customers are found by.")
    column: str | None = Field(
        default=None, description="The file's column with the key; named like the key if unset."
    )
    max_bytes: int = Field(default=50 * _MEGABYTE, gt=0, description="Largest accepted file.")
    max_rows: int = Field(default=1_000_000, gt=0, description="Most accepted rows.")


class UploadedList(AttributeSource[UploadedListSettings]):
    """A CSV file as a list of customers."""

    key = "uploaded_list"
    title = "Uploaded list"
    Settings = UploadedListSettings

    def stage(self, context: StageContext[UploadedListSettings]) -> StageReport:
        """Match the file's keys to customers and write the list."""
        settings = context.settings
        raw = _read_keys(settings)
        keys = _normalise(raw, settings.key).drop_null()
        distinct = keys.unique()
        ids, matched = _match(distinct, context.customers, settings.key)
        pq.write_table(pa.table({"amperity_id": uuid_array(ids)}), context.output)
        return StageReport(
            rows=len(raw),
            matched=matched,
            unmatched=len(distinct) - matched,
            duplicates=len(keys) - len(distinct),
            blank=len(raw) - len(keys),
            customers=len(ids),
        )


def _read_keys(settings: UploadedListSettings) -> pa.StringArray:
    """Return the key column as written, one value per data row."""
    if not settings.file.is_file():
        raise SourceUnusable("LIST_UNREADABLE", f"There is no file {settings.file.name}.")
    size = settings.file.stat().st_size
    if size > settings.max_bytes:
        raise SourceUnusable(
            "LIST_TOO_LARGE",
            f"{settings.file.name} has {size:,} bytes; {settings.max_bytes:,} are allowed.",
            hint="Split the file into several lists.",
        )
    column = _find_column(settings)
    try:
        batches = list(_key_batches(settings, column))
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        raise SourceUnusable(
            "LIST_UNREADABLE",
            f"{settings.file.name} is not a CSV file in UTF-8: {error}",
            hint="Save it again as CSV, UTF-8, with the same number of fields in every line.",
        ) from error
    return pa.chunked_array(batches, pa.string()).combine_chunks()


def _key_batches(settings: UploadedListSettings, column: str) -> Iterator[pa.StringArray]:
    convert = pa_csv.ConvertOptions(
        include_columns=[column], column_types={column: pa.string()}, strings_can_be_null=False
    )
    parse = pa_csv.ParseOptions(newlines_in_values=True)
    rows = 0
    with pa_csv.open_csv(settings.file, parse_options=parse, convert_options=convert) as reader:
        for batch in reader:
            rows += len(batch)
            if rows > settings.max_rows:
                raise SourceUnusable(
                    "LIST_TOO_LARGE",
                    f"{settings.file.name} has more than {settings.max_rows:,} rows.",
                    hint="Split the file into several lists.",
                )
            yield batch.column(0)


def _find_column(settings: UploadedListSettings) -> str:
    """Return the header of the key column, compared without case, spaces and underscores."""
    header = _header(settings.file)
    wanted = settings.column or settings.key
    found = [name for name in header if _plain(name) == _plain(wanted)]
    if len(found) == 1:
        return found[0]
    problem = "no column" if not found else f"{len(found)} columns"
    raise SourceUnusable(
        "LIST_COLUMN_MISSING",
        f'{settings.file.name} has {problem} "{wanted}"; it has {", ".join(header)}.',
        hint="Name the column that identifies the customers.",
    )


def _header(file: Path) -> list[str]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            return next(csv.reader(lines), [])
    except UnicodeDecodeError as error:
        raise SourceUnusable(
            "LIST_UNREADABLE",
            f"{file.name} is not written in UTF-8.",
            hint="Save it again as CSV, UTF-8.",
        ) from error


def _plain(name: str) -> str:
    return "".join(char for char in name.casefold() if char.isalnum())


def _normalise(values: pa.StringArray, key: CustomerKey) -> pa.StringArray:
    """Return keys as they are compared; blank ones become NULL. Ids of sources keep their case."""
    trimmed = pc.utf8_trim_whitespace(values)
    if key is not CustomerKey.CUSTOMER_ID:
        trimmed = pc.utf8_lower(trimmed)
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)


def _match(
    keys: pa.StringArray, customers: CustomerDirectory, key: CustomerKey
) -> tuple[pa.StringArray, int]:
    """Return the customers' ids, each once and sorted, and how many of the keys have any."""
    ids: list[pa.StringArray] = [pa.array([], pa.string())]
    hits: list[pa.StringArray] = [pa.array([], pa.string())]
    for entries in customers.entries(key):
        known = _normalise(entries.column("key"), key)
        is_listed = pc.is_in(known, value_set=keys)
        ids.append(entries.column("amperity_id").filter(is_listed))
        hits.append(known.filter(is_listed))
    found = pa.chunked_array(ids).unique()
    matched = len(pa.chunked_array(hits).unique())
    return found.take(pc.sort_indices(found)), matched


@hookimpl
def ampiq_plugin_info() -> PluginInfo:
    """Say who the plugin is."""
    return PluginInfo(
        name="Uploaded list",
        version="1.0",
        plugin_api=">=1.0,<2",
        summary="Lists of customers from CSV files, for `member of file`.",
        licence="Apache-2.0",
    )


@hookimpl
def ampiq_register_attribute_sources(
    register: RegisterAttributeSource,
    context: PluginContext,  # noqa: ARG001 - a list needs nothing of the installation
) -> None:
    """Register the source."""
    register(UploadedList.key, UploadedList)

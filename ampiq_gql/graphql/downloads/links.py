"""Links to downloads, as answers give them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ampiq_gql.graphql.downloads.sources import (
    CustomersSource,
    DownloadSource,
    QuerySource,
    UnmatchedSource,
)
from ampiq_gql.graphql.downloads.tickets import Ticket, sealed
from ampiq_gql.graphql.enums import show_enum
from ampiq_gql.graphql.insights.loaders import Source
from ampiq_gql.insights import TableFormat
from ampiq_gql.settings import Settings

__all__ = ["DOWNLOADS", "TableFormat", "download_url", "rows_download_url"]

DOWNLOADS = "/downloads"
UNNAMED = "customers"  # the file of an expression that is no segment

show_enum(
    TableFormat,
    name="DownloadFormat",
    description="How a downloaded file is written.",
    values={
        TableFormat.CSV: "Comma-separated text in UTF-8 with a heading.",
        TableFormat.PARQUET: "Apache Parquet, compressed by Zstandard.",
        TableFormat.ARROW: "A stream of Apache Arrow record batches.",
    },
)


def download_url(
    settings: Settings,
    source: Source,
    file_format: TableFormat,
    *,
    columns: Sequence[str],
    as_of: date,
    actor: str,
    may_read_pii: bool,
    is_for_spreadsheets: bool,
) -> str:
    """Return the path of a link that gives all the customers of a segment or expression."""
    segment = None if isinstance(source, str) else source
    customers = CustomersSource(
        segment_id=None if segment is None else segment.id,
        expression=source if isinstance(source, str) else "",
        columns=tuple(columns),
        as_of=as_of,
        may_read_pii=may_read_pii,
    )
    name = UNNAMED if segment is None else segment.name
    return _url(settings, customers, name, file_format, actor, is_for_spreadsheets)


def rows_download_url(
    settings: Settings,
    source: QuerySource | UnmatchedSource,
    file_format: TableFormat,
    *,
    name: str,
    actor: str,
    is_for_spreadsheets: bool,
) -> str:
    """Return the path of a link that gives all rows of a query, or the unmatched ones of a file."""
    return _url(settings, source, name, file_format, actor, is_for_spreadsheets)


def _url(
    settings: Settings,
    source: DownloadSource,
    name: str,
    file_format: TableFormat,
    actor: str,
    is_for_spreadsheets: bool,
) -> str:
    ticket = Ticket(
        actor=actor,
        source=source,
        file_format=file_format,
        file_name=f"{name}.{file_format}",
        is_for_spreadsheets=is_for_spreadsheets,
    )
    return f"{DOWNLOADS}/{sealed(settings, ticket)}"

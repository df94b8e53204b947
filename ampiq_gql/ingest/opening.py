"""A path -> the tables in it: what it is packed in and written as is seen from its bytes."""

from __future__ import annotations

from pathlib import Path

from ampiq_gql.ingest.archives import PlainFile, is_gzip, is_zip, unpack
from ampiq_gql.ingest.csv_reader import open_csv
from ampiq_gql.ingest.errors import FileUnreadable
from ampiq_gql.ingest.json_reader import open_json
from ampiq_gql.ingest.limits import ReadLimits
from ampiq_gql.ingest.mapping import FileMapping
from ampiq_gql.ingest.parquet_reader import open_parquet
from ampiq_gql.ingest.spool import Spool
from ampiq_gql.ingest.table_file import TableFile

__all__ = ["open_tables"]

HEAD_BYTES = 4_096
PARQUET_MAGIC = b"PAR1"
PARQUET_SUFFIXES = (".parquet", ".pq")
JSON_SUFFIXES = (".json", ".ndjson", ".jsonl")
OLD_WORKBOOK_MAGIC = b"\xd0\xcf\x11\xe0"


def open_tables(
    path: Path, mapping: FileMapping, spool: Spool, limits: ReadLimits
) -> tuple[TableFile, ...]:
    """Open a file, or every file of an archive. Raises `FileUnreadable`, `ArchiveRefused`."""
    head = _head(path)
    if is_gzip(head) or is_zip(head):
        plain_files = unpack(path, head, spool, limits)
        return tuple(_open(path, plain, mapping, spool, limits) for plain in plain_files)
    return (_open(path, PlainFile(path=path, name=path.name), mapping, spool, limits),)


def _open(
    path: Path, plain: PlainFile, mapping: FileMapping, spool: Spool, limits: ReadLimits
) -> TableFile:
    head = _head(plain.path)
    suffix = Path(plain.name).suffix.lower()
    if is_gzip(head) or is_zip(head):
        raise FileUnreadable(
            f"{plain.name} is an archive in an archive.", place=str(path), hint="Unpack one."
        )
    if head.startswith(OLD_WORKBOOK_MAGIC):
        raise FileUnreadable(
            f"{plain.name} is an Excel workbook.",
            place=str(path),
            hint="Save the sheet as CSV UTF-8 and load that.",
        )
    if head.startswith(PARQUET_MAGIC) or suffix in PARQUET_SUFFIXES:
        return open_parquet(path, plain, limits)
    begin = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if begin == b"{" or (begin == b"[" and suffix in JSON_SUFFIXES):
        return open_json(path, plain, spool, limits)
    if suffix in JSON_SUFFIXES:
        raise FileUnreadable(
            f"{plain.name} is not JSON: it begins with {begin.decode('ascii', 'replace')!r}."
            if begin
            else f"{plain.name} is empty.",
            place=str(path),
            hint="One object per line is one row: NDJSON.",
        )
    return open_csv(path, plain, mapping, spool, limits)


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(HEAD_BYTES)
    except OSError as error:
        raise FileUnreadable(
            f"{path} cannot be read: {error.strerror or error}.", place=str(path)
        ) from error

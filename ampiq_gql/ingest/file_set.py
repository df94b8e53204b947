"""Paths, folders and globs -> the files to load, in a fixed order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from ampiq_gql.ingest.errors import FileUnreadable

__all__ = ["find_files"]

GLOB_MARKS = frozenset("*?[")
TABLE_SUFFIXES = frozenset(
    {".csv", ".tsv", ".psv", ".txt", ".tab", ".json", ".ndjson", ".jsonl", ".parquet", ".pq",
     ".gz", ".zip"}
)  # fmt: skip


def find_files(given: Sequence[Path]) -> tuple[Path, ...]:
    """Return every file that is meant, each once; of a folder those that look like tables.

    Raises `FileUnreadable` for what does not exist and for a folder or pattern without any.
    """
    return tuple(dict.fromkeys(file for path in given for file in _files(path)))


def _files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        found = [file for file in path.iterdir() if _is_table(file)]
        kinds = ", ".join(sorted(TABLE_SUFFIXES))
        yield from _sorted_or_refused(found, f"The folder {path} holds no {kinds} file.", path)
    elif not path.exists() and GLOB_MARKS.intersection(path.name):
        found = [file for file in path.parent.glob(path.name) if file.is_file()]
        yield from _sorted_or_refused(found, f"No file matches {path}.", path)
    else:
        yield path


def _is_table(file: Path) -> bool:
    is_hidden = file.name.startswith(".")
    return file.is_file() and not is_hidden and file.suffix.lower() in TABLE_SUFFIXES


def _sorted_or_refused(found: Sequence[Path], message: str, path: Path) -> list[Path]:
    if not found:
        raise FileUnreadable(message, place=str(path), hint="Name the files to load.")
    return sorted(found, key=lambda file: file.name)

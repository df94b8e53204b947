"""Rows that wait for repair: listed, shown, written out, tried again, or given up with a reason."""

from __future__ import annotations

import base64
import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ampiq_gql.ingest.errors import LoadNotFound, RetryRefused
from ampiq_gql.ingest.mapping import FileMapping, ValueSpelling
from ampiq_gql.ingest.models import IngestReport, IngestRequest, SourceKind
from ampiq_gql.ingest.service import Load
from ampiq_gql.ingest.sources import LOADS, QUARANTINE, QUARANTINE_CLOSED, prepare_tables
from ampiq_gql.ingest.spool import open_spool
from ampiq_gql.ingest.table_file import RowFormat
from ampiq_gql.progress import Progress
from ampiq_gql.settings import Settings
from ampiq_gql.warehouse import Warehouse
from ampiq_gql.warehouse.durable import write_atomically

__all__ = ["HeldFile", "HeldRow", "QuarantineService"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldFile:
    """The rows of one file of a load that wait; `position` tells the files of a load apart."""

    load_number: int
    position: int
    kind: SourceKind
    source: str
    file: str
    rows: int
    rows_read: int
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRow:
    """One row that waits; `raw` is exactly what stood in the file, up to the limit of a line."""

    number: int
    file: str
    line: int
    column: str | None
    rule: str
    message: str
    value: str | None
    raw: bytes
    raw_bytes: int

    @property
    def is_cut(self) -> bool:
        """The row was longer than what is kept of it."""
        return self.raw_bytes > len(self.raw) and len(self.raw) > 0


@dataclass(frozen=True, slots=True)
class _Layout:
    """How a file was read: what its rows need around them to be a file again."""

    file: HeldFile
    file_hash: str
    reading: Mapping[str, Any]

    @property
    def export_name(self) -> str:
        """The name under which its rows are written out and found again."""
        plain = "".join(c if c.isalnum() or c in "-_." else "_" for c in Path(self.file.file).name)
        suffix = ".ndjson" if self.reading["format"] == RowFormat.JSON else ".csv"
        stem = plain.partition(".")[0]
        return f"load-{self.file.load_number}-{self.file.position}-{stem}{suffix}"

    def content(self, rows: Sequence[HeldRow]) -> bytes:
        """Put the rows below the header of their file, in its encoding."""
        lines = [row.raw for row in rows]
        if self.reading["format"] == RowFormat.JSON:
            return b"".join(line + b"\n" for line in lines)
        encoding = self.encoding
        feed = "\n".encode(encoding)
        header = io.StringIO()
        delimiter = self.delimiter
        csv.writer(header, delimiter=delimiter, lineterminator="").writerow(self.reading["headers"])
        return b"".join(line + feed for line in [header.getvalue().encode(encoding), *lines])

    @property
    def delimiter(self) -> str:
        """What parts the fields of an exported row."""
        is_delimited = self.reading["format"] == RowFormat.DELIMITED
        return str(self.reading["delimiter"]) if is_delimited else ","

    @property
    def encoding(self) -> str:
        """The encoding of the rows."""
        return str(self.reading["encoding"])

    def mapping(self) -> FileMapping:
        """Return what was said about the file, and how it was found to be written."""
        said = self.reading["mapping"]
        is_text = self.reading["format"] != RowFormat.JSON
        return FileMapping(
            columns=said["columns"],
            spelling=ValueSpelling(**said["spelling"]),
            spellings={name: ValueSpelling(**of) for name, of in said["spellings"].items()},
            delimiter=self.delimiter if is_text else None,
            encoding=self.encoding if is_text else None,
            preset="none",
        )


class QuarantineService:
    """Works on the rows that loads could not bring in."""

    def __init__(self, warehouse: Warehouse, settings: Settings) -> None:
        self._warehouse = warehouse
        self._settings = settings

    @contextmanager
    def _opened(self, purpose: str) -> Iterator[sa.Connection]:
        with self._warehouse.sources(purpose) as sources, sources.connection.begin():
            prepare_tables(sources.connection)
            yield sources.connection

    def list(self) -> tuple[HeldFile, ...]:
        """Return the files that rows wait of, the oldest load first."""
        with self._opened("ampiq quarantine list") as connection:
            return tuple(layout.file for layout in _layouts(connection, None))

    def show(self, number: int, *, limit: int = 100) -> tuple[HeldRow, ...]:
        """Return the first rows of a load that wait. Raises `LoadNotFound` without any."""
        with self._opened("ampiq quarantine show") as connection:
            _refuse_unknown(connection, number)
            return _rows(connection, number, None, limit)

    def export(self, number: int, folder: Path) -> tuple[Path, ...]:
        """Write the rows of a load, unaltered below their header, one file for each they were in.

        Mended there, they are tried again with `retry`.
        """
        folder.mkdir(parents=True, exist_ok=True)
        written: list[Path] = []
        with self._opened("ampiq quarantine export") as connection:
            _refuse_unknown(connection, number)
            for layout in _layouts(connection, number):
                path = folder / layout.export_name
                rows = _rows(connection, number, layout, None)
                write_atomically(path, layout.content(rows))
                written.append(path)
        return tuple(written)

    def retry(
        self,
        number: int,
        progress: Progress,
        *,
        edited: Path | None = None,
        mapping: FileMapping | None = None,
    ) -> tuple[IngestReport, ...]:
        """Load the waiting rows of a load again, as new loads of the same source.

        `edited` is the folder of `export`, its files mended; `mapping` replaces what was said
        about the files. Rows that are still bad wait anew, under the number of the new load.
        """
        reports: list[IngestReport] = []
        with ExitStack() as stack:
            spool = stack.enter_context(open_spool(self._settings))
            sources = stack.enter_context(
                self._warehouse.sources(f"ampiq quarantine retry {number}")
            )
            stack.enter_context(sources.connection.begin())
            connection = sources.connection
            prepare_tables(connection)
            _refuse_unknown(connection, number)
            folder = spool.new_file()
            folder.mkdir()
            for layout in _layouts(connection, number):
                path = folder / layout.export_name
                path.write_bytes(self._content(connection, layout, edited))
                request = IngestRequest(
                    files=(path,),
                    kind=layout.file.kind,
                    source=layout.file.source,
                    mapping=mapping or layout.mapping(),
                )
                load = Load(sources, request, self._settings, spool, progress, is_retry=True)
                load.read()
                reports.append(load.write())
                _close(connection, layout, outcome="retried", reason=None, actor=None)
        return tuple(reports)

    def _content(self, connection: sa.Connection, layout: _Layout, edited: Path | None) -> bytes:
        if layout.reading["preset"]:
            raise RetryRefused(
                f"{layout.file.file} was read as {layout.reading['preset']}, where a row means "
                "nothing without the others of its order.",
                hint="Mend the file and load it again: what did not change is not written twice.",
            )
        if edited is not None:
            path = edited if edited.is_file() else edited / layout.export_name
            if not path.is_file():
                raise RetryRefused(
                    f"{path} does not exist.",
                    hint="`ampiq quarantine export LOAD --to FOLDER` writes it.",
                )
            return path.read_bytes()
        rows = _rows(connection, layout.file.load_number, layout, None)
        if any(row.is_cut for row in rows):
            raise RetryRefused(
                f"Rows of {layout.file.file} are longer than what is kept of them.",
                hint="Mend the file itself and load it again, or discard these rows.",
            )
        return layout.content(rows)

    def discard(self, number: int, *, reason: str, actor: str) -> int:
        """Give the waiting rows of a load up, for a reason that is kept; return how many."""
        if not reason.strip():
            raise RetryRefused("Rows are discarded for a reason only.", hint="Say it: --reason …")
        with self._opened(f"ampiq quarantine discard {number}") as connection:
            _refuse_unknown(connection, number)
            layouts = _layouts(connection, number)
            for layout in layouts:
                _close(connection, layout, outcome="discarded", reason=reason, actor=actor)
            return sum(layout.file.rows for layout in layouts)


def _refuse_unknown(connection: sa.Connection, number: int) -> None:
    known = sa.select(LOADS.c.load_number).where(LOADS.c.load_number == number).limit(1)
    if connection.execute(known).first() is None:
        raise LoadNotFound(number)


def _layouts(connection: sa.Connection, number: int | None) -> list[_Layout]:
    """Return the files with waiting rows, with how they were read."""
    waiting = (
        sa.select(
            QUARANTINE.c.load_number,
            QUARANTINE.c.kind,
            QUARANTINE.c.file,
            QUARANTINE.c.file_hash,
            sa.func.count(),
        )
        .group_by(*QUARANTINE.c["load_number", "kind", "file", "file_hash"])
        .order_by(*QUARANTINE.c["load_number", "kind", "file", "file_hash"])
    )
    if number is not None:
        waiting = waiting.where(QUARANTINE.c.load_number == number)
    found: list[_Layout] = []
    for load, kind, file, file_hash, rows in connection.execute(waiting).all():
        of_file = (
            (LOADS.c.load_number == load)
            & (LOADS.c.kind == kind)
            & (LOADS.c.file == file)
            & (LOADS.c.file_hash == file_hash)
        )
        source, rows_read, reading = connection.execute(
            sa.select(LOADS.c.datasource, LOADS.c.rows_read, LOADS.c.reading)
            .where(of_file)
            .limit(1)
        ).one()
        held = HeldFile(
            load_number=load,
            position=1 + sum(layout.file.load_number == load for layout in found),
            kind=SourceKind(kind),
            source=source,
            file=file,
            rows=rows,
            rows_read=rows_read,
            rules=_rules(connection, load, kind, file),
        )
        found.append(_Layout(held, file_hash, json.loads(reading)))
    return found


def _rules(connection: sa.Connection, load: int, kind: str, file: str) -> tuple[str, ...]:
    rules = sa.select(QUARANTINE.c.rule).where(
        QUARANTINE.c.load_number == load, QUARANTINE.c.kind == kind, QUARANTINE.c.file == file
    )
    return tuple(connection.execute(rules.distinct().order_by(QUARANTINE.c.rule)).scalars())


def _rows(
    connection: sa.Connection, number: int, layout: _Layout | None, limit: int | None
) -> tuple[HeldRow, ...]:
    held = QUARANTINE.c.load_number == number
    if layout is not None:
        held &= _of(layout)
    statement = sa.select(QUARANTINE).where(held).order_by(QUARANTINE.c.number).limit(limit)
    return tuple(
        HeldRow(
            number=row["number"],
            file=row["file"],
            line=row["line"],
            column=row["column_name"],
            rule=row["rule"],
            message=row["message"],
            value=row["value"],
            raw=base64.b64decode(row["raw_base64"]),
            raw_bytes=row["raw_bytes"],
        )
        for row in connection.execute(statement).mappings()
    )


def _of(layout: _Layout) -> sa.ColumnElement[bool]:
    return sa.and_(
        QUARANTINE.c.load_number == layout.file.load_number,
        QUARANTINE.c.kind == layout.file.kind.value,
        QUARANTINE.c.file == layout.file.file,
        QUARANTINE.c.file_hash == layout.file_hash,
    )


def _close(
    connection: sa.Connection,
    layout: _Layout,
    *,
    outcome: str,
    reason: str | None,
    actor: str | None,
) -> None:
    """Take the rows out of the quarantine, and log what became of them."""
    connection.execute(
        QUARANTINE_CLOSED.insert().values(
            load_number=layout.file.load_number,
            kind=layout.file.kind.value,
            outcome=outcome,
            reason=reason,
            actor=actor,
            rows=layout.file.rows,
            closed_at=datetime.now(UTC).replace(tzinfo=None),
        )
    )
    connection.execute(QUARANTINE.delete().where(_of(layout)))

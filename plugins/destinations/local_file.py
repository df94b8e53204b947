"""Writes customers to a file on the server, below the exports folder and nowhere else.

The rows go to a hidden temporary file that is renamed when it is whole; a manifest with row count
and SHA-256 follows last. Sending the same run again replaces both, so a repeat has no effect.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from io import BufferedRandom
from pathlib import Path

import orjson
import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field, field_validator

from ampiq_gql.plugin import (
    RUN_VARIABLES,
    Artefact,
    BatchResult,
    Capabilities,
    Category,
    CheckLevel,
    CheckResult,
    DeliveryContext,
    Destination,
    DestinationError,
    EncodedBatch,
    Idempotency,
    NameTemplate,
    PluginContext,
    PluginInfo,
    RegisterDestination,
    RowBatch,
    RunInfo,
    hookimpl,
)
from plugins.destinations.file_formats import FileFormat, FileWriter, encode_rows, open_writer
from plugins.destinations.rooted_folder import OutsideRoot, RootedFolder

__all__ = ["LocalFile", "LocalFileSettings"]

_UNSAFE = re.compile(r"[^\w.@+() -]+")
_MANIFEST_SUFFIX = ".manifest.json"
_MAX_NAME_BYTES = 180  # file systems take 255, and suffixes follow


class LocalFileSettings(BaseModel):
    """Where files go and what they look like."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    directory: str = Field(
        default=".", description="Folder below the exports folder; it is made when missing."
    )
    file_name: str = Field(
        default="{{list_name}} {{now|format:'yyyy-MM-dd HHmmss'}}",
        min_length=1,
        description=(
            "Name without its ending. Variables: {{list_name}}, {{campaign_name}}, "
            "{{treatment_name}}, {{segment_name}} and {{now|format:'yyyy-MM-dd HHmmss'}}."
        ),
    )
    format: FileFormat = Field(default=FileFormat.CSV, description="Form of the file.")
    formula_safe: bool = Field(
        default=True,
        description="Put an apostrophe before CSV text that a spreadsheet would run as a formula.",
    )
    overwrite: bool = Field(
        default=False, description="Replace a file of that name that another run has written."
    )

    @field_validator("directory")
    @classmethod
    def _directory_can_be(cls, value: str) -> str:
        if "\0" in value:
            raise ValueError("no folder can have a zero character in its name")
        return value

    @field_validator("file_name")
    @classmethod
    def _template_is_known(cls, value: str) -> str:
        if problem := NameTemplate(value).problem(RUN_VARIABLES):
            raise ValueError(problem)
        return value


@dataclass(slots=True)
class _OpenFile:
    """The file of the present run, between `prepare` and `finalize`."""

    folder: RootedFolder
    name: str
    run_id: str
    file: BufferedRandom
    writer: FileWriter
    rows: int = 0

    @property
    def manifest(self) -> str:
        return self.name + _MANIFEST_SUFFIX

    @property
    def temporary(self) -> str:
        return _temporary(self.name, self.run_id)

    @property
    def temporary_manifest(self) -> str:
        return _temporary(self.manifest, self.run_id)

    def publish(self, *, may_replace: bool) -> None:
        """Give both their names. Raises `FileExistsError` when another run has the file's."""
        (self.folder.replace if may_replace else self.folder.publish)(self.temporary, self.name)
        self.folder.replace(self.temporary_manifest, self.manifest)

    def remove_temporary(self) -> None:
        for name in (self.temporary, self.temporary_manifest):
            self.folder.remove(name)


class LocalFile(Destination[LocalFileSettings]):
    """A file per run; exactly one, however often the run is repeated."""

    key = "local_file"
    title = "Local file"
    category = Category.FILE
    capabilities = Capabilities(
        idempotency=Idempotency.NATURAL, max_batch_rows=50_000, atomic_replace=True
    )
    Settings = LocalFileSettings

    def __init__(self, exports: Path) -> None:
        self._exports = exports
        self._resources = ExitStack()
        self._open: _OpenFile | None = None

    def check(self, context: DeliveryContext[LocalFileSettings]) -> Sequence[CheckResult]:
        """Write an empty file and remove it."""
        probe = ".ampiq-probe"
        try:
            with RootedFolder.open(self._exports, context.settings.directory) as folder:
                folder.create(probe).close()
                folder.remove(probe)
        except (OutsideRoot, OSError) as error:
            return (
                CheckResult(
                    name="write_probe",
                    level=CheckLevel.FAIL,
                    message=f"Files cannot be written there: {error}.",
                    hint=f"Name a folder below {self._exports} that the server may write.",
                ),
            )
        message = f"Files can be written below {self._exports / context.settings.directory}."
        return (CheckResult(name="write_probe", level=CheckLevel.PASS, message=message),)

    def prepare(
        self, context: DeliveryContext[LocalFileSettings], run: RunInfo, schema: pa.Schema
    ) -> None:
        """Begin the temporary file anew, whatever a broken attempt has left."""
        settings = context.settings
        name = _file_name(settings, run, context)
        try:
            folder = self._resources.enter_context(
                RootedFolder.open(self._exports, settings.directory)
            )
            if not settings.overwrite and _is_foreign(folder, name, run):
                raise _name_taken(name)
            file = self._resources.enter_context(folder.create(_temporary(name, run.run_id)))
        except OutsideRoot as error:
            raise _outside(error, self._exports) from error
        writer = open_writer(settings.format, file, schema)
        self._open = _OpenFile(
            folder=folder, name=name, run_id=run.run_id, file=file, writer=writer
        )

    def encode(
        self, context: DeliveryContext[LocalFileSettings], batch: RowBatch
    ) -> Iterator[EncodedBatch]:
        """Encode the rows in the file's form."""
        settings = context.settings
        yield EncodedBatch(
            body=encode_rows(settings.format, batch.rows, formula_safe=settings.formula_safe),
            keys=tuple(batch.keys.to_pylist()),
            media_type=settings.format.media_type,
        )

    def send(
        self,
        context: DeliveryContext[LocalFileSettings],  # noqa: ARG002 - the file is open already
        batch: EncodedBatch,
        *,
        key: str,  # noqa: ARG002 - a run writes its file from the start, so nothing comes twice
    ) -> BatchResult:
        """Append to the temporary file."""
        target = self._target()
        target.writer.write(batch.body)
        target.rows += batch.row_count
        return BatchResult()

    def finalize(
        self, context: DeliveryContext[LocalFileSettings], run: RunInfo
    ) -> Sequence[Artefact]:
        """Flush to the disk, write the manifest, and give both their names.

        Another run may have taken the name meanwhile: two can be sent within one second.
        """
        target, settings = self._target(), context.settings
        # Asked before our own manifest is there, which would say yes.
        is_repeat = target.folder.exists(target.name) and not _is_foreign(
            target.folder, target.name, run
        )
        target.writer.close()
        target.file.flush()
        os.fsync(target.file.fileno())
        artefact = _describe(target)
        _write_manifest(target, artefact, run, settings.format)
        try:
            target.publish(may_replace=is_repeat or settings.overwrite)
        except FileExistsError as error:
            raise _name_taken(target.name) from error
        self._close()
        return (artefact,)

    def abort(
        self,
        context: DeliveryContext[LocalFileSettings],  # noqa: ARG002 - fixed by the interface
        run: RunInfo,  # noqa: ARG002 - fixed by the interface
    ) -> None:
        """Remove the temporary files."""
        try:
            if self._open is not None:
                self._open.remove_temporary()
        finally:
            self._close()

    def _close(self) -> None:
        self._resources.close()
        self._open = None

    def _target(self) -> _OpenFile:
        if self._open is None:
            raise RuntimeError("the run was not prepared")
        return self._open


def _file_name(
    settings: LocalFileSettings, run: RunInfo, context: DeliveryContext[LocalFileSettings]
) -> str:
    text = NameTemplate(settings.file_name).render(run.variables, now=context.now)
    safe = _UNSAFE.sub("_", text).strip(" .").encode()[:_MAX_NAME_BYTES].decode(errors="ignore")
    return f"{safe or run.run_id}.{settings.format}"


def _temporary(name: str, run_id: str) -> str:
    """Return the name until the file is whole; each run has its own, also for the same name."""
    return f".{name}.{run_id}.part"


def _is_foreign(folder: RootedFolder, name: str, run: RunInfo) -> bool:
    """Tell whether another run has used the name: its customers must not vanish unnoticed.

    The unpublished manifest counts too: a crash may have come between the file and its manifest.
    """
    manifest = name + _MANIFEST_SUFFIX
    mine = (_owner(folder, manifest), _owner(folder, _temporary(manifest, run.run_id)))
    return folder.exists(name) and run.run_id not in mine


def _name_taken(name: str) -> DestinationError:
    return DestinationError(
        "FILE_EXISTS",
        f'There is already a file "{name}", written by another run.',
        hint="Put {{now|format:'yyyy-MM-dd HHmmss'}} into the name, or allow overwriting.",
    )


def _owner(folder: RootedFolder, manifest: str) -> str | None:
    """Return the run that wrote a manifest; None when there is none or it is not whole."""
    try:
        content = orjson.loads(folder.read(manifest) or b"{}")
    except orjson.JSONDecodeError:
        return None
    return content.get("run_id") if isinstance(content, dict) else None


def _describe(target: _OpenFile) -> Artefact:
    target.file.seek(0)
    digest = hashlib.file_digest(target.file, "sha256").hexdigest()
    return Artefact(
        name=target.name,
        location=str(target.folder.path / target.name),
        row_count=target.rows,
        byte_count=target.file.seek(0, os.SEEK_END),
        sha256=digest,
    )


def _write_manifest(target: _OpenFile, artefact: Artefact, run: RunInfo, form: FileFormat) -> None:
    """Write the manifest under its temporary name."""
    manifest = {
        "run_id": run.run_id,
        "file": artefact.name,
        "format": form,
        "columns": run.columns,
        "rows": artefact.row_count,
        "bytes": artefact.byte_count,
        "sha256": artefact.sha256,
        "planned_at": run.planned_at,
    }
    with target.folder.create(target.temporary_manifest) as file:
        file.write(orjson.dumps(manifest, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
        file.flush()
        os.fsync(file.fileno())


def _outside(error: OutsideRoot, exports: Path) -> DestinationError:
    return DestinationError(
        "OUTSIDE_ROOT",
        f"The folder is not below {exports}: {error}.",
        hint="Name a folder below the exports folder, without links.",
    )


@hookimpl
def ampiq_plugin_info() -> PluginInfo:
    """Say who the plugin is."""
    return PluginInfo(
        name="Local file",
        version="1.0",
        plugin_api=">=1.0,<2",
        summary="Writes CSV, NDJSON or Parquet below the exports folder.",
        licence="Apache-2.0",
    )


@hookimpl
def ampiq_register_destinations(register: RegisterDestination, context: PluginContext) -> None:
    """Register the destination, bound to the installation's exports folder."""
    register(LocalFile.key, partial(LocalFile, context.exports))

"""Files in: what is loaded, and what is set aside."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from ampiq_gql.cli.home import settings_of
from ampiq_gql.cli.inspecting import inspect_files
from ampiq_gql.cli.options import Json
from ampiq_gql.cli.services import open_services
from ampiq_gql.cli.terminal import print_json, progress_bars, say
from ampiq_gql.ingest import FileMapping, IngestReport, IngestRequest, LoadMode, SourceKind

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(ingest)


def ingest(
    context: typer.Context,
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE…", help="Files, folders or patterns of them.")
    ],
    kind: Annotated[
        SourceKind | None,
        typer.Option("--as", help="What the rows are, where the headers do not tell."),
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option("--map", metavar="FILE.yaml", help="Columns to standard names.")
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Where the data comes from; shop unless it is said."),
    ] = None,
    mode: Annotated[
        LoadMode | None,
        typer.Option(help="What becomes of the rows that were loaded before; upsert by default."),
    ] = None,
    inspect: Annotated[
        bool,
        typer.Option("--inspect", help="Only look; writes the mapping file that --map names."),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Read and check all rows, load none.")
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Load nothing when a single row is bad.")
    ] = False,
    allow_vanishing: Annotated[
        bool,
        typer.Option("--allow-vanishing", help="Let `replace` take away more than a fifth."),
    ] = False,
    json: Json = False,
) -> None:
    """Load files; bad rows go to quarantine, with line and reason."""
    said = FileMapping()
    if mapping is not None and (mapping.exists() or not inspect):
        said = FileMapping.from_yaml(mapping)
    request = IngestRequest(
        files=tuple(files),
        kind=kind,
        source=source or said.source or "shop",
        mapping=said,
        mode=mode or LoadMode(said.mode or LoadMode.UPSERT),
        strict=strict,
        allow_vanishing=allow_vanishing,
        is_dry_run=dry_run,
    )
    if inspect:
        inspect_files(settings_of(context), request, mapping, json=json)
        return
    with open_services(context) as services, progress_bars() as bars:
        report = services.ingest.load(request, bars)
    if json:
        print_json(asdict(report))
    else:
        _say_ingested(report)


def _say_ingested(report: IngestReport) -> None:
    for file in report.skipped_files:
        say(f"{file} was loaded before and is skipped")
    for warning in report.warnings:
        say(f"warning: {warning}")
    done = "would be loaded" if report.is_dry_run else "loaded"
    typer.echo(
        f"{report.rows_loaded:,} of {report.rows_read:,} rows {done}, "
        f"{report.rows_duplicate:,} merged, {report.rows_quarantined:,} quarantined"
    )
    if report.rows_quarantined and not report.is_dry_run:
        say(f"warning: see the bad rows: ampiq quarantine show {report.load_number}")

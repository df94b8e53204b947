"""Rows that could not be loaded: see them, mend them, or give them up."""

from __future__ import annotations

import getpass
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from ampiq_gql.cli.options import Json
from ampiq_gql.cli.services import open_services
from ampiq_gql.cli.terminal import print_json, print_table, progress_bars, say
from ampiq_gql.ingest import FileMapping, HeldRow, QuarantineService

__all__ = ["register"]

Load = Annotated[int, typer.Argument(metavar="LOAD", help="Its number in `loads list`.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    quarantine = typer.Typer(help="Rows that could not be loaded.", no_args_is_help=True)
    quarantine.command("list")(list_held)
    for command in (show, export, retry, discard):
        quarantine.command()(command)
    app.add_typer(quarantine, name="quarantine")


def list_held(context: typer.Context, json: Json = False) -> None:
    """List the files that rows wait of."""
    with open_services(context) as services:
        files = QuarantineService(services.warehouse, services.settings).list()
    if json:
        print_json([asdict(file) for file in files])
        return
    rows = [
        (str(file.load_number), file.kind.value, file.source, file.file, ", ".join(file.rules),
         f"{file.rows:,}", f"{file.rows_read:,}")
        for file in files
    ]  # fmt: skip
    print_table(None, ("load", "kind", "source", "file", "rules", "held", "of rows"), rows, right=5)


def show(
    context: typer.Context,
    number: Load,
    limit: Annotated[int, typer.Option(min=1, help="Rows that are shown.")] = 20,
    json: Json = False,
) -> None:
    """Show the rows of a load that wait: line, column, reason, and the line itself."""
    with open_services(context) as services:
        rows = QuarantineService(services.warehouse, services.settings).show(number, limit=limit)
    if json:
        print_json([_as_json(row) for row in rows])
        return
    shown = [
        (row.file, str(row.line), row.column or "", row.message, _readable(row.raw)) for row in rows
    ]
    print_table(None, ("file", "line", "column", "reason", "row"), shown, right=9)


def _as_json(row: HeldRow) -> dict[str, str | int | None]:
    return {**asdict(row), "raw": _readable(row.raw)}


def _readable(raw: bytes) -> str:
    return raw.decode("utf-8", errors="backslashreplace").replace("\0", "\\x00")


def export(
    context: typer.Context,
    number: Load,
    folder: Annotated[Path, typer.Option("--to", metavar="FOLDER", help="Where the files go.")],
) -> None:
    """Write the rows of a load to files, unaltered, to be mended and tried again."""
    with open_services(context) as services:
        written = QuarantineService(services.warehouse, services.settings).export(number, folder)
    for path in written:
        typer.echo(path)


def retry(
    context: typer.Context,
    number: Load,
    edited: Annotated[
        Path | None,
        typer.Option("--from", metavar="FOLDER", help="The mended files of `export`."),
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option("--map", metavar="FILE.yaml", help="Another mapping.")
    ] = None,
    json: Json = False,
) -> None:
    """Load the rows that wait again: with another mapping, or mended by hand."""
    with open_services(context) as services, progress_bars() as bars:
        reports = QuarantineService(services.warehouse, services.settings).retry(
            number,
            bars,
            edited=edited,
            mapping=FileMapping.from_yaml(mapping) if mapping else None,
        )
    if json:
        print_json([asdict(report) for report in reports])
        return
    for report in reports:
        typer.echo(
            f"load {report.load_number}: {report.rows_loaded:,} of {report.rows_read:,} rows "
            f"loaded, {report.rows_quarantined:,} still in quarantine"
        )
    if not reports:
        say(f"no row of load {number} waits")


def discard(
    context: typer.Context,
    number: Load,
    reason: Annotated[str, typer.Option(help="Why these rows are not needed; it is kept.")],
) -> None:
    """Give the rows of a load up; who and why is kept."""
    with open_services(context) as services:
        rows = QuarantineService(services.warehouse, services.settings).discard(
            number, reason=reason, actor=getpass.getuser()
        )
    typer.echo(f"{rows:,} rows of load {number} discarded")

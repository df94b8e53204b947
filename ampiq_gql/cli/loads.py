"""What was loaded, and taking a load back."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from ampiq_gql.cli.options import Json
from ampiq_gql.cli.services import open_services
from ampiq_gql.cli.terminal import print_json, print_table
from ampiq_gql.ingest import LoadService, LoadSummary

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    loads = typer.Typer(help="What was loaded; take a load back.", no_args_is_help=True)
    for command in (list_loads, undo):
        loads.command(command.__name__.removesuffix("_loads"))(command)
    app.add_typer(loads, name="loads")


def list_loads(context: typer.Context, json: Json = False) -> None:
    """List the loads, the newest first, with their control totals."""
    with open_services(context) as services:
        loads = LoadService(services.warehouse).list()
    if json:
        print_json([asdict(load) for load in loads])
        return
    columns = ("load", "loaded at (UTC)", "kind", "source", "mode", "rows", "loaded", "merged",
               "quarantined", "removed")  # fmt: skip
    print_table(None, columns, map(_row, loads), right=5)


def _row(load: LoadSummary) -> tuple[str, ...]:
    return (
        str(load.number),
        f"{load.loaded_at:%Y-%m-%d %H:%M}" + (" undone" if load.undone_at else ""),
        ", ".join(load.kinds),
        load.source,
        load.mode,
        f"{load.rows_read:,}",
        f"{load.rows_loaded:,}",
        f"{load.rows_duplicate:,}",
        f"{load.rows_quarantined:,}",
        f"{load.rows_removed:,}",
    )


def undo(
    context: typer.Context,
    number: Annotated[int, typer.Argument(metavar="LOAD", help="Its number in `loads list`.")],
    with_later: Annotated[
        bool, typer.Option("--with-later", help="Undo the later loads that stand on it, too.")
    ] = False,
    json: Json = False,
) -> None:
    """Take a load back: its rows go, those that it replaced stand again.

    The next build shows it; the files can be loaded again.
    """
    with open_services(context) as services:
        report = LoadService(services.warehouse).undo(number, with_later=with_later)
    if json:
        print_json(asdict(report))
        return
    numbers = ", ".join(map(str, report.load_numbers))
    typer.echo(
        f"load {numbers} undone: {report.rows_taken_back:,} rows taken back, "
        f"{report.rows_restored:,} restored"
    )

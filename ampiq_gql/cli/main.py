"""The entry point: commands, the options that all of them share, and what an error becomes."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from itertools import takewhile
from pathlib import Path
from typing import Annotated

import typer

from ampiq_gql import __version__
from ampiq_gql.cli.commands import COMMANDS, LazyGroup
from ampiq_gql.cli.interruption import INTERRUPTED, watching
from ampiq_gql.cli.problems import show_fault, show_problem
from ampiq_gql.errors import UserError

__all__ = ["app", "main"]

FAULT = 3

app = typer.Typer(
    name="ampiq",
    cls=LazyGroup,
    help="Customer segmentation and activation: a customer-360, a segment language, one API.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for name, command in COMMANDS.items():
    app.command(name, help=command.summary)(command.stand_in)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"ampiq {__version__}")
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    home: Annotated[
        Path | None, typer.Option(help="Folder of the data (default: AMPIQ_HOME or .ampiq).")
    ] = None,
    version: Annotated[  # noqa: ARG001 - acted on by its callback
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Keep what all commands share."""
    context.obj = home


def main() -> None:
    """Run the command line and exit with 0, 1 (no, or user error), 2 (usage) or 3 (fault)."""
    with watching() as interruption:
        try:
            # Typer ends the process itself: 2 for wrong usage, 130 for Ctrl-C, 1 for a closed pipe.
            app()
        except UserError as error:
            show_problem(error, as_json=_wants_json(sys.argv[1:]))
            sys.exit(1)
        except Exception:  # noqa: BLE001 - the process edge: logged whole, shown as a fault
            if interruption.has_come:
                sys.exit(INTERRUPTED)
            show_fault(as_json=_wants_json(sys.argv[1:]))
            sys.exit(FAULT)


def _wants_json(arguments: Sequence[str]) -> bool:
    """Tell whether one document is awaited on standard output, whatever else was asked."""
    return "--json" in takewhile(lambda argument: argument != "--", arguments)

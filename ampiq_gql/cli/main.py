"""The entry point: settings, commands, and what an error becomes."""

from __future__ import annotations

import sys
import uuid
from pathlib import Path
from typing import Annotated

import structlog
import typer

from ampiq_gql import __version__
from ampiq_gql.cli.commands import COMMANDS, LazyGroup
from ampiq_gql.cli.terminal import say, say_error
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
    structlog.configure(
        # Plain tracebacks: the coloured ones print local variables, and those may be secrets.
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.dev.ConsoleRenderer(
                colors=False, exception_formatter=structlog.dev.plain_traceback
            ),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(30),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    try:
        # Typer ends the process itself: 2 for wrong usage, 130 for Ctrl-C, 1 for a closed pipe.
        app()
    except UserError as error:
        say_error(error)
        sys.exit(1)
    except Exception:  # noqa: BLE001 - the process edge: logged whole, shown as a fault
        fault = uuid.uuid4().hex
        structlog.get_logger().exception("command failed", fault=fault)
        say(f"AmpIQ failed; that is a fault of ours, not of your input. Its number is {fault}.")
        sys.exit(FAULT)

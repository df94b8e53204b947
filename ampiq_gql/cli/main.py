"""The entry point: settings, commands, and what an error becomes."""

from __future__ import annotations

import sys
import uuid
from pathlib import Path
from typing import Annotated

import click
import structlog
import typer

from ampiq_gql import __version__
from ampiq_gql.cli import data, demo, doctor, language, models, plugins, server
from ampiq_gql.cli.terminal import say, say_diagnostics, say_error
from ampiq_gql.errors import UserError
from ampiq_gql.segments import InvalidExpression

__all__ = ["app", "main"]

FAULT = 3

app = typer.Typer(
    name="ampiq",
    help="Customer segmentation and activation: a customer-360, a segment language, one API.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for commands in (demo, data, language, models, plugins, server, doctor):
    commands.register(app)


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
        bool, typer.Option("--version", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    """Keep what all commands share."""
    context.obj = home


def main() -> None:
    """Run the command line and exit with 0, 1 (no, or user error), 2 (usage) or 3 (fault)."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(30),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    try:
        code = app(standalone_mode=False)
    except InvalidExpression as error:
        say_diagnostics(error.text, error.diagnostics)
        code = 1
    except UserError as error:
        say_error(error)
        code = 1
    except click.exceptions.ClickException as error:
        error.show()
        code = error.exit_code
    except (click.exceptions.Abort, KeyboardInterrupt):
        say("stopped")
        code = 130
    except BrokenPipeError:
        # The reader of our output (head, less) went away: not an error of anybody.
        sys.stderr.close()
        code = 0
    except Exception:  # noqa: BLE001 - the process edge: logged whole, shown as a fault
        fault = uuid.uuid4().hex
        structlog.get_logger().exception("command failed", fault=fault)
        say(f"AmpIQ failed; that is a fault of ours, not of your input. Its number is {fault}.")
        code = FAULT
    sys.exit(code if isinstance(code, int) else 0)

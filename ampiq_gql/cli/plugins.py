"""What third parties and we ourselves have plugged in."""

from __future__ import annotations

from typing import Annotated

import typer

from ampiq_gql.cli.home import settings_of
from ampiq_gql.cli.terminal import print_json, print_table

__all__ = ["register"]

group = typer.Typer(help="Destinations and attribute sources.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the command group."""
    app.add_typer(group, name="plugins")

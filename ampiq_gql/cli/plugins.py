"""What third parties and we ourselves have plugged in."""

from __future__ import annotations

from dataclasses import asdict

import typer

from ampiq_gql.cli.home import settings_of
from ampiq_gql.cli.options import Json
from ampiq_gql.cli.terminal import print_json, print_table
from ampiq_gql.plugin import PluginRegistry

__all__ = ["register"]

group = typer.Typer(no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the command group."""
    app.add_typer(group, name="plugins")


@group.callback()
def plugins() -> None:
    """Destinations and attribute sources, ours and others'."""


@group.command("list")
def list_plugins(
    context: typer.Context,
    json: Json = False,
) -> None:
    """List what is installed, from where, and whether it works."""
    reports = PluginRegistry.load(settings_of(context)).plugins
    if json:
        print_json([asdict(report) for report in reports])
        return
    rows = [
        (
            report.name,
            f"{report.distribution} {report.version}",
            report.status.value,
            ", ".join((*report.destinations, *report.attribute_sources)),
            report.reason or "",
        )
        for report in reports
    ]
    print_table(None, ("plugin", "package", "status", "offers", "reason"), rows, right=9)

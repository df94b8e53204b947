"""The builds that are kept: which there are, going back to one, letting one go."""

from __future__ import annotations

import getpass
from dataclasses import asdict
from typing import Annotated

import typer

from ampiq_gql.cli.exports import ACTOR
from ampiq_gql.cli.options import Json
from ampiq_gql.cli.services import open_services
from ampiq_gql.cli.terminal import print_json, print_table
from ampiq_gql.warehouse import BuildInfo, KeptBuild

__all__ = ["register"]

COUNTED = ("merged_customers", "unified_transactions", "unified_itemized_transactions")
"""The tables whose rows tell builds apart: customers, orders and lines."""

BuildId = Annotated[str, typer.Argument(metavar="ID", help="Its id in `builds list`.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    builds = typer.Typer(
        help="The builds that are kept; go back to one, or let one go.", no_args_is_help=True
    )
    builds.command("list")(list_builds)
    builds.command("use")(use)
    builds.command("drop")(drop)
    app.add_typer(builds, name="builds")


def list_builds(context: typer.Context, json: Json = False) -> None:
    """List the kept builds, the newest first; `keep_builds` says how many stay."""
    with open_services(context) as services:
        kept = services.builds.list()
    if json:
        print_json([asdict(build) for build in kept])
        return
    columns = ("build", "", "as of", "made at (UTC)", "published", "customers", "orders", "lines",
               "MB")  # fmt: skip
    print_table(None, columns, map(_row, kept), right=5)


def _row(build: KeptBuild) -> tuple[str, ...]:
    size = f"{build.size_bytes / 1e6:,.1f}"
    current = "current" if build.is_current else ""
    if build.info is None:
        return build.id, current, "", "", f"damaged: {build.damage}", "", "", "", size
    return (
        build.id,
        current,
        f"{build.info.as_of}",
        f"{build.info.built_at:%Y-%m-%d %H:%M}",
        _published(build.info),
        *(f"{build.info.row_counts.get(table, 0):,}" for table in COUNTED),
        size,
    )


def _published(info: BuildInfo) -> str:
    return f"despite {', '.join(info.overridden)}" if info.overridden else "clean"


def use(context: typer.Context, build_id: BuildId, json: Json = False) -> None:
    """Show a kept build: everything reads it from now on, running servers too.

    Queries that run end on the build they began with. The next `ampiq build` goes on from it.
    """
    with open_services(context) as services:
        build = services.builds.use(build_id, getpass.getuser())
        services.queries.refresh(ACTOR)
    if json:
        print_json(asdict(build))
        return
    typer.echo(f"build {build.id} as of {build.as_of} is the current one")


def drop(context: typer.Context, build_id: BuildId, json: Json = False) -> None:
    """Remove a kept build for good; never the current one."""
    with open_services(context) as services:
        services.builds.drop(build_id, getpass.getuser())
    if json:
        print_json({"dropped": build_id})
        return
    typer.echo(f"build {build_id} is gone")

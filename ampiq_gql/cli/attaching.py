"""`ampiq attach`: no copy at all, the user's own tables under the standard names."""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from ampiq_gql.attach import AttachMapping, AttachReport, AttachService, read_mapping, write_mapping
from ampiq_gql.cli.exports import ACTOR
from ampiq_gql.cli.home import settings_of
from ampiq_gql.cli.options import Json, LastDay
from ampiq_gql.cli.terminal import print_json, print_table, progress_bars, say
from ampiq_gql.services import Services
from ampiq_gql.settings import Settings

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(attach)


def attach(
    context: typer.Context,
    url: Annotated[
        str | None,
        typer.Argument(metavar="[URL]", help="Its address (default: that of the warehouse)."),
    ] = None,
    mapping_file: Annotated[
        Path | None,
        typer.Option("--map", metavar="FILE.yaml", help="Which table and column is which."),
    ] = None,
    schema: Annotated[
        str | None,
        typer.Option(help="The schema, in ClickHouse the database, that its tables stand in."),
    ] = None,
    inspect: Annotated[
        bool,
        typer.Option("--inspect", help="Only show what the names suggest; --map writes it."),
    ] = False,
    as_of: LastDay = None,
    json: Json = False,
) -> None:
    """Show tables of your database as a customer-360, uncopied.

    They are shown by views under the standard names, in PostgreSQL or ClickHouse: segments,
    insights and queries then read the rows as they stand. What follows from orders is worked out
    now: run it again, every night say, to bring it up to the day.
    """
    settings = _settings(context, url)
    with closing(Services.open(settings)) as services, progress_bars() as bars:
        service = AttachService(services.warehouse, settings)
        if inspect:
            _inspect(service.proposal(schema), mapping_file, json=json)
            return
        mapping = service.proposal(schema) if mapping_file is None else read_mapping(mapping_file)
        report = service.attach(mapping, as_of, bars)
        services.queries.refresh(ACTOR)
    _show(report, settings, is_new_address=url is not None, json=json)


def _settings(context: typer.Context, url: str | None) -> Settings:
    settings = settings_of(context)
    return settings if url is None else settings.model_copy(update={"warehouse_url": url})


def _inspect(mapping: AttachMapping, file: Path | None, *, json: bool) -> None:
    if json:
        print_json(mapping.model_dump(by_alias=True))
    else:
        rows = [
            (name, ours, f"{table.source}.{theirs}")
            for name, table in mapping.tables.items()
            for ours, theirs in table.columns.items()
        ]
        print_table(None, ("table", "column", "stands in"), rows, right=3)
    if file is not None:
        write_mapping(file, mapping)
        say(f"wrote {file}: edit it, then attach with --map {file}")


def _show(report: AttachReport, settings: Settings, *, is_new_address: bool, json: bool) -> None:
    if json:
        print_json({"build": asdict(report.build), "rows": dict(report.rows)})
        return
    print_table(
        None, ("table", "rows"), [(name, f"{rows:,}") for name, rows in report.rows.items()]
    )
    typer.echo(f"attached as {report.build.id} as of {report.build.as_of}")
    say("what works with it, and what is missing: ampiq features")
    if is_new_address:
        say(f"for the next commands: export AMPIQ_WAREHOUSE_URL='{_without_password(settings)}'")


def _without_password(settings: Settings) -> str:
    """Return the address as it may stand on a screen."""
    # Imported here: only this line needs it, and it takes a while.
    from sqlalchemy.engine import make_url

    return make_url(settings.warehouse_url or "").render_as_string(hide_password=True)

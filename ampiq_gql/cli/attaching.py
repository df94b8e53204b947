"""`ampiq attach`: no copy at all, the user's own tables under the standard names."""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from ampiq_gql.attach import (
    AttachMapping,
    AttachProposal,
    AttachRefused,
    AttachReport,
    AttachService,
    read_mapping,
    write_mapping,
)
from ampiq_gql.cli.exports import ACTOR
from ampiq_gql.cli.home import settings_of
from ampiq_gql.cli.options import Json, LastDay
from ampiq_gql.cli.terminal import print_json, print_table, progress_bars, say
from ampiq_gql.services import Services
from ampiq_gql.settings import Settings

__all__ = ["register"]

SAMPLE_LETTERS = 40


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
        typer.Option("--inspect", help="Only show what names and values suggest; --map writes it."),
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
        mapping = (
            _sure(service.proposal(schema)) if mapping_file is None else read_mapping(mapping_file)
        )
        report = service.attach(mapping, as_of, bars)
        services.queries.refresh(ACTOR)
    _show(report, settings, is_new_address=url is not None, json=json)


def _settings(context: typer.Context, url: str | None) -> Settings:
    settings = settings_of(context)
    return settings if url is None else settings.model_copy(update={"warehouse_url": url})


def _sure(proposal: AttachProposal) -> AttachMapping:
    """Return the mapping of a proposal that leaves nothing open. Raises `AttachRefused`."""
    if proposal.questions:
        raise AttachRefused(proposal.questions)
    return proposal.mapping()


def _inspect(proposal: AttachProposal, file: Path | None, *, json: bool) -> None:
    """Show the proposal, write it where a file is named; exit with 1 when questions are open."""
    if json:
        print_json(asdict(proposal))
    else:
        rows = [
            (
                f"{one.table}.{one.column}",
                f"{one.source}.{one.source_column}",
                " · ".join(one.samples)[:SAMPLE_LETTERS],
                f"{one.confidence:.0%}",
                one.reason,
            )
            for one in proposal.columns
        ]
        headings = ("column", "stands in", "values", "sure", "because")
        print_table(None, headings, rows, right=9)
        for question in proposal.questions:
            say(f"question: {question}")
    if file is not None:
        remarks = {
            (one.table, one.column): f"{one.confidence:.0%}: {one.reason}"
            for one in proposal.columns
        }
        write_mapping(file, proposal.mapping(), remarks)
        say(f"wrote {file}: edit it, then attach with --map {file}")
    if proposal.questions:
        raise typer.Exit(1)


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

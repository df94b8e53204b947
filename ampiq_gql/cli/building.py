"""The customer-360 out of what has been loaded."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Annotated

import typer

from ampiq_gql.build import BuildReport, Override
from ampiq_gql.cli.build_plan import plan_document, print_plan
from ampiq_gql.cli.exports import ACTOR
from ampiq_gql.cli.options import Json, LastDay
from ampiq_gql.cli.services import open_services
from ampiq_gql.cli.terminal import print_json, print_table, progress_bars, say
from ampiq_gql.store.base import utc_now
from ampiq_gql.store.queries import QueryRecord

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(build)


def build(
    context: typer.Context,
    as_of: LastDay = None,
    override: Annotated[
        list[str] | None,
        typer.Option(metavar="CHECK_ID", help="Publish although this check finds errors."),
    ] = None,
    reason: Annotated[
        list[str] | None,
        typer.Option(metavar="TEXT", help="Why; one for all overrides, or one for each."),
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="Make every table anew, whatever has changed.")
    ] = False,
    plan: Annotated[
        bool, typer.Option("--plan", help="Only show what would be done with each table, and why.")
    ] = False,
    json: Json = False,
) -> None:
    """Make the customer-360 of what has been loaded.

    Readers go on with the former build until the new one is whole. Errors that its checks find
    keep it from being published, unless they are overridden by name and reason. What has not
    changed since the former build is taken from it; the result is the same as with --full.
    """
    overrides = _overrides(override or [], reason or [])
    if plan:
        _show_plan(context, as_of, is_full=full, json=json)
        return
    with open_services(context) as services, progress_bars() as bars:
        report = services.build.run(as_of, bars, overrides, is_full=full)
        # After every build, also one that stays: a refresh that was interrupted is made up for.
        refreshed = services.queries.refresh(ACTOR)
        services.lists.expire(ACTOR)
        for problem in services.explorer.unmatched_classes(services.settings.column_classes):
            say(f"warning: {problem}")
    if json:
        # The whole report of the checks is what `ampiq validate --json` prints.
        shown = {key: value for key, value in asdict(report).items() if key != "validation"}
        print_json(shown | {"queries": [_query_json(query) for query in refreshed]})
    elif report.skipped:
        typer.echo(f"build {report.build.id} is up to date: nothing has changed")
    else:
        _say_built(report)
    for query in () if json else refreshed:
        _say_refreshed(query)


def _show_plan(context: typer.Context, as_of: date | None, *, is_full: bool, json: bool) -> None:
    with open_services(context) as services:
        plan = services.build.plan(as_of, is_full=is_full)
    if json:
        print_json(plan_document(plan))
    else:
        print_plan(plan)


def _overrides(checks: Sequence[str], reasons: Sequence[str]) -> list[Override]:
    """Pair checks with reasons, in their order."""
    given = [reason.strip() for reason in reasons]
    if len(given) not in ({1, len(checks)} if checks else {0}) or not all(given):
        raise typer.BadParameter(
            "each --override needs a --reason: one for all of them, or one for each"
        )
    actor = getpass.getuser()
    said = given * len(checks) if len(given) == 1 else given
    return [
        Override(check_id=check, reason=reason, actor=actor)
        for check, reason in zip(checks, said, strict=True)
    ]


def _query_json(query: QueryRecord) -> dict[str, object]:
    return {
        "name": query.name,
        "status": query.status_at(utc_now()).value,
        "problem": query.problem,
    }


def _say_refreshed(query: QueryRecord) -> None:
    if query.problem is None:
        say(f'query "{query.name}" was run again')
    else:
        say(f'warning: query "{query.name}" keeps its former result: {query.problem}')


def _say_built(report: BuildReport) -> None:
    for warning in report.warnings:
        say(f"warning: {warning}")
    rows = [(table.name, f"{table.rows:,}") for table in report.tables if table.rows]
    print_table(None, ("table", "rows"), rows)
    typer.echo(f"build {report.build.id} as of {report.build.as_of} in {report.seconds:.1f} s")
    if report.warnings:
        say("see the whole report: ampiq validate")

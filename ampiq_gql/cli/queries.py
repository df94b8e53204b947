"""SQL from the shell: `ampiq query` shows rows or writes files, `ampiq queries` keeps what runs."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from ampiq_gql.cli.exports import ACTOR, Verbatim, note_export, text_digest
from ampiq_gql.cli.expression import read_expression
from ampiq_gql.cli.options import Json
from ampiq_gql.cli.services import open_services
from ampiq_gql.cli.terminal import print_json, print_table, say
from ampiq_gql.plugin import CustomerKey
from ampiq_gql.queries import QueryNotFound, QueryResult, QueryService, SaveQuery
from ampiq_gql.store import PageRequest
from ampiq_gql.store.base import utc_now
from ampiq_gql.store.queries import QueryFilter, QueryRecord, QueryStatus

__all__ = ["register"]

Sql = Annotated[str, typer.Argument(metavar="SQL", help="One SELECT; - reads standard input.")]
Name = Annotated[str, typer.Argument(help="The query's name.")]

group = typer.Typer(no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the command and the group."""
    app.command()(query)
    app.add_typer(group, name="queries")


def query(
    context: typer.Context,
    sql: Sql,
    first: Annotated[int, typer.Option(help="How many rows to show, at most 1000.")] = 100,
    to: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write all rows to a .csv, .parquet or .arrow file."),
    ] = None,
    verbatim: Verbatim = False,
    json: Json = False,
) -> None:
    """Run one SELECT over the tables of the customer-360."""
    text = read_expression(sql)
    with open_services(context) as services:
        if to is not None:
            details = {"format": to.suffix.lstrip(".")}
            note_export(services.store, "query.download", "sql", text_digest(text), details)
            rows = services.queries.export(text, to, is_for_spreadsheets=not verbatim)
            if json:
                print_json({"file": str(to), "rows": rows})
            else:
                say(f"{rows:,} rows written to {to}")
            return
        result = services.queries.preview(text, limit=first, may_read_pii=True)
    if json:
        print_json(_shown(result))
        return
    print_table(
        None,
        [column.name for column in result.columns],
        [["" if value is None else str(value) for value in row] for row in result.rows],
        right=len(result.columns),
    )
    if result.is_cut:
        say(f"The first {len(result.rows):,} rows; --first shows more, --to FILE writes all.")


@group.callback()
def queries() -> None:
    """Saved SQL queries, and the lists of customers that they make."""


@group.command("list")
def list_queries(
    context: typer.Context,
    search: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Only those with this in name or SQL.")
    ] = None,
    status: Annotated[
        list[QueryStatus] | None,
        typer.Option(case_sensitive=False, help="Only those of this status; may be repeated."),
    ] = None,
    json: Json = False,
) -> None:
    """List the saved queries and how their last runs ended."""
    wanted = QueryFilter(now=utc_now(), statuses=tuple(status or ()), search=search)
    with open_services(context) as services:
        found = services.queries.page(PageRequest(first=1_000), wanted).items
    if json:
        print_json([_plain(one) for one in found])
        return
    rows = [(one.name, _status(one), one.key or "", *_run_of(one)) for one in found]
    print_table(None, ("query", "status", "key", "rows", "customers", "problem"), rows, right=3)


@group.command()
def save(
    context: typer.Context,
    name: Name,
    sql: Sql,
    key: Annotated[
        CustomerKey | None, typer.Option(help="The column that names customers, for segments.")
    ] = None,
    refreshes: Annotated[
        bool | None,
        typer.Option("--refreshes/--no-refreshes", help="Run it after every build, or no more."),
    ] = None,
    fewest_rows: Annotated[
        int | None, typer.Option(min=0, help="A result with fewer rows is not believed.")
    ] = None,
    most_rows: Annotated[
        int | None, typer.Option(min=0, help="A result with more rows is not believed.")
    ] = None,
    json: Json = False,
) -> None:
    """Save a query under a name, new or not, and make it what runs."""
    text = read_expression(sql)
    with open_services(context) as services:
        known = _known(services.queries, name)
        wanted = SaveQuery(
            id=known.id if known else None,
            revision=known.revision if known else None,
            name=name,
            text=text,
            key=key,
            refreshes=refreshes,
            fewest_rows=fewest_rows,
            most_rows=most_rows,
        )
        saved = services.queries.save(wanted, ACTOR)
        active = services.queries.activate(saved.id, ACTOR, revision=saved.revision)
    _show(active, json=json)


@group.command()
def run(context: typer.Context, name: Name, json: Json = False) -> None:
    """Run a saved query over the current build and keep its result for segments."""
    with open_services(context) as services:
        ran = services.queries.run(services.queries.get(name=name).id, ACTOR)
    _show(ran, json=json)


@group.command()
def delete(context: typer.Context, name: Name) -> None:
    """Delete a saved query that no segment names, and its result."""
    with open_services(context) as services:
        services.queries.delete(services.queries.get(name=name).id, ACTOR)
    say(f'The query "{name}" is deleted.')


def _known(queries: QueryService, name: str) -> QueryRecord | None:
    try:
        return queries.get(name=name)
    except QueryNotFound:
        return None


def _show(record: QueryRecord, *, json: bool) -> None:
    if json:
        print_json(_plain(record))
        return
    rows, customers, problem = _run_of(record)
    found = f": {rows} rows" + (f", {customers} customers" if customers else "") if rows else ""
    say(f"{record.name} is {_status(record)}{found}{problem}")


def _plain(record: QueryRecord) -> dict[str, object]:
    return asdict(record) | {"status": record.status_at(utc_now()).value}


def _status(record: QueryRecord) -> str:
    return record.status_at(utc_now()).value.lower().replace("_", " ")


def _run_of(record: QueryRecord) -> tuple[str, str, str]:
    """Return rows, customers and the problem of the last run, as text."""
    run = record.last_run
    problem = record.problem or ""
    if run is None:
        return "", "", problem
    counts = [f"{number:,}" if number is not None else "" for number in (run.rows, run.customers)]
    return counts[0], counts[1], problem


def _shown(result: QueryResult) -> dict[str, object]:
    return {
        "columns": [asdict(column) for column in result.columns],
        "rows": result.rows,
        "isCut": result.is_cut,
        "buildId": result.build_id,
        "asOf": result.as_of.isoformat(),
    }

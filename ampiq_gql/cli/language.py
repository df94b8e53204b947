"""The language over the data of a home: check, sql, count, export."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ampiq_gql.cli.exports import Verbatim, note_export, text_digest
from ampiq_gql.cli.expression import Expression, read_expression
from ampiq_gql.cli.findings import diagnostic_json, say_diagnostics
from ampiq_gql.cli.options import AsOf, Json
from ampiq_gql.cli.questions import open_questions
from ampiq_gql.cli.terminal import print_json, say
from ampiq_gql.store import Store
from ampiq_gql.store.segments import SegmentRecord
from ampiq_gql.warehouse import Dialect
from dsl.diagnostics import has_errors

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (check, sql, count, export):
        app.command()(command)


def check(context: typer.Context, expression: Expression, json: Json = False) -> None:
    """Tell whether an expression is right.

    Exit 0 when it is, else 1 with every finding.
    """
    text = read_expression(expression)
    with open_questions(context) as services, services.warehouse.read() as session:
        checked = services.segments.expression(session, text)
    is_right = not has_errors(checked.diagnostics)
    if json:
        print_json(
            {
                "ok": is_right,
                "formatted": checked.formatted,
                "diagnostics": [diagnostic_json(text, one) for one in checked.diagnostics],
            }
        )
    else:
        say_diagnostics(text, checked.diagnostics)
        if is_right:
            typer.echo("ok")
    raise typer.Exit(0 if is_right else 1)


def sql(
    context: typer.Context,
    expression: Expression,
    dialect: Annotated[
        Dialect | None, typer.Option(help="Engine to write for (default: the one in use).")
    ] = None,
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """Print the SQL of an expression."""
    text = read_expression(expression)
    with open_questions(context) as services, services.warehouse.read() as session:
        audience = services.segments.audience(session, text, as_of)
        statement = session.sql(audience.ids, dialect)
        shown = dialect or services.warehouse.dialect
    say_diagnostics(text, audience.warnings)
    if json:
        print_json({"dialect": shown.value, "text": statement})
    else:
        typer.echo(statement)


def count(
    context: typer.Context, expression: Expression, as_of: AsOf = None, json: Json = False
) -> None:
    """Print how many customers an expression holds."""
    text = read_expression(expression)
    with open_questions(context) as services:
        counted = services.insights.counted(text, as_of=as_of)
    if json:
        print_json(
            {
                "count": counted.customers,
                "as_of": counted.as_of.isoformat(),
                "build_id": counted.build_id,
                "diagnostics": [diagnostic_json(text, one) for one in counted.warnings],
            }
        )
    else:
        say_diagnostics(text, counted.warnings)
        typer.echo(counted.customers)


def export(
    context: typer.Context,
    to: Annotated[
        Path, typer.Option(metavar="FILE", help="File ending in .csv, .parquet or .arrow.")
    ],
    expression: Annotated[
        str | None, typer.Argument(metavar="[EXPR]", help="An expression; - reads standard input.")
    ] = None,
    segment: Annotated[str | None, typer.Option(metavar="NAME", help="A saved segment.")] = None,
    columns: Annotated[
        str | None,
        typer.Option(
            metavar="NAMES",
            help=(
                "Columns, separated by commas; table.column outside customer_360 "
                "(default: names and address). The id always leads."
            ),
        ),
    ] = None,
    as_of: AsOf = None,
    verbatim: Verbatim = False,
    json: Json = False,
) -> None:
    """Write the customers of an expression or segment to a file."""
    if (expression is None) == (segment is None):
        raise typer.BadParameter("give either an expression or --segment NAME")
    with open_questions(context) as services:
        source: SegmentRecord | str = (
            services.segments.get(name=segment) if segment else read_expression(expression or "")
        )
        chosen = _named(columns)
        _note(services.store, source, to, chosen)
        written = services.customers.export(
            source, to, columns=chosen, as_of=as_of, is_for_spreadsheets=not verbatim
        )
    if isinstance(source, str):
        say_diagnostics(source, written.warnings)
    if json:
        print_json({"file": str(to), "customers": written.rows, "columns": written.columns})
    else:
        say(f"{written.rows:,} customers written to {to}")


def _note(
    store: Store, source: SegmentRecord | str, to: Path, columns: tuple[str, ...] | None
) -> None:
    details = {"columns": columns and list(columns), "format": to.suffix.lstrip(".")}
    if isinstance(source, str):
        kind, target = "expression", text_digest(source)
    else:
        kind, target = "segment", source.id
    note_export(store, "customers.download", kind, target, details)


def _named(columns: str | None) -> tuple[str, ...] | None:
    """Return the names in the list; without one the usual columns are meant."""
    if columns is None:
        return None
    names = tuple(name.strip() for name in columns.split(","))
    if not all(names):
        raise typer.BadParameter("a name is missing between the commas", param_hint="'--columns'")
    return names

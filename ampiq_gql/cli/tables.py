"""The data explorer in the terminal: all tables, one table's columns, or a search."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Annotated

import typer

from ampiq_gql.catalog import ColumnEntry, TableEntry
from ampiq_gql.catalog.summaries import shown
from ampiq_gql.cli.options import Json
from ampiq_gql.cli.services import open_services
from ampiq_gql.cli.terminal import print_json, print_table, say
from ampiq_gql.explorer import ColumnUse, ExampleRows, FoundTable, TableLineage
from ampiq_gql.services import Services

__all__ = ["register"]

LONGEST_EXAMPLE = 30


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(tables)


def tables(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(help="A table, to see its columns.")] = None,
    search: Annotated[
        str | None, typer.Option(metavar="WORDS", help="Find tables and columns by words.")
    ] = None,
    json: Json = False,
) -> None:
    """List the tables of the customer-360, or one table's columns.

    All figures were measured when the build was made.
    """
    if name is not None and search is not None:
        raise typer.BadParameter("give either a table or --search WORDS")
    with open_services(context) as services:
        if search is not None:
            _print_found(services.explorer.search(search), json=json)
        elif name is not None:
            _print_table(services, name, json=json)
        else:
            _print_tables(services.explorer.tables(), json=json)


# --- all tables, and what a search finds ---------------------------------------------------------


def _print_tables(found: Sequence[TableEntry], *, json: bool) -> None:
    if json:
        print_json([_table_json(table) for table in found])
        return
    rows = [
        (table.name, "" if table.rows is None else f"{table.rows:,}", table.description)
        for table in sorted(found, key=lambda table: not table.rows)
    ]
    print_table(None, ("table", "rows", "what it holds"), rows, right=9)


def _print_found(found: Sequence[FoundTable], *, json: bool) -> None:
    if json:
        print_json(
            [
                _table_json(one.table)
                | {"is_match": one.is_match, "columns": [column.name for column in one.columns]}
                for one in found
            ]
        )
        return
    if not found:
        say("Nothing is called or described so.")
    for one in found:
        rows = [
            (column.name, column.type.value, _share(column), column.description)
            for column in one.columns
        ]
        title = f"{one.table.name}: {one.table.description}"
        if rows:
            print_table(title, ("column", "type", "filled", "what it holds"), rows, right=9)
        else:
            typer.echo(f"\n{title}")


# --- one table -----------------------------------------------------------------------------------


def _print_table(services: Services, name: str, *, json: bool) -> None:
    explorer = services.explorer
    table = explorer.table(name)
    examples = explorer.examples(table.name, may_read_pii=True)
    lineage = explorer.lineage(table.name)
    uses = {key[1]: found for key, found in explorer.uses().items() if key[0] == table.name}
    if json:
        columns = [_column_json(one, lineage, uses.get(one.name, ())) for one in table.columns]
        print_json(_table_json(table) | {"columns": columns, "made_of": _made_of(lineage)})
        return
    rows = [
        (
            column.name,
            column.type.value,
            column.access.value,
            _share(column),
            _distinct(column),
            _example(examples, place),
            ", ".join(dict.fromkeys(use.name for use in uses.get(column.name, ()))),
        )
        for place, column in enumerate(table.columns)
    ]
    count = "" if table.rows is None else f", {table.rows:,} rows"
    headings = ("column", "type", "access", "filled", "values", "example", "used by")
    print_table(f"{table.name}{count}: {table.description}", headings, rows, right=9)
    if made_of := _made_of(lineage):
        say(f"Made of {', '.join(made_of)}.")


def _made_of(lineage: TableLineage) -> list[str]:
    return [edge.origin for edge in lineage.edges if edge.table == lineage.table]


def _share(column: ColumnEntry) -> str:
    if column.completion is None:
        return ""
    return f"{column.completion:.1%}"


def _distinct(column: ColumnEntry) -> str:
    if column.distinct is None:
        return ""
    return f"{column.distinct:,}" if column.is_distinct_exact else f"about {column.distinct:,}"


def _example(examples: ExampleRows, place: int) -> str:
    """Return the first value that there is, on one line."""
    values = (shown(row[place]) for row in examples.rows)
    line = " ".join(next((text for text in values if text is not None), "").split())
    return line if len(line) <= LONGEST_EXAMPLE else f"{line[: LONGEST_EXAMPLE - 1]}…"


# --- as JSON -------------------------------------------------------------------------------------


def _table_json(table: TableEntry) -> dict[str, object]:
    return {
        "name": table.name,
        "label": table.label,
        "description": table.description,
        "grain": table.grain.value,
        "rows": table.rows,
    }


def _column_json(
    column: ColumnEntry, lineage: TableLineage, uses: Sequence[ColumnUse]
) -> dict[str, object]:
    return {
        "name": column.name,
        "label": column.label,
        "description": column.description,
        "type": column.type.value,
        "access": column.access.value,
        "tag": lineage.tags.get(column.name),
        **dict(_statistics_json(column)),
        "origins": [asdict(one) for one in lineage.inputs.get(column.name, ())],
        "uses": [asdict(use) for use in uses],
    }


def _statistics_json(column: ColumnEntry) -> Iterator[tuple[str, object]]:
    yield "completion", column.completion
    yield "distinct", column.distinct
    yield "distinct_error", column.distinct_error
    yield "uniqueness", column.uniqueness
    yield "minimum", column.minimum
    yield "maximum", column.maximum
    yield "mean", column.mean
    yield "quantiles", None if column.quantiles is None else asdict(column.quantiles)
    yield "blanks", column.blanks
    yield "whitespace", column.whitespace
    yield "top_values", [asdict(found) for found in column.top_values]

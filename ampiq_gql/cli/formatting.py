"""`ampiq fmt`: the only command of the language that needs no home and no data.

Apart from the others, so that an editor can call it at every save: it imports nothing but `dsl`.
"""

from __future__ import annotations

import typer

from ampiq_gql.cli.expression import Expression, read_expression
from ampiq_gql.cli.options import Json
from ampiq_gql.cli.problems import show_wrong_expression
from ampiq_gql.cli.terminal import print_json
from dsl import format_segment, parse

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(fmt)


def fmt(expression: Expression, json: Json = False) -> None:
    """Print an expression in its canonical form."""
    text = read_expression(expression)
    parsed = parse(text)
    if parsed.tree is None:
        show_wrong_expression(text, parsed.diagnostics, as_json=json)
        raise typer.Exit(1)
    formatted = format_segment(parsed.tree)
    if json:
        print_json({"formatted": formatted})
    else:
        typer.echo(formatted)

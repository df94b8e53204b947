"""`ampiq fmt`: the only command of the language that needs no home and no data.

Apart from the others, so that an editor can call it at every save: it imports nothing but `dsl`.
"""

from __future__ import annotations

from typing import Annotated

import typer

from ampiq_gql.cli.expression import Expression, read_expression
from ampiq_gql.cli.findings import say_diagnostics
from ampiq_gql.cli.terminal import print_json
from dsl import format_segment, parse

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(fmt)


def fmt(
    expression: Expression,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Print an expression in its canonical form."""
    text = read_expression(expression)
    parsed = parse(text)
    if parsed.tree is None:
        say_diagnostics(text, parsed.diagnostics)
        raise typer.Exit(1)
    formatted = format_segment(parsed.tree)
    if json:
        print_json({"formatted": formatted})
    else:
        typer.echo(formatted)

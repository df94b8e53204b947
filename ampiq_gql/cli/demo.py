"""`ampiq demo`: a shop's data in, a table of segments and a revenue tree out, then the server."""

from __future__ import annotations

from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer

from ampiq_gql.cli.models import show_evaluation
from ampiq_gql.cli.server import address_of, listen, serve_forever
from ampiq_gql.cli.services import open_services
from ampiq_gql.cli.terminal import print_table, progress_bars, say
from ampiq_gql.cli.tree import print_revenue_tree
from ampiq_gql.demo.loading import Demonstration, prepare
from ampiq_gql.demo.samples import CAMPAIGN, TREE_SEGMENTS
from ampiq_gql.insights import Figure, Insights
from ampiq_gql.services import Services

__all__ = ["register"]

_CONTACTS_NOTE = (
    "The data set holds no contact details: names, e-mail, telephone and address are made up from "
    "the household's id, and reach nobody. Fuel, recorded in thousandths of a gallon, counts as "
    "one unit."
)
_QUERIES = (
    (
        "The segments and their size",
        "{ segments(first: 10) { edges { node { name count } } } }",
    ),
    (
        "What weekly shoppers are worth",
        '{ segment(name: "%s") { insights { revenue { value share } revenueTree '
        "{ revenuePerCustomer { value change } averageOrderValue { value change } } } } }",
    ),
    (
        "An expression that is not saved, with its SQL",
        '{ preview(expression: "city is \\"Seattle\\" and has purchased in last 90 days") '
        "{ diagnostics { message } insights { uniqueCustomers { value share } } "
        "segmentSql { text } } }",
    ),
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(demo)


def demo(
    context: typer.Context,
    synthetic: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Make N customers instead of the real data."),
    ] = None,
    serve: Annotated[
        bool, typer.Option("--serve/--no-serve", help="Serve the API at the end.")
    ] = True,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 8000,
) -> None:
    """Load a shop's data, build, show segments, then serve."""
    with ExitStack() as opened:
        # First of all, so that a port in use is known before minutes of work.
        door = opened.enter_context(listen("127.0.0.1", port)) if serve else None
        services = opened.enter_context(open_services(context))
        with progress_bars() as bars:
            shop = prepare(services, bars, synthetic_customers=synthetic)
        _say_what_it_is(shop, is_real=synthetic is None)
        name = _show(services, shop)
        graphiql = address_of(door) if door else f"http://127.0.0.1:{port}/graphql"
        _say_how_to_go_on(name, graphiql, Path(services.settings.home))
        if door:
            serve_forever(services, door, f"Serving at {graphiql} (stop with Ctrl-C).")


def _say_what_it_is(shop: Demonstration, *, is_real: bool) -> None:
    if is_real:
        say(_CONTACTS_NOTE)
    for warning in shop.warnings:
        say(f"warning: {warning}")
    if shop.training is not None:
        show_evaluation(shop.training)


def _show(services: Services, shop: Demonstration) -> str:
    """Print the table of segments and the tree of one of them; return that one's name."""
    tiles = {
        Figure.UNIQUE_CUSTOMERS, Figure.REVENUE, Figure.REACHABLE_CUSTOMERS, Figure.REVENUE_TREE,
    }  # fmt: skip
    measured = services.insights.summaries(shop.segments, figures=tiles)
    rows = [
        _row(segment.name, insights)
        for segment, insights in zip(shop.segments, measured, strict=True)
    ]
    columns = ("segment", "customers", "share", "revenue", "reachable")
    title = f"Segments as of {shop.build.as_of}; revenue of the past year in {shop.build.currency}"
    print_table(title, columns, rows)
    for segment, insights in zip(shop.segments, measured, strict=True):
        if segment.name in TREE_SEGMENTS and insights.revenue_tree is not None:
            print_revenue_tree(segment.name, insights.revenue_tree, shop.build.currency)
            return segment.name
    return shop.segments[0].name


def _row(name: str, insights: Insights) -> tuple[str, ...]:
    customers, revenue = insights.unique_customers, insights.revenue
    reachable = insights.reachable_customers
    return (
        name,
        f"{customers.value or 0:,}" if customers else "",
        f"{customers.share or 0:.1%}" if customers else "",
        f"{(revenue.value or Decimal(0)):,.0f}" if revenue else "",
        f"{reachable.value or 0:,}" if reachable else "",
    )


def _say_how_to_go_on(segment: str, graphiql: str, home: Path) -> None:
    say(f'The campaign "{CAMPAIGN.name}" is ready to run; its files will lie in {home}/exports.')
    say(f"Three queries to paste into GraphiQL, {graphiql}:")
    for title, query in _QUERIES:
        say(f"\n# {title}\n{query.replace('%s', segment)}")
    say("")

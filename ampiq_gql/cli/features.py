"""What works with the data that are there."""

from __future__ import annotations

from dataclasses import asdict

import typer

from ampiq_gql.build.features import FeatureReadiness, FeatureState
from ampiq_gql.cli.options import Json
from ampiq_gql.cli.services import open_services
from ampiq_gql.cli.terminal import print_json, print_table

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(features)


def features(context: typer.Context, json: Json = False) -> None:
    """Tell what works with the data, and what to supply.

    All of it is read off the current build.
    """
    with open_services(context) as services:
        found = services.features.features()
    if json:
        print_json([asdict(feature) for feature in found])
        return
    for feature in found:
        _print(feature)


def _print(feature: FeatureReadiness) -> None:
    typer.echo(f"{feature.feature.value}: {feature.state.value}. {feature.sentence}")
    if feature.state is not FeatureState.READY:
        rows = [
            (f"{one.table}.{one.column}", one.lack.value.replace("_", " "), one.supply)
            for one in feature.lacking
        ]
        print_table(None, ("lacking", "", "supply"), rows, right=9)

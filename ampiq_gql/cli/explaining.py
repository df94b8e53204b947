"""Why a customer is classified as it is, in the terminal."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from ampiq_gql.build.flags.service import CustomerFlags
from ampiq_gql.cli.options import Json
from ampiq_gql.cli.services import open_services
from ampiq_gql.cli.terminal import print_json, print_table

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(explain)


def explain(
    context: typer.Context,
    customer: Annotated[
        str, typer.Argument(metavar="CUSTOMER_ID", help="An amperity_id, or the source's key.")
    ],
    flag: Annotated[
        str | None, typer.Option(metavar="NAME", help="One flag, such as is_business.")
    ] = None,
    json: Json = False,
) -> None:
    """Tell the flags of a customer and why each is so.

    The rules are those of the current build.
    """
    with open_services(context) as services:
        found = services.flags.explain(customer, flag=flag, may_read_pii=True)
    if json:
        print_json(_document(found))
        return
    rows = [(one.name, _shown(one.value), one.why) for one in found.flags]
    print_table(f"Customer {found.amperity_id}", ("flag", "value", "why"), rows, right=9)


def _shown(value: object) -> str:
    if value is None:
        return "unknown"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _document(found: CustomerFlags) -> dict[str, object]:
    return {
        "amperity_id": str(found.amperity_id),
        "flags": [asdict(one) | {"why": one.why} for one in found.flags],
    }

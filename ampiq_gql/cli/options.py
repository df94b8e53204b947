"""Options that several commands take, spelled and explained once."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

__all__ = ["AsOf", "Json", "LastDay"]


def _day(text: str) -> date:
    try:
        if len(text) == len("2026-03-31"):
            return date.fromisoformat(text)
    except ValueError:
        pass  # answered below, like a text of another form
    raise typer.BadParameter(f"“{text}” is not a day such as 2026-03-31.")


Json = Annotated[
    bool, typer.Option("--json", help="Print one JSON document, also when something is wrong.")
]
AsOf = Annotated[
    date | None,
    typer.Option(parser=_day, metavar="DATE", help="Day it is asked for (default: the build's)."),
]
LastDay = Annotated[
    date | None,
    typer.Option(parser=_day, metavar="DATE", help="Last day that counts (default: today)."),
]

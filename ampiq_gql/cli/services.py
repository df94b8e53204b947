"""Opening all services of a home for a command that works on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

import typer

from ampiq_gql.cli.home import settings_of
from ampiq_gql.services import Services

__all__ = ["open_services"]


@contextmanager
def open_services(context: typer.Context) -> Iterator[Services]:
    """Open the services and close them after the command."""
    with closing(Services.open(settings_of(context))) as services:
        yield services

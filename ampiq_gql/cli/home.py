"""Opening the services of the home that a command is asked to work in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from ampiq_gql.services import Services
from ampiq_gql.settings import Settings

__all__ = ["open_services", "settings_of"]


def settings_of(context: typer.Context) -> Settings:
    """Return the settings, with `--home` above the environment and the file."""
    home: Path | None = context.find_root().obj
    return Settings.load(home=home) if home else Settings.load()


@contextmanager
def open_services(context: typer.Context) -> Iterator[Services]:
    """Open the services and close them after the command."""
    services = Services.open(settings_of(context))
    try:
        yield services
    finally:
        services.close()

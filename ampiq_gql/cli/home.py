"""The home that a command is asked to work in."""

from __future__ import annotations

from pathlib import Path

import typer

from ampiq_gql.settings import Settings

__all__ = ["settings_of"]


def settings_of(context: typer.Context) -> Settings:
    """Return the settings, with `--home` above the environment and the file."""
    home: Path | None = context.find_root().obj
    return Settings.load(home=home) if home else Settings.load()

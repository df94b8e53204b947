"""Tells whether an installation is healthy, and what to do where it is not."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from typing import Annotated

import typer
from sqlalchemy.exc import DBAPIError

from ampiq_gql.cli.home import settings_of
from ampiq_gql.cli.terminal import print_json, print_table
from ampiq_gql.errors import UserError
from ampiq_gql.plugin import PluginRegistry, PluginStatus
from ampiq_gql.settings import Settings
from ampiq_gql.store import Store
from ampiq_gql.warehouse import open_warehouse

__all__ = ["register"]

ENOUGH_DISK = 2 * 1024**3


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing looked at; `fix` says what to do when it is not well."""

    what: str
    is_well: bool
    found: str
    fix: str = ""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(doctor)


def doctor(
    context: typer.Context,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Look at the installation; exit 1 when something needs mending."""
    settings = settings_of(context)
    findings = [finding for look in _LOOKS for finding in look(settings)]
    if json:
        print_json(findings)
    else:
        rows = [("ok" if one.is_well else "mend", one.what, one.found, one.fix) for one in findings]
        print_table(None, ("", "what", "found", "fix"), rows, right=9)
    raise typer.Exit(0 if all(finding.is_well for finding in findings) else 1)


def _versions(_: Settings) -> Iterator[Finding]:
    parts = ("duckdb", "sqlalchemy", "strawberry-graphql")
    found = ", ".join(f"{part} {version(part)}" for part in parts)
    yield Finding(what="Python", is_well=True, found=f"{platform.python_version()}, {found}")


def _home(settings: Settings) -> Iterator[Finding]:
    home = settings.home.absolute()
    there = next(folder for folder in (home, *home.parents) if folder.exists())
    is_writable = os.access(there, os.W_OK)
    yield Finding(
        what="home",
        is_well=is_writable,
        found=f"{home} {'can' if is_writable else 'cannot'} be written",
        fix="" if is_writable else "set AMPIQ_HOME to a folder of yours",
    )
    free = shutil.disk_usage(there).free
    yield Finding(
        what="disk",
        is_well=free >= ENOUGH_DISK,
        found=f"{free / 1024**3:,.1f} GiB free",
        fix="" if free >= ENOUGH_DISK else "a build needs room beside the former one",
    )


def _store(settings: Settings) -> Iterator[Finding]:
    try:
        Store.open(settings).close()
    except UserError as error:
        yield Finding(what="store", is_well=False, found=error.message, fix=error.hint or "")
        return
    except DBAPIError as error:
        fix = "restore it from a backup, or take it out of the home to begin anew"
        yield Finding(what="store", is_well=False, found=str(error.orig), fix=fix)
        return
    yield Finding(what="store", is_well=True, found="opens, its schema is current")


def _build(settings: Settings) -> Iterator[Finding]:
    try:
        warehouse = open_warehouse(settings)
        build = warehouse.current_build()
        warehouse.close()
    except UserError as error:
        yield Finding(what="warehouse", is_well=False, found=error.message, fix=error.hint or "")
        return
    yield Finding(
        what="build",
        is_well=build is not None,
        found="none yet" if build is None else f"{build.id} as of {build.as_of}",
        fix="ampiq demo, or ampiq ingest and ampiq build" if build is None else "",
    )


def _plugins(settings: Settings) -> Iterator[Finding]:
    for report in PluginRegistry.load(settings).plugins:
        yield Finding(
            what=f"plugin {report.name}",
            is_well=report.status is not PluginStatus.FAILED,
            found=report.reason or report.status.value,
            fix=f"mend or remove {report.distribution}"
            if report.status is PluginStatus.FAILED
            else "",
        )


_LOOKS: tuple[Callable[[Settings], Iterator[Finding]], ...] = (
    _versions,
    _home,
    _store,
    _build,
    _plugins,
)

"""Tells whether an installation is healthy, and what to do where it is not."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import version
from typing import TypeVar

import typer

from ampiq_gql.build.features import FeatureService
from ampiq_gql.cli.home import settings_of
from ampiq_gql.cli.options import Json
from ampiq_gql.cli.terminal import print_json, print_line
from ampiq_gql.delivery.secrets import SecretBox
from ampiq_gql.errors import UserError
from ampiq_gql.plugin import PluginRegistry, PluginStatus
from ampiq_gql.services import Services
from ampiq_gql.settings import Settings
from ampiq_gql.store import Store
from ampiq_gql.warehouse import BuildInfo, open_warehouse

__all__ = ["register"]

T = TypeVar("T")

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
    json: Json = False,
) -> None:
    """Look at the installation; exit 1 when something needs mending."""
    settings = settings_of(context)
    findings = [finding for look in _LOOKS for finding in look(settings)]
    if json:
        print_json(findings)
    else:
        _show(findings)
    raise typer.Exit(0 if all(finding.is_well for finding in findings) else 1)


def _show(findings: Sequence[Finding]) -> None:
    """Print a line for each, and one more that says what to do; never cut off."""
    width = max(len(finding.what) for finding in findings)
    for finding in findings:
        verdict = "ok  " if finding.is_well else "mend"
        print_line(f"{verdict}  {finding.what:{width}}  {finding.found}")
        if finding.fix:
            print_line(f"      {'':{width}}  fix: {finding.fix}")


def _versions(_: Settings) -> Iterator[Finding]:
    parts = ("duckdb", "sqlalchemy", "strawberry-graphql")
    found = ", ".join(f"{part} {version(part)}" for part in parts)
    yield Finding(what="Python", is_well=True, found=f"{platform.python_version()}, {found}")


def _home(settings: Settings) -> Iterator[Finding]:
    home = settings.home.absolute()
    there = next(folder for folder in (home, *home.parents) if folder.exists())
    is_writable = there.is_dir() and os.access(there, os.W_OK)
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
    yield from _tried("store", lambda: Store.open(settings).close(), lambda _: "opens")


def _warehouse(settings: Settings) -> Iterator[Finding]:
    """Tell where the customer-360 lives; that readers could be confined better is only advice."""
    try:
        with closing(open_warehouse(settings)) as warehouse:
            standing = warehouse.standing()
    except UserError as error:
        yield Finding(what="warehouse", is_well=False, found=error.message, fix=error.hint or "")
        return
    yield Finding(what="warehouse", is_well=True, found=standing.found, fix=standing.fix)


def _build(settings: Settings) -> Iterator[Finding]:
    def look() -> BuildInfo:
        with closing(open_warehouse(settings)) as warehouse, warehouse.read() as session:
            return session.build

    yield from _tried("build", look, lambda build: f"{build.id} as of {build.as_of}")


def _column_classes(settings: Settings) -> Iterator[Finding]:
    """Tell which columns are to be protected and are nowhere."""
    if not settings.column_classes:
        return
    try:
        with closing(Services.open(settings)) as services:
            problems = services.explorer.unmatched_classes(settings.column_classes)
    except UserError:
        return  # told by `_store` and `_build`
    for problem in problems:
        yield Finding(
            what="column classes",
            is_well=False,
            found=problem,
            fix="mend the name in the setting column_classes; `ampiq tables NAME` shows columns",
        )


def _features(settings: Settings) -> Iterator[Finding]:
    """Tell what the data allow; that a shop has no orders is no fault of the installation."""
    try:
        with closing(open_warehouse(settings)) as warehouse:
            found = FeatureService(warehouse).features() if warehouse.current_build() else ()
    except UserError:
        return  # told by `_build`
    for one in found:
        yield Finding(
            what=one.feature.value, is_well=True, found=f"{one.state.value}: {one.sentence}"
        )


def _secret_key(settings: Settings) -> Iterator[Finding]:
    yield from _tried("secret key", lambda: SecretBox.of(settings), lambda _: "can be used")


def _tried(what: str, look: Callable[[], T], found: Callable[[T], str]) -> Iterator[Finding]:
    """Tell what was found, or the error with its way out."""
    try:
        seen = look()
    except UserError as error:
        yield Finding(what=what, is_well=False, found=error.message, fix=error.hint or "")
        return
    yield Finding(what=what, is_well=True, found=found(seen))


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
    _secret_key,
    _warehouse,
    _build,
    _column_classes,
    _features,
    _plugins,
)

"""What the checks of a build found, in the terminal, as JSON, or as a page to open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from ampiq_gql.build import CheckResult, Severity, ValidationReport, ValidationService
from ampiq_gql.build.validation import CheckStatus
from ampiq_gql.build.validation.page import report_page
from ampiq_gql.cli.options import Json
from ampiq_gql.cli.services import open_services
from ampiq_gql.cli.terminal import answers, print_json, say
from ampiq_gql.errors import Invalid, NotFound
from ampiq_gql.warehouse import NoBuild
from ampiq_gql.warehouse.durable import write_atomically

__all__ = ["register"]

COLOURS = {Severity.ERROR: "bold red", Severity.WARN: "yellow", Severity.INFO: "cyan"}
SHOWN_SAMPLES = 5


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(validate)


def validate(
    context: typer.Context,
    build: Annotated[
        str | None, typer.Option(metavar="ID", help="A build (default: the current one).")
    ] = None,
    refused: Annotated[
        bool, typer.Option("--refused", help="The last build, when it was not published.")
    ] = False,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the report as a page to open.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Show the checks that passed, too.")
    ] = False,
    json: Json = False,
) -> None:
    """Print what the checks of a build found; exit 1 on errors.

    Errors that somebody has overridden do not count.
    """
    with open_services(context) as services:
        report = _wanted(services.validation, build, refused=refused)
        later = None if build or refused else services.validation.refused()
    if html is not None:
        _write(html, report)
    if json:
        print_json(_document(report))
    elif html is None:
        _print(report, everything=everything)
    if later is not None:
        say(f"build {later.build_id} was refused after this one: ampiq validate --refused")
    raise typer.Exit(1 if report.errors else 0)


def _wanted(
    validation: ValidationService, build_id: str | None, *, refused: bool
) -> ValidationReport:
    if refused:
        report = validation.refused()
        if report is None:
            raise NotFound("REPORT_NOT_FOUND", "The last build was not refused.")
        return report
    report = validation.report(build_id)
    if report is not None:
        return report
    if build_id is None:
        if validation.refused() is None:
            raise NoBuild
        raise NotFound(
            "REPORT_NOT_FOUND",
            "There is no build yet: the last one was refused.",
            hint="See why: ampiq validate --refused.",
        )
    raise NotFound(
        "REPORT_NOT_FOUND",
        f"There is no report of a build {build_id!r}.",
        hint="Reports of the kept builds and of the last refused ones can be read.",
    )


def _write(path: Path, report: ValidationReport) -> None:
    try:
        write_atomically(path, report_page(report).encode())
    except OSError as error:
        raise Invalid(
            "FILE_NOT_WRITTEN",
            f"The page cannot be written: {error.strerror}.",
            hint="Name a file in a folder that can be written to.",
            place=str(path),
        ) from error
    say(f"wrote {path}")


def _document(report: ValidationReport) -> dict[str, object]:
    document = asdict(report)
    for shown, result in zip(document["results"], report.results, strict=True):
        shown["share"] = result.share
    return document


def _print(report: ValidationReport, *, everything: bool) -> None:
    console = answers()
    for result in _shown(report, everything=everything):
        for line in _lines(result):
            console.print(line, soft_wrap=True)
    state = "" if report.is_published else ", not published"
    counts = (
        f"{len(report.errors)} errors, {len(list(report.of(CheckStatus.OVERRIDDEN)))} overridden, "
        f"{len(report.warnings)} warnings, {len(list(report.of(CheckStatus.NOTED)))} noted, "
        f"{len(list(report.of(CheckStatus.PASSED)))} passed, "
        f"{len(list(report.of(CheckStatus.NOT_APPLICABLE)))} not applicable"
    )
    summary = f"build {report.build_id} as of {report.as_of}{state}: {counts}"
    console.print(Text(summary), soft_wrap=True)


def _shown(report: ValidationReport, *, everything: bool) -> Iterator[CheckResult]:
    """Yield what was found, the worst first; then what passed, if wanted."""
    yield from report.errors
    yield from report.of(CheckStatus.OVERRIDDEN)
    yield from report.warnings
    yield from report.of(CheckStatus.NOTED)
    if everything:
        yield from report.of(CheckStatus.PASSED)
        yield from report.of(CheckStatus.NOT_APPLICABLE)


def _lines(result: CheckResult) -> Iterator[Text]:
    """Yield a line of what was found, and below it what to do and where to look."""
    is_open = result.status is CheckStatus.FAILED
    word = result.severity.value if is_open else result.status.value.replace("_", " ")
    colour = COLOURS[result.severity] if is_open else "dim"
    found = result.reason or f"{result.counted} ({result.share:.1%})"
    yield Text.assemble((word, colour), f" {result.id}  {result.place}: {found}")
    if not is_open and result.status is not CheckStatus.OVERRIDDEN:
        return
    yield Text(f"  {result.meaning} {result.advice}")
    if result.override:
        yield Text(f"  overridden by {result.override.actor}: {result.override.reason}")
    if result.parts:
        parts = ", ".join(f"{part.name} ({part.failing:,})" for part in result.parts)
        yield Text(f"  where: {parts}")
    if result.samples:
        names = ", ".join(column.name for column in result.sample_columns)
        keys = "; ".join(
            ", ".join(value or "—" for value in one) for one in result.samples[:SHOWN_SAMPLES]
        )
        yield Text(f"  {names}: {keys}")

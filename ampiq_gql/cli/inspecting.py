"""What `ampiq ingest --inspect` shows."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import typer

from ampiq_gql.cli.terminal import print_json, print_table, progress_bars, say
from ampiq_gql.ingest import IngestRequest, Inspection, InspectionService
from ampiq_gql.settings import Settings

__all__ = ["inspect_files"]

SAMPLE_LETTERS = 40


def inspect_files(
    settings: Settings, request: IngestRequest, mapping_file: Path | None, *, json: bool
) -> None:
    """Show each file column by column, write the mapping file if one is named.

    Exits with 1 when questions are open.
    """
    with progress_bars() as bars:
        inspections = InspectionService(settings).inspect(request, bars)
    if json:
        print_json([asdict(inspection) for inspection in inspections])
    else:
        for inspection in inspections:
            _show(inspection)
    if mapping_file is not None and inspections:
        inspections[0].write_mapping(mapping_file, request)
        say(f"wrote {mapping_file}: edit it, then load with --map {mapping_file}")
    if any(inspection.questions for inspection in inspections):
        raise typer.Exit(1)


def _show(inspection: Inspection) -> None:
    what = inspection.preset or (inspection.kind.value if inspection.kind else "unknown rows")
    title = f"{inspection.file}: {what}, {inspection.rows:,} rows"
    if inspection.bad_rows:
        title += f", {inspection.bad_rows:,} of them damaged"
    rows = [
        (
            column.header.strip() or f"(column {number})",
            " · ".join(column.samples)[:SAMPLE_LETTERS],
            column.column or "(attribute)",
            column.type.value,
            f"{column.confidence:.0%}",
            column.reason,
        )
        for number, column in enumerate(inspection.columns, start=1)
    ]
    headings = ("column", "values", "becomes", "type", "sure", "because")
    print_table(title, headings, rows, right=9)
    for warning in inspection.warnings:
        say(f"warning: {warning}")
    for question in inspection.questions:
        say(f"question: {question}")

"""What a load tells people beyond its figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ampiq_gql.ingest.bad_rows import describe
from ampiq_gql.ingest.kind_load import KindLoad, TypedPart
from ampiq_gql.ingest.models import ControlTotals, SourceKind
from ampiq_gql.ingest.planning import FilePlan
from ampiq_gql.settings import Settings

__all__ = ["load_warnings"]

SHOWN_NAMES = 8


def load_warnings(
    plans: Sequence[FilePlan],
    kinds: Mapping[SourceKind, KindLoad],
    accounts: Sequence[ControlTotals],
    settings: Settings,
) -> Iterator[str]:
    """Yield one sentence each."""
    for plan in plans:
        yield from plan.table.warnings
        yield from plan.preset.notes if plan.preset else ()
        yield from _unused(plan)
    yield from _differing(plans)
    for load in kinds.values():
        for part in load.parts:
            yield from (f"{part.plan.table.name}: {remark}" for remark in part.remarks)
            yield from _bad_rows(part)
        if load.values_noted:
            yield (
                f"{load.values_noted:,} values of {load.kind} were bad and are not needed: the "
                "rows are loaded without them, and the table value_notes keeps them."
            )
    yield from _worrying(accounts, settings)


def _unused(plan: FilePlan) -> Iterator[str]:
    matches = [match for part in plan.parts for match in part.columns.matches]
    ignored = [match.header for match in matches if match.column is None]
    if ignored:
        yield f"{plan.table.name}: left out {_named(ignored)}, which no table has a place for."


def _differing(plans: Sequence[FilePlan]) -> Iterator[str]:
    """Files of one load may bring different columns; what a file lacks is NULL in its rows."""
    every = list(dict.fromkeys(header for plan in plans for header in plan.table.headers))
    for plan in plans:
        lacking = [header for header in every if header not in plan.table.headers]
        if lacking:
            yield f"{plan.table.name}: lacks {_named(lacking)}, which other files have."


def _bad_rows(part: TypedPart) -> Iterator[str]:
    bad = part.bad_rows
    if bad:
        rows = part.staged_rows + len(part.findings.bad_rows)
        yield (
            f"{part.plan.table.name}: {len(bad):,} of {rows:,} rows went to quarantine; the first "
            f"is {describe(bad[0])}."
        )


def _worrying(accounts: Sequence[ControlTotals], settings: Settings) -> Iterator[str]:
    bad = sum(one.rows_quarantined for one in accounts)
    rows = sum(one.rows_read for one in accounts)
    if bad > rows * settings.quarantine_row_share:
        yield f"{bad / rows:.0%} of all rows are in quarantine: is the mapping right?"


def _named(headers: Sequence[str]) -> str:
    names = ", ".join(f'"{header}"' for header in headers[:SHOWN_NAMES])
    more = len(headers) - SHOWN_NAMES
    return f"{names} and {more} more" if more > 0 else names

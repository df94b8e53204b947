"""The account of a load: every line and all money of its files, and the proof that none is missing.

Each part is counted where it happens (the reader, the checks, the keys, the source table), so the
sum can be wrong; a load whose sum is wrong does not happen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

import sqlalchemy as sa

from ampiq_gql.ingest.changes import FileChanges, Reload
from ampiq_gql.ingest.errors import TotalsDisagree
from ampiq_gql.ingest.keying import StagedTotals
from ampiq_gql.ingest.models import ControlTotals, LoadMode, SourceKind
from ampiq_gql.ingest.table_file import Findings

__all__ = ["account", "prove_lines", "prove_table", "summed"]


def prove_lines(findings: Findings, staged: int, *, file: str) -> None:
    """Compare the lines that were seen with those that became something."""
    accounted = (
        findings.header_lines
        + staged
        + findings.continuation_lines
        + len(findings.bad_rows)
        + findings.blank_lines
    )
    if accounted != findings.lines:
        raise TotalsDisagree(
            f"{findings.lines:,} lines were read, and {accounted:,} accounted for: "
            f"{findings.header_lines} of header + {staged:,} rows + "
            f"{findings.continuation_lines:,} continued + {len(findings.bad_rows):,} bad + "
            f"{findings.blank_lines:,} blank.",
            place=file,
        )


def account(
    kind: SourceKind,
    file: str,
    findings: Findings,
    staged: int,
    totals: StagedTotals,
    changes: FileChanges,
    *,
    quarantined: int,
    removed: int,
) -> ControlTotals:
    """Draw up the account of one file. Raises `TotalsDisagree` when rows are missing from it."""
    found = ControlTotals(
        kind=kind,
        file=file,
        file_lines=findings.lines,
        blank_lines=findings.blank_lines,
        rows_read=staged + len(findings.bad_rows),
        rows_quarantined=quarantined,
        rows_duplicate=totals.repeated + changes.refused,
        rows_new=changes.new,
        rows_changed=changes.changed,
        rows_unchanged=changes.unchanged,
        rows_removed=removed,
        money_read=totals.money_refused + totals.money_repeated + totals.money_brought,
        money_loaded=totals.money_brought - changes.money_refused,
        money_quarantined=totals.money_refused,
        money_duplicate=totals.money_repeated + changes.money_refused,
    )
    accounted = found.rows_loaded + found.rows_quarantined + found.rows_duplicate
    if accounted != found.rows_read:
        raise TotalsDisagree(
            f"{found.rows_read:,} rows of {kind} were read, and {accounted:,} accounted for: "
            f"{found.rows_loaded:,} loaded + {found.rows_quarantined:,} quarantined + "
            f"{found.rows_duplicate:,} duplicate.",
            place=file,
        )
    return found


def prove_table(
    connection: sa.Connection, reload: Reload, accounts: Sequence[ControlTotals]
) -> None:
    """Count the load's rows in the source table itself."""
    if reload.mode is LoadMode.DELETE:
        return
    expected = sum(one.rows_new + one.rows_changed for one in accounts)
    statement = sa.select(sa.func.count()).where(reload.target.c.load_number == reload.number)
    written = connection.execute(statement).scalar_one()
    if written != expected:
        raise TotalsDisagree(
            f"{expected:,} rows should stand in {reload.target.name}, and {written:,} do.",
            place=reload.target.name,
        )


def summed(accounts: Sequence[ControlTotals], name: str) -> int:
    """Add up one count over all accounts."""
    if name not in {field.name for field in fields(ControlTotals)} | {"rows_loaded"}:
        raise ValueError(name)
    return sum(int(getattr(one, name)) for one in accounts)

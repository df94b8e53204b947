"""Validating a build before anyone may see it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from ampiq_gql.build.models import BuildContext
from ampiq_gql.build.sources import Sources
from ampiq_gql.build.validation.carrying import Changes
from ampiq_gql.build.validation.checks import CHECKS
from ampiq_gql.build.validation.errors import ChecksFailed
from ampiq_gql.build.validation.former import Former, TableMeasures, read_former
from ampiq_gql.build.validation.inputs import Inputs
from ampiq_gql.build.validation.judging import Judge
from ampiq_gql.build.validation.limits import (
    checks_within,
    read_expected_revenue,
    require_known,
)
from ampiq_gql.build.validation.measuring import measure
from ampiq_gql.build.validation.models import Override, ValidationReport
from ampiq_gql.build.validation.order_facts import OrderFacts
from ampiq_gql.build.validation.reports import ReportFiles, store_report
from ampiq_gql.build.validation.stored_counts import store_counts
from ampiq_gql.catalog.profiles import TableProfile
from ampiq_gql.settings import Settings
from ampiq_gql.warehouse import BuildInfo, BuildWriter, Dialect, Warehouse

__all__ = ["Validated", "Validation", "measures_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Validated:
    """The report on a build, and what its checks have proven besides."""

    report: ValidationReport
    facts: OrderFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """What is known before a build begins: limits, overrides, and the build it would replace."""

    settings: Settings
    dialect: Dialect
    former: Former | None
    before: ValidationReport | None
    overrides: tuple[Override, ...]

    @classmethod
    def prepare(
        cls, warehouse: Warehouse, settings: Settings, overrides: Sequence[Override]
    ) -> Validation:
        """Read the past, and make sure that limits and overrides name checks that exist.

        Raises `Invalid` (CHECK_UNKNOWN) before anything is built.
        """
        checks_within(CHECKS, settings.validation)
        require_known([one.check_id for one in overrides], CHECKS, place="--override")
        return cls(
            settings=settings,
            dialect=warehouse.dialect,
            former=read_former(warehouse),
            before=ReportFiles(settings).newest(),
            overrides=tuple(overrides),
        )

    def run(
        self,
        writer: BuildWriter,
        info: BuildInfo,
        context: BuildContext,
        sources: Sources,
        tables: Mapping[str, sa.Table],
        profiles: Iterable[TableProfile],
        changes: Changes,
    ) -> Validated:
        """Validate what was written, and keep the report with the build and beside it.

        `changes` is how the tables differ from those of the former build. Raises `ChecksFailed`
        when errors were found that nobody overrides.
        """
        expected: Path | None = self.settings.validation.expected_revenue
        inputs = Inputs(
            connection=writer.connection,
            dialect=self.dialect,
            tables=tables,
            measures=measures_of(profiles),
            sources=sources,
            context=context,
            former=self.former,
            expected_revenue=read_expected_revenue(expected) if expected else None,
            changes=changes,
        )
        report = self.report(inputs, info)
        ReportFiles(self.settings).write(report)
        if not report.is_published:
            raise ChecksFailed(report)
        store_report(writer.connection, report)
        store_counts(writer.connection, inputs.counts)
        return Validated(report=report, facts=OrderFacts.of(inputs))

    def report(self, inputs: Inputs, info: BuildInfo) -> ValidationReport:
        """Return what the checks find."""
        started = time.monotonic()
        judge = Judge(
            built_at=info.built_at,
            dialect=self.dialect,
            before=self.before,
            overrides=self.overrides,
        )
        results = judge.judge(measure(inputs, checks_within(CHECKS, self.settings.validation)))
        return ValidationReport(
            build_id=info.id,
            as_of=info.as_of,
            built_at=info.built_at,
            dialect=self.dialect,
            is_published=not any(result.is_blocking for result in results),
            seconds=round(time.monotonic() - started, 3),
            results=results,
        )


def measures_of(profiles: Iterable[TableProfile]) -> dict[str, TableMeasures]:
    """Return what profiles have measured that checks build on."""
    return {profile.name: _measures_of(profile) for profile in profiles}


def _measures_of(profile: TableProfile) -> TableMeasures:
    rows, columns = profile.rows, profile.columns
    return TableMeasures(
        rows=rows,
        null_shares={one.name: 1 - one.filled / rows for one in columns if rows},
        never_null=frozenset(one.name for one in columns if one.filled == rows),
        never_blank=frozenset(one.name for one in columns if not one.blanks + one.whitespace),
        all_different=frozenset(
            one.name for one in columns if one.is_distinct_exact and one.distinct == rows
        ),
    )

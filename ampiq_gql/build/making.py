"""One build from its plan to its publication: tables, profile, checks, and what it was made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa

from ampiq_gql.build.access import column_classes
from ampiq_gql.build.assembly import Assembly
from ampiq_gql.build.flags.stored import store_rules
from ampiq_gql.build.mark import FormerBuild, store_mark
from ampiq_gql.build.models import BuildContext, BuildReport, TableRows
from ampiq_gql.build.moved import changes_of
from ampiq_gql.build.order_columns import known_order_columns, order_columns
from ampiq_gql.build.planning import Action, BuildPlan, Preparation, prepare
from ampiq_gql.build.provenance import store_provenance
from ampiq_gql.build.steps import flag_sources
from ampiq_gql.build.validation import CheckStatus, ValidationReport
from ampiq_gql.build.validation.validating import Validation
from ampiq_gql.catalog import StatedClasses
from ampiq_gql.catalog.carrying import MovedTable
from ampiq_gql.catalog.history import ColumnHistories, store_history
from ampiq_gql.catalog.profile import profile_tables
from ampiq_gql.catalog.profiles import TableProfile
from ampiq_gql.progress import Progress
from ampiq_gql.warehouse import BuildInfo, BuildWriter

__all__ = ["Making"]


@dataclass(frozen=True, slots=True)
class Making:
    """Writes a build through its writer."""

    writer: BuildWriter
    info: BuildInfo
    context: BuildContext
    validation: Validation
    history: ColumnHistories
    progress: Progress

    def run(self, former: FormerBuild | None, *, is_full: bool, can_stand: bool) -> BuildReport:
        """Write, check and publish; raises `ChecksFailed` when errors were found."""
        connection = self.writer.connection
        prepared, present = self._prepare(former, is_full=is_full, can_stand=can_stand)
        assembly = Assembly(
            connection, self.context, prepared, present, self.writer.give_room_back, self.progress
        )
        assembly.write()
        profiles = self._describe(assembly, prepared.plan)
        self.progress.start("Checking")
        changes = changes_of(connection, prepared, assembly.moved)
        validated = self.validation.run(
            self.writer,
            self.info,
            self.context,
            prepared.sources,
            assembly.tables,
            profiles,
            changes,
        )
        report = validated.report
        known = known_order_columns(validated.facts, prepared.sources, profiles)
        alike = order_columns(connection, assembly.tables, known)
        self.progress.finish()
        rows = {profile.name: profile.rows for profile in profiles}
        shapes = {name: replace(shape, rows=rows[name]) for name, shape in assembly.shapes.items()}
        store_mark(connection, replace(prepared.mark, tables=shapes))
        published = self.writer.publish(self._told(report, profiles, alike))
        return _report(published, profiles, report)

    def _prepare(
        self, former: FormerBuild | None, *, is_full: bool, can_stand: bool
    ) -> tuple[Preparation, sa.MetaData | None]:
        """Plan the build, and begin with the tables of the former one where the plan does."""
        connection = self.writer.connection
        prepared = prepare(connection, self.context, former, is_full=is_full, can_stand=can_stand)
        if prepared.plan.former is None:
            return prepared, None
        present = self.writer.start_from(prepared.plan.former.build_id)
        if present is None:
            prepared = prepare(connection, self.context, None, is_full=False, can_stand=True)
        return prepared, present

    def _describe(self, assembly: Assembly, plan: BuildPlan) -> list[TableProfile]:
        """Measure the tables and keep where they come from."""
        connection, tables = self.writer.connection, assembly.tables.values()
        kept = {one.name for one in plan.tables if one.action is Action.KEPT}
        former = plan.former.profiles if plan.former else {}
        classes = column_classes(
            assembly.lineage, tables, StatedClasses(self.context.column_classes)
        )
        profiles = profile_tables(
            connection,
            tables,
            self.progress,
            classes,
            measured={name: profile for name, profile in former.items() if name in kept},
            moved={
                name: MovedTable(former=former[name], gone=rows.gone, come=rows.come)
                for name, rows in assembly.moved.items()
            },
        )
        store_provenance(connection, assembly.lineage)
        shapes = assembly.shapes
        present = flag_sources(lambda name: shapes[name].filled if name in shapes else ())
        store_rules(connection, self.context.rules, present)
        store_history(connection, self.info, profiles, self.history)
        return profiles

    def _told(
        self, report: ValidationReport, profiles: Sequence[TableProfile], alike: tuple[str, ...]
    ) -> BuildInfo:
        """Say of the build what is known only now."""
        days = [profile.newest_event_on for profile in profiles if profile.newest_event_on]
        overridden = (result.id for result in report.of(CheckStatus.OVERRIDDEN))
        return replace(
            self.info,
            newest_event_on=max(days, default=None),
            order_columns=alike,
            row_counts={str(profile.name): profile.rows for profile in profiles if profile.rows},
            overridden=tuple(dict.fromkeys(overridden)),
            has_statistics=True,
            has_mark=True,
        )


def _report(
    build: BuildInfo, profiles: Sequence[TableProfile], report: ValidationReport
) -> BuildReport:
    return BuildReport(
        build=build,
        tables=tuple(TableRows(name=profile.name, rows=profile.rows) for profile in profiles),
        seconds=0.0,
        skipped=False,
        validation=report,
        warnings=tuple(
            f"{result.id}: {result.counted} of {result.place}. {result.advice}"
            for result in report.warnings
        ),
    )

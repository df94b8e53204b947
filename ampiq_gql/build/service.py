"""Building the customer-360: all tables in their fixed order, checked, then shown at once."""

from __future__ import annotations

import time
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from ampiq_gql.build.access import column_classes
from ampiq_gql.build.assembly import Assembly
from ampiq_gql.build.fingerprint import (
    build_fingerprint,
    former_fingerprint,
    has_loads,
    store_fingerprint,
)
from ampiq_gql.build.models import BuildContext, BuildReport, BuildRules, TableRows
from ampiq_gql.build.order_columns import order_columns
from ampiq_gql.build.provenance import store_provenance
from ampiq_gql.build.validation import CheckStatus, Override
from ampiq_gql.build.validation.validating import Validation
from ampiq_gql.catalog import AccessClass
from ampiq_gql.catalog.history import ColumnHistories, former_history, store_history
from ampiq_gql.catalog.profile import profile_tables
from ampiq_gql.ingest.gate import refuse_large_quarantine
from ampiq_gql.ingest.sources import prepare_tables
from ampiq_gql.progress import Progress
from ampiq_gql.settings import Settings
from ampiq_gql.store import Store
from ampiq_gql.warehouse import BuildInfo, BuildWriter, NoSources, Warehouse

__all__ = ["BuildService"]


class BuildService:
    """Makes builds from the source tables; overrides are logged in the `store`."""

    def __init__(
        self,
        warehouse: Warehouse,
        settings: Settings,
        rules: BuildRules | None = None,
        store: Store | None = None,
    ) -> None:
        self._warehouse = warehouse
        self._settings = settings
        self._rules = rules or BuildRules()
        self._store = store

    def run(
        self, as_of: date | None, progress: Progress, overrides: Sequence[Override] = ()
    ) -> BuildReport:
        """Build as of a day of the site, by default today; publish when all checks hold.

        Errors of checks that `overrides` name are published, and shown as overridden. When
        sources, day and rules are those of the current build, that one stays. Raises `NoSources`
        when nothing was loaded, `Invalid` when a check is named that does not exist, and
        `ChecksFailed` when errors were found.
        """
        started = time.monotonic()
        context = BuildContext(
            as_of=as_of or datetime.now(ZoneInfo(self._settings.time_zone)).date(),
            time_zone=self._settings.time_zone,
            currency=self._settings.currency,
            rules=self._rules,
            limits=self._settings.validation,
            column_classes={
                name: AccessClass(stated) for name, stated in self._settings.column_classes.items()
            },
        )
        validation = Validation.prepare(self._warehouse, self._settings, overrides)
        history = former_history(self._warehouse)
        former = self._unchanged(context)
        if former is not None:
            return BuildReport(
                build=former, tables=(), seconds=time.monotonic() - started, skipped=True
            )
        info = self._info(context)
        with self._warehouse.start_build(info) as writer:
            report = _write(writer, info, context, validation, history, progress)
        self._log(report)
        return replace(report, seconds=time.monotonic() - started)

    def _unchanged(self, context: BuildContext) -> BuildInfo | None:
        """Return the current build when a new one would be the same."""
        fingerprint = former_fingerprint(self._warehouse)
        with self._warehouse.sources("ampiq build") as sources, sources.connection.begin():
            prepare_tables(sources.connection)
            if not has_loads(sources.connection):
                raise NoSources
            refuse_large_quarantine(sources.connection, self._settings)
            if build_fingerprint(sources.connection, context) == fingerprint:
                return self._warehouse.current_build()
        return None

    def _log(self, report: BuildReport) -> None:
        """Write into the audit log who let which errors pass, and why."""
        if self._store is None or report.validation is None:
            return
        with self._store.begin() as work:
            for result in report.validation.of(CheckStatus.OVERRIDDEN):
                if result.override:
                    details = {
                        "check": result.id,
                        "place": result.place,
                        "counted": result.counted,
                        "reason": result.override.reason,
                    }
                    actor = result.override.actor
                    work.audit.record(actor, "build.override", "build", report.build.id, details)

    def _info(self, context: BuildContext) -> BuildInfo:
        built_at = datetime.now(UTC)
        return BuildInfo(
            id=f"{built_at:%Y%m%d-%H%M%S}-{uuid.uuid4().hex[:6]}",
            as_of=context.as_of,
            built_at=built_at,
            time_zone=context.time_zone,
            currency=context.currency,
            newest_event_on=None,
        )


def _write(
    writer: BuildWriter,
    info: BuildInfo,
    context: BuildContext,
    validation: Validation,
    history: ColumnHistories,
    progress: Progress,
) -> BuildReport:
    connection = writer.connection
    assembly = Assembly(connection, context, progress)
    assembly.write()
    classes = column_classes(assembly.lineage, assembly.tables.values(), context.column_classes)
    profiles = profile_tables(connection, assembly.tables.values(), progress, classes)
    store_provenance(connection, assembly.lineage)
    store_history(connection, info, profiles, history)
    progress.start("Checking")
    report = validation.run(writer, info, context, assembly.sources, assembly.tables, profiles)
    alike = order_columns(connection, assembly.tables)
    progress.finish()
    store_fingerprint(connection, build_fingerprint(connection, context))
    days = [profile.newest_event_on for profile in profiles if profile.newest_event_on]
    overridden = (result.id for result in report.of(CheckStatus.OVERRIDDEN))
    info = replace(
        info,
        newest_event_on=max(days, default=None),
        order_columns=alike,
        row_counts={str(profile.name): profile.rows for profile in profiles if profile.rows},
        overridden=tuple(dict.fromkeys(overridden)),
        has_statistics=True,
    )
    return BuildReport(
        build=writer.publish(info),
        tables=tuple(TableRows(name=profile.name, rows=profile.rows) for profile in profiles),
        seconds=0.0,
        skipped=False,
        validation=report,
        warnings=tuple(
            f"{result.id}: {result.counted} of {result.place}. {result.advice}"
            for result in report.warnings
        ),
    )

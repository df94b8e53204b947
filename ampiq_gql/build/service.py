"""Building the customer-360: all tables in their fixed order, checked, then shown at once."""

from __future__ import annotations

import time
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from ampiq_gql.build.fingerprint import has_loads
from ampiq_gql.build.flags.rules import RuleService
from ampiq_gql.build.making import Making
from ampiq_gql.build.mark import FormerBuild, read_former
from ampiq_gql.build.models import BuildContext, BuildReport, BuildRules
from ampiq_gql.build.planning import BuildPlan, prepare
from ampiq_gql.build.site_zone import refuse_other_zone
from ampiq_gql.build.validation import CheckStatus, Override
from ampiq_gql.build.validation.validating import Validation
from ampiq_gql.catalog import AccessClass
from ampiq_gql.catalog.history import former_history
from ampiq_gql.ingest.gate import refuse_large_quarantine
from ampiq_gql.ingest.sources import prepare_tables
from ampiq_gql.progress import Progress
from ampiq_gql.settings import ClassificationRules, Settings
from ampiq_gql.store import Store
from ampiq_gql.warehouse import BuildInfo, NoSources, Warehouse

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
        self._rules = rules
        self._store = store

    def run(
        self,
        as_of: date | None,
        progress: Progress,
        overrides: Sequence[Override] = (),
        *,
        is_full: bool = False,
    ) -> BuildReport:
        """Build as of a day of the site, by default today; publish when all checks hold.

        What nothing has changed is taken from the current build, unless `is_full`; the result is
        the same. Errors of checks that `overrides` name are published, and shown as overridden.
        When sources, day and rules are those of the current build, that one stays. Raises
        `NoSources` when nothing was loaded, `Invalid` when a check is named that does not exist,
        and `ChecksFailed` when errors were found.
        """
        started = time.monotonic()
        context = self._context(as_of)
        validation = Validation.prepare(self._warehouse, self._settings, overrides)
        history = former_history(self._warehouse)
        former, current = read_former(self._warehouse), self._warehouse.current_build()
        if self._plan(context, former, is_full=is_full).is_current and current is not None:
            return BuildReport(
                build=current, tables=(), seconds=time.monotonic() - started, skipped=True
            )
        info = self._info(context)
        with self._warehouse.start_build(info) as writer:
            making = Making(writer, info, context, validation, history, progress)
            report = making.run(
                former, is_full=is_full, can_stand=self._warehouse.can_start_from_builds
            )
        self._log(report)
        return replace(report, seconds=time.monotonic() - started)

    def plan(self, as_of: date | None, *, is_full: bool = False) -> BuildPlan:
        """Say what `run` would do with each table, and why; nothing is built.

        Raises `NoSources` when nothing was loaded, and `QuarantineTooLarge`.
        """
        return self._plan(self._context(as_of), read_former(self._warehouse), is_full=is_full)

    def _plan(
        self, context: BuildContext, former: FormerBuild | None, *, is_full: bool
    ) -> BuildPlan:
        with self._warehouse.sources("ampiq build") as sources, sources.connection.begin():
            prepare_tables(sources.connection)
            if not has_loads(sources.connection):
                raise NoSources
            refuse_large_quarantine(sources.connection, self._settings)
            refuse_other_zone(sources.connection, self._settings.time_zone)
            can_stand = self._warehouse.can_start_from_builds
            prepared = prepare(
                sources.connection, context, former, is_full=is_full, can_stand=can_stand
            )
            return prepared.plan

    def _context(self, as_of: date | None) -> BuildContext:
        return BuildContext(
            as_of=as_of or datetime.now(ZoneInfo(self._settings.time_zone)).date(),
            time_zone=self._settings.time_zone,
            currency=self._settings.currency,
            rules=self._rules or BuildRules.of(self._classification()),
            limits=self._settings.validation,
            phone_region=self._settings.phone_region,
            column_classes={
                name: AccessClass(stated) for name, stated in self._settings.column_classes.items()
            },
        )

    def _classification(self) -> ClassificationRules:
        """Return what the settings state, and above it what people have edited."""
        stated = self._settings.classification
        return stated if self._store is None else RuleService(self._store, stated).present()

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

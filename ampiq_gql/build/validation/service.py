"""Reading validation reports."""

from __future__ import annotations

from dataclasses import replace

from ampiq_gql.build.validation.models import CheckResult, ValidationReport
from ampiq_gql.build.validation.reports import ReportFiles, read_report
from ampiq_gql.catalog import StatedClasses
from ampiq_gql.settings import Settings
from ampiq_gql.warehouse import Dialect, Warehouse
from ampiq_gql.warehouse.rendering import indented_sql

__all__ = ["ValidationService"]


class ValidationService:
    """Answers what was found about builds, published and refused."""

    def __init__(self, warehouse: Warehouse, settings: Settings) -> None:
        self._warehouse = warehouse
        self._files = ReportFiles(settings)
        self._stated = StatedClasses.of(settings)

    def report(
        self, build_id: str | None = None, *, may_read_pii: bool = True
    ) -> ValidationReport | None:
        """Return the report of a build, by default the current one; None when there is none."""
        return self._shown(self._find(build_id), may_read_pii=may_read_pii)

    def refused(self, *, may_read_pii: bool = True) -> ValidationReport | None:
        """Return the report of the last build when it was refused, else None."""
        return self._shown(self._files.newest_refused(), may_read_pii=may_read_pii)

    def _shown(
        self, report: ValidationReport | None, *, may_read_pii: bool
    ) -> ValidationReport | None:
        if report is None:
            return None
        raised = report.with_classes(self._stated)
        shown = raised if may_read_pii else raised.without_pii()
        results = tuple(_readable(result, report.dialect) for result in shown.results)
        return replace(shown, results=results)

    def _find(self, build_id: str | None) -> ValidationReport | None:
        current = self._warehouse.current_build()
        if current is not None and build_id in (None, current.id):
            with self._warehouse.read() as session:
                return read_report(session)
        return None if build_id is None else self._files.read(build_id)


def _readable(result: CheckResult, dialect: Dialect) -> CheckResult:
    """Indent the SQL only for who looks: it takes half a second, and every build has a report."""
    return replace(
        result,
        sql=None if result.sql is None else indented_sql(result.sql, dialect),
        rows_sql=None if result.rows_sql is None else indented_sql(result.rows_sql, dialect),
    )

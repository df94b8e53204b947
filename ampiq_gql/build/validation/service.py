"""Reading validation reports."""

from __future__ import annotations

from ampiq_gql.build.validation.models import ValidationReport
from ampiq_gql.build.validation.reports import ReportFiles, read_report
from ampiq_gql.settings import Settings
from ampiq_gql.warehouse import Warehouse

__all__ = ["ValidationService"]


class ValidationService:
    """Answers what was found about builds, published and refused."""

    def __init__(self, warehouse: Warehouse, settings: Settings) -> None:
        self._warehouse = warehouse
        self._files = ReportFiles(settings)

    def report(
        self, build_id: str | None = None, *, may_read_pii: bool = True
    ) -> ValidationReport | None:
        """Return the report of a build, by default the current one; None when there is none."""
        return _shown(self._find(build_id), may_read_pii=may_read_pii)

    def refused(self, *, may_read_pii: bool = True) -> ValidationReport | None:
        """Return the report of the last build when it was refused, else None."""
        return _shown(self._files.newest_refused(), may_read_pii=may_read_pii)

    def _find(self, build_id: str | None) -> ValidationReport | None:
        current = self._warehouse.current_build()
        if current is not None and build_id in (None, current.id):
            with self._warehouse.read() as session:
                return read_report(session)
        return None if build_id is None else self._files.read(build_id)


def _shown(report: ValidationReport | None, *, may_read_pii: bool) -> ValidationReport | None:
    return report if report is None or may_read_pii else report.without_pii()

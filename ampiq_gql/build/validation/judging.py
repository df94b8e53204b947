"""From figures to findings: limits, overrides, and since when something is so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from ampiq_gql.build.validation.declarations import Check, Measured
from ampiq_gql.build.validation.models import (
    CheckResult,
    CheckStatus,
    Override,
    Severity,
    ValidationReport,
)
from ampiq_gql.warehouse import Dialect
from ampiq_gql.warehouse.rendering import written_sql

__all__ = ["Judge"]


@dataclass(frozen=True, kw_only=True)
class Judge:
    """Judges what was measured at `built_at`; `before` is the last report, published or not."""

    built_at: datetime
    dialect: Dialect
    before: ValidationReport | None
    overrides: Sequence[Override] = ()

    @cached_property
    def _former(self) -> Mapping[tuple[str, str, str | None, str | None], CheckResult]:
        return {result.key: result for result in self.before.results} if self.before else {}

    def judge(self, found: Iterable[tuple[Check, Measured]]) -> tuple[CheckResult, ...]:
        """Return the findings; statements are written out once, however many checks share one."""
        texts: dict[int, str] = {}
        return tuple(self._result(check, measured, texts) for check, measured in found)

    def _result(self, check: Check, measured: Measured, texts: dict[int, str]) -> CheckResult:
        severity, threshold = _severity(check, measured)
        status = self._status(check, measured, severity)
        key = (check.id, measured.table or check.place, check.column, measured.datasource)
        first, last = self._seen(key, measured)
        if measured.sql is not None and id(measured.sql) not in texts:
            texts[id(measured.sql)] = written_sql(measured.sql, self.dialect)
        return CheckResult(
            id=check.id,
            table=key[1],
            column=check.column,
            datasource=measured.datasource,
            meaning=check.meaning,
            advice=check.advice,
            severity=severity,
            status=status,
            unit=check.unit,
            checked=measured.checked,
            failing=measured.failing,
            threshold=threshold,
            reason=measured.absent,
            sql=None if measured.sql is None else texts[id(measured.sql)],
            rows_sql=(
                None if measured.rows_sql is None else written_sql(measured.rows_sql, self.dialect)
            ),
            sample_columns=measured.sample_columns,
            samples=tuple(
                tuple(None if value is None else str(value) for value in sample)
                for sample in measured.samples
            ),
            parts=measured.parts,
            first_seen=first,
            last_seen=last,
            override=self._override(check) if status is CheckStatus.OVERRIDDEN else None,
        )

    def _status(self, check: Check, measured: Measured, severity: Severity) -> CheckStatus:
        if measured.absent is not None:
            return CheckStatus.NOT_APPLICABLE
        if measured.failing == 0:
            return CheckStatus.PASSED
        if severity is Severity.INFO:
            return CheckStatus.NOTED
        if severity is Severity.ERROR and self._override(check):
            return CheckStatus.OVERRIDDEN
        return CheckStatus.FAILED

    def _override(self, check: Check) -> Override | None:
        return next((one for one in self.overrides if one.check_id == check.id), None)

    def _seen(
        self, key: tuple[str, str, str | None, str | None], measured: Measured
    ) -> tuple[datetime | None, datetime | None]:
        """Return the first and the last time that something failed, this time included."""
        former = self._former.get(key)
        first = former.first_seen if former else None
        last = former.last_seen if former else None
        return (first or self.built_at, self.built_at) if measured.failing else (first, last)


def _severity(check: Check, measured: Measured) -> tuple[Severity, float | None]:
    """Return the severity and the limit that was passed; of a clean check the worst it has."""
    limits = ((Severity.ERROR, check.error_above), (Severity.WARN, check.warn_above))
    stated = [(severity, limit) for severity, limit in limits if limit is not None]
    if measured.failing == 0:
        return stated[0] if stated else (Severity.INFO, None)
    share = 1.0 if measured.checked == 0 else float(measured.failing / abs(measured.checked))
    for severity, limit in stated:
        if share > limit:
            return severity, limit
    return Severity.INFO, stated[-1][1] if stated else None

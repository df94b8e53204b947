"""What a validation finds, as values: every check with its figures, its SQL and its advice (5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from ampiq_gql.catalog import StatedClasses
from ampiq_gql.warehouse import Dialect

__all__ = [
    "MAX_SAMPLES", "CheckResult", "CheckStatus", "CheckUnit", "Override", "Part", "SampleColumn",
    "Severity", "ValidationReport",
]  # fmt: skip

MAX_SAMPLES = 20


class Severity(StrEnum):
    """How bad a finding is; only errors keep a build from being published."""

    ERROR = "error"
    WARN = "warn"
    INFO = "info"


class CheckStatus(StrEnum):
    """What came of a check.

    `noted`: something was counted that stays within the limit, or that has none.
    """

    PASSED = "passed"
    NOTED = "noted"
    FAILED = "failed"
    OVERRIDDEN = "overridden"
    NOT_APPLICABLE = "not_applicable"


class CheckUnit(StrEnum):
    """What `checked` and `failing` count; money is in the site's currency."""

    ROWS = "rows"
    KEYS = "keys"
    COLUMNS = "columns"
    MONEY = "money"


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """Somebody's word that a build be published although this check found errors."""

    check_id: str
    reason: str
    actor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleColumn:
    """A column of the sample keys; restricted people do not see the values of `is_pii` ones."""

    name: str
    is_pii: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A share of what a check found: a column, a channel, a month."""

    name: str
    checked: Decimal
    failing: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """What one check found in one table, of one source where `datasource` names it.

    `severity` is that of the finding; of a check that found nothing, the worst it could find.
    `threshold` is the share of `checked` that may fail before `severity` is reached; None when
    there is no limit. `sql` counted, `rows_sql` listed the `samples`; None when nothing was asked.
    `first_seen` and `last_seen` are when builds were made that had this finding.
    """

    id: str
    table: str
    column: str | None
    datasource: str | None
    meaning: str
    advice: str
    severity: Severity
    status: CheckStatus
    unit: CheckUnit
    checked: Decimal
    failing: Decimal
    threshold: float | None
    reason: str | None = None
    sql: str | None = None
    rows_sql: str | None = None
    sample_columns: tuple[SampleColumn, ...] = ()
    samples: tuple[tuple[str | None, ...], ...] = ()
    parts: tuple[Part, ...] = ()
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    override: Override | None = None

    @property
    def key(self) -> tuple[str, str, str | None, str | None]:
        """What makes it the same check in another build."""
        return self.id, self.table, self.column, self.datasource

    @property
    def share(self) -> float:
        """The share of `checked` that failed, 0 to 1 unless more failed than there should be."""
        if self.checked == 0:
            return 1.0 if self.failing else 0.0
        return float(self.failing / abs(self.checked))

    @property
    def is_blocking(self) -> bool:
        """Say whether this finding keeps a build from being published."""
        return self.status is CheckStatus.FAILED and self.severity is Severity.ERROR

    @property
    def place(self) -> str:
        """Say where it was looked: `orders.store_id of shop`."""
        column = f".{self.column}" if self.column else ""
        return f"{self.table}{column}" + (f" of {self.datasource}" if self.datasource else "")

    @property
    def counted(self) -> str:
        """Say how much was found, for people: `3 of 1,200 rows`, `an amount of 7.00 of 12.00`."""
        if self.unit is CheckUnit.MONEY:
            return f"an amount of {self.failing:,.2f} of {self.checked:,.2f}"
        return f"{self.failing:,} of {self.checked:,} {self.unit.value}"

    def with_classes(self, stated: StatedClasses) -> CheckResult:
        """Return the same with sample columns restricted that the site restricts."""
        columns = tuple(
            replace(
                column,
                is_pii=column.is_pii or stated.of_column(self.table, column.name).is_restricted,
            )
            for column in self.sample_columns
        )
        return replace(self, sample_columns=columns)

    def without_pii(self) -> CheckResult:
        """Return the same with the values of restricted sample columns left out."""
        if not any(column.is_pii for column in self.sample_columns):
            return self
        shown = [not column.is_pii for column in self.sample_columns]
        samples = tuple(
            tuple(value if may else None for value, may in zip(sample, shown, strict=True))
            for sample in self.samples
        )
        return replace(self, samples=samples)


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidationReport:
    """All that was found about one build, published or refused.

    `built_at` is an aware UTC instant, `seconds` how long the validation took.
    """

    build_id: str
    as_of: date
    built_at: datetime
    dialect: Dialect
    is_published: bool
    seconds: float
    results: tuple[CheckResult, ...]

    def of(self, status: CheckStatus, severity: Severity | None = None) -> Iterator[CheckResult]:
        """Return the results of that status, and of that severity when it is given."""
        for result in self.results:
            if result.status is status and severity in (None, result.severity):
                yield result

    @property
    def errors(self) -> tuple[CheckResult, ...]:
        """What keeps the build from being published."""
        return tuple(result for result in self.results if result.is_blocking)

    @property
    def warnings(self) -> tuple[CheckResult, ...]:
        """What is published all the same, and should be known."""
        return tuple(self.of(CheckStatus.FAILED, Severity.WARN))

    def with_classes(self, stated: StatedClasses) -> ValidationReport:
        """Return the same with the classes that the site has stated of columns."""
        return replace(self, results=tuple(one.with_classes(stated) for one in self.results))

    def without_pii(self) -> ValidationReport:
        """Return what people without the right to personal data may see."""
        return replace(self, results=tuple(result.without_pii() for result in self.results))

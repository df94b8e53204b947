"""What the checks of a build found."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import strawberry

from ampiq_gql.build import validation as domain
from ampiq_gql.build.validation import CheckStatus, CheckUnit, Severity
from ampiq_gql.graphql.enums import show_enum
from ampiq_gql.graphql.types.sql import SqlText
from ampiq_gql.warehouse import Dialect

__all__ = ["ValidationCheck", "ValidationReport"]

show_enum(
    Severity,
    name="CheckSeverity",
    description="How bad the finding of a check is.",
    values={
        Severity.ERROR: "Figures would be wrong: such a build is not published.",
        Severity.WARN: "Published, and worth knowing.",
        Severity.INFO: "A count, and nothing more.",
    },
)
show_enum(
    CheckStatus,
    description="What came of a check.",
    values={
        CheckStatus.PASSED: "Nothing failed.",
        CheckStatus.NOTED: "Something was counted that stays within the limit, or has none.",
        CheckStatus.FAILED: "More failed than may.",
        CheckStatus.OVERRIDDEN: "Errors were found, and somebody let them pass with a reason.",
        CheckStatus.NOT_APPLICABLE: "There was nothing to check.",
    },
)
show_enum(
    CheckUnit,
    description="What a check counts.",
    values={
        CheckUnit.ROWS: "Rows of the table.",
        CheckUnit.KEYS: "Different keys or values.",
        CheckUnit.COLUMNS: "Columns of the table.",
        CheckUnit.MONEY: "An amount in the site's currency.",
    },
)


@strawberry.type(description="Somebody's word that a build be published despite an error.")
class CheckOverride:
    """An override."""

    actor: str = strawberry.field(description="Who let it pass.")
    reason: str = strawberry.field(description="Why.")


@strawberry.type(description="A part of what a check found: a column, a channel, a month.")
class CheckPart:
    """A part."""

    name: str = strawberry.field(description="What the part is.")
    checked: Decimal = strawberry.field(description="How much of it was checked.")
    failing: Decimal = strawberry.field(description="How much of it failed.")


@strawberry.type(description="Keys of some rows that fail, at most 20, as columns and rows.")
class CheckSamples:
    """Sample keys."""

    columns: list[str] = strawberry.field(description="The columns of the keys.")
    rows: list[list[str | None]] = strawberry.field(
        description="One list of values per row; restricted personal keys are null for callers"
        " without the right to see them."
    )


@strawberry.type(description="What one check found in one table, of one source where it is named.")
class ValidationCheck:
    """A check with its finding."""

    check_id: str = strawberry.field(description="The stable id of the check, such as `db.unique`.")
    table: str = strawberry.field(description="The table that was checked.")
    column: str | None = strawberry.field(
        description="The column that was checked; null when it is the whole row."
    )
    datasource: str | None = strawberry.field(
        description="The source whose rows were checked; null for rows of all sources."
    )
    severity: Severity = strawberry.field(
        description="The severity of the finding; when nothing failed, the worst it could have."
    )
    status: CheckStatus = strawberry.field(description="What came of it.")
    meaning: str = strawberry.field(description="What fails, in a sentence.")
    advice: str = strawberry.field(description="What to do about it, in a sentence.")
    reason: str | None = strawberry.field(
        description="Why there was nothing to check; null when there was."
    )
    unit: CheckUnit = strawberry.field(description="What is counted.")
    checked: Decimal = strawberry.field(description="How much was checked, in the unit.")
    failing: Decimal = strawberry.field(description="How much of it failed, in the unit.")
    share: float = strawberry.field(description="The failing share of what was checked, 0 to 1.")
    threshold: float | None = strawberry.field(
        description="The share that may fail before the severity is reached; null without limit."
    )
    parts: list[CheckPart] = strawberry.field(description="Where it fails, the worst first.")
    samples: CheckSamples = strawberry.field(description="Keys of some rows that fail.")
    sql: SqlText | None = strawberry.field(
        description="The statement that counted, often for several checks at once; null when the"
        " answer needed none."
    )
    rows_sql: SqlText | None = strawberry.field(
        description="The statement that listed the samples; null when nothing was listed."
    )
    first_seen: datetime | None = strawberry.field(
        description="When the first build was made that had this finding; null when none had."
    )
    last_seen: datetime | None = strawberry.field(
        description="When the last build was made that had this finding; null when none had."
    )
    override: CheckOverride | None = strawberry.field(
        description="Who let the error pass; null unless somebody did."
    )

    @classmethod
    def from_domain(cls, found: domain.CheckResult, dialect: Dialect) -> ValidationCheck:
        """Show a finding."""
        return cls(
            check_id=found.id,
            table=found.table,
            column=found.column,
            datasource=found.datasource,
            severity=found.severity,
            status=found.status,
            meaning=found.meaning,
            advice=found.advice,
            reason=found.reason,
            unit=found.unit,
            checked=found.checked,
            failing=found.failing,
            share=found.share,
            threshold=found.threshold,
            parts=[
                CheckPart(name=part.name, checked=part.checked, failing=part.failing)
                for part in found.parts
            ],
            samples=CheckSamples(
                columns=[column.name for column in found.sample_columns],
                rows=[list(sample) for sample in found.samples],
            ),
            sql=_sql(found.sql, dialect),
            rows_sql=_sql(found.rows_sql, dialect),
            first_seen=found.first_seen,
            last_seen=found.last_seen,
            override=None
            if found.override is None
            else CheckOverride(actor=found.override.actor, reason=found.override.reason),
        )


def _sql(text: str | None, dialect: Dialect) -> SqlText | None:
    return None if text is None else SqlText(dialect=dialect, text=text)


@strawberry.type(description="All that the checks found about one build, published or refused.")
class ValidationReport:
    """A report."""

    build_id: strawberry.ID = strawberry.field(description="The build that was checked.")
    as_of: date = strawberry.field(
        description="The day that the build's figures stand for, in the site's time zone."
    )
    built_at: datetime = strawberry.field(description="When the build was made.")
    is_published: bool = strawberry.field(
        description="False for a build that was refused, so that the former one stayed."
    )
    seconds: float = strawberry.field(description="How long the checks took, in seconds.")
    error_count: int = strawberry.field(
        description="How many findings keep the build from being published."
    )
    warning_count: int = strawberry.field(description="How many findings are warnings.")
    checks: list[ValidationCheck] = strawberry.field(
        description="Every finding, in the order of the documentation."
    )

    @classmethod
    def from_domain(cls, report: domain.ValidationReport) -> ValidationReport:
        """Show a report."""
        return cls(
            build_id=strawberry.ID(report.build_id),
            as_of=report.as_of,
            built_at=report.built_at,
            is_published=report.is_published,
            seconds=report.seconds,
            error_count=len(report.errors),
            warning_count=len(report.warnings),
            checks=[
                ValidationCheck.from_domain(result, report.dialect) for result in report.results
            ],
        )

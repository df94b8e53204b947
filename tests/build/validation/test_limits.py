"""What a site may say about limits, and what is made of it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from ampiq_gql.build.validation import CheckStatus, Override, Severity
from ampiq_gql.build.validation.checks import CHECKS
from ampiq_gql.build.validation.declarations import Measured
from ampiq_gql.build.validation.judging import Judge
from ampiq_gql.build.validation.limits import read_expected_revenue
from ampiq_gql.errors import Invalid
from ampiq_gql.warehouse import Dialect

NOW = datetime.fromisoformat("2026-07-01T06:00:00+00:00")
NEGATIVE = next(check for check in CHECKS if check.id == "ord.purchase_negative")
INFORMING = next(check for check in CHECKS if check.id == "ord.store")


@pytest.mark.parametrize(
    ("checked", "failing", "severity", "status"),
    [
        (1_000, 0, Severity.ERROR, CheckStatus.PASSED),
        (1_000, 1, Severity.WARN, CheckStatus.FAILED),
        (1_000, 2, Severity.ERROR, CheckStatus.FAILED),
        (0, 0, Severity.ERROR, CheckStatus.PASSED),
        (0, 1, Severity.ERROR, CheckStatus.FAILED),
    ],
)
def test_the_worst_limit_that_is_passed_decides(
    checked: int, failing: int, severity: Severity, status: CheckStatus
) -> None:
    measured = Measured(checked=Decimal(checked), failing=Decimal(failing))
    judge = Judge(built_at=NOW, dialect=Dialect.DUCKDB, before=None)
    (found,) = judge.judge([(NEGATIVE, measured)])
    assert (found.severity, found.status) == (severity, status)


def test_without_a_limit_a_finding_is_noted() -> None:
    judge = Judge(built_at=NOW, dialect=Dialect.DUCKDB, before=None)
    (found,) = judge.judge([(INFORMING, Measured(checked=Decimal(2), failing=Decimal(2)))])
    assert (found.severity, found.status, found.share) == (Severity.INFO, CheckStatus.NOTED, 1.0)


def test_only_errors_are_overridden() -> None:
    override = Override(check_id=NEGATIVE.id, reason="known", actor="Ann")
    judge = Judge(built_at=NOW, dialect=Dialect.DUCKDB, before=None, overrides=[override])
    small, large = (
        Measured(checked=Decimal(1_000), failing=Decimal(failing)) for failing in (1, 500)
    )
    found = judge.judge([(NEGATIVE, small), (NEGATIVE, large)])
    assert [one.status for one in found] == [CheckStatus.FAILED, CheckStatus.OVERRIDDEN]
    assert [one.override for one in found] == [None, override]


def test_expected_revenue_is_read_by_month(tmp_path: Path) -> None:
    path = tmp_path / "expected_revenue.csv"
    path.write_text("\ufeffmonth,revenue\n2026-05,1234.50\n2026-06,0\n", encoding="utf-8")
    assert read_expected_revenue(path) == {"2026-05": Decimal("1234.50"), "2026-06": Decimal(0)}


@pytest.mark.parametrize(
    ("content", "place", "said"),
    [
        ("month,total\n", "line 1", "month and revenue"),
        ("month,revenue\nMay,5\n", "line 2", "'May' is not a month"),
        ("month,revenue\n2026-05,much\n", "line 2", "'much' is not an amount"),
        ("month,revenue\n2026-05,NaN\n", "line 2", "'NaN' is not an amount"),
        ("month,revenue\n2026-05,5\n2026-05,6\n", "line 3", "2026-05 is there twice"),
        ("month,revenue\n2026-05\n", "line 2", "'' is not an amount"),
        (b"month,revenue\n\xff", "", "cannot be read"),
        (None, "", "cannot be read"),
    ],
)
def test_what_cannot_be_expected_is_told_with_its_line(
    tmp_path: Path, content: str | bytes | None, place: str, said: str
) -> None:
    path = tmp_path / "expected_revenue.csv"
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(Invalid) as wrong:
        read_expected_revenue(path)
    assert wrong.value.code == "EXPECTED_REVENUE_UNREADABLE"
    assert said in wrong.value.message
    assert place in (wrong.value.place or "")

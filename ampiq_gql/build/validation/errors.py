"""What stops a publication."""

from __future__ import annotations

from ampiq_gql.build.validation.models import ValidationReport
from ampiq_gql.errors import Conflict

__all__ = ["ChecksFailed"]


class ChecksFailed(Conflict):
    """Figures of a build are wrong, so it is not published and the former one stays."""

    def __init__(self, report: ValidationReport) -> None:
        errors = report.errors
        found = "".join(
            f"\n  - {error.id} on {error.place}: {error.counted}. {error.advice}"
            for error in errors
        )
        ids = dict.fromkeys(error.id for error in errors)
        options = " ".join(f"--override {name}" for name in ids)
        super().__init__(
            "BUILD_CHECKS_FAILED",
            f"Build {report.build_id} is not published, because its checks found errors:{found}",
            hint="mend the data and build again; `ampiq validate --refused` shows the whole report."
            f" To publish it as it is: ampiq build {options} --reason '…'.",
        )
        self.report = report

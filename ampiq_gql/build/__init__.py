"""Source tables to the customer-360: pure selects, one module per table, checked and published."""

from __future__ import annotations

from ampiq_gql.build.kept import KeptBuildService
from ampiq_gql.build.models import BuildReport, BuildRules, RfmTies, TableRows
from ampiq_gql.build.service import BuildService
from ampiq_gql.build.validation import (
    CheckResult,
    ChecksFailed,
    Override,
    Severity,
    ValidationReport,
    ValidationService,
)

__all__ = [
    "BuildReport", "BuildRules", "BuildService", "CheckResult", "ChecksFailed",
    "KeptBuildService", "Override", "RfmTies", "Severity", "TableRows", "ValidationReport",
    "ValidationService",
]  # fmt: skip

"""Source tables to the customer-360: pure selects, one module per table, checked and published."""

from __future__ import annotations

from ampiq_gql.build.checks import CheckResult, ChecksFailed, Severity
from ampiq_gql.build.models import BuildReport, BuildRules, RfmTies, TableRows
from ampiq_gql.build.service import BuildService

__all__ = [
    "BuildReport", "BuildRules", "BuildService", "CheckResult", "ChecksFailed", "RfmTies",
    "Severity", "TableRows",
]  # fmt: skip

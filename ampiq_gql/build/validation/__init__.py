"""The gates of a build: figures that must agree before anyone may see it (data model, 5).

Checks are declared as small objects (`checks/`), counted together (`counting`), judged by the
site's limits (`judging`) and told as one report (`models`). An error stops the publication, so the
former build stays; a warning is published with the build.
"""

from __future__ import annotations

from ampiq_gql.build.validation.errors import ChecksFailed
from ampiq_gql.build.validation.models import (
    CheckResult,
    CheckStatus,
    CheckUnit,
    Override,
    Part,
    SampleColumn,
    Severity,
    ValidationReport,
)
from ampiq_gql.build.validation.service import ValidationService

__all__ = [
    "CheckResult", "CheckStatus", "CheckUnit", "ChecksFailed", "Override", "Part", "SampleColumn",
    "Severity", "ValidationReport", "ValidationService",
]  # fmt: skip

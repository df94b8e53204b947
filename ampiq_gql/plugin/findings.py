"""What checks report: of a destination's connection, and of a delivery before it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["CheckLevel", "CheckResult", "Finding", "FindingLevel"]


class CheckLevel(StrEnum):
    """How one check of a connection ended."""

    PASS = "pass"  # noqa: S105 - the outcome of a check, not a password
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """One check: `name` says what was tried (`network`, `auth`, `write_probe`)."""

    name: str
    level: CheckLevel
    message: str
    hint: str | None = None


class FindingLevel(StrEnum):
    """Whether a finding stops the delivery."""

    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a policy says of a planned delivery; an error keeps it from being sent."""

    level: FindingLevel
    code: str
    message: str

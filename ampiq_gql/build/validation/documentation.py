"""The table of all checks, as docs/validation.md shows it."""

from __future__ import annotations

from collections.abc import Iterator

from ampiq_gql.build.validation.checks import CHECKS
from ampiq_gql.build.validation.declarations import Check
from ampiq_gql.build.validation.models import Severity

__all__ = ["checks_table"]


def checks_table() -> str:
    """Return a Markdown table with a line for each check."""
    lines = dict.fromkeys(_line(check) for check in CHECKS)
    header = ("| check | looks at | severity | what fails | advice |", "|---|---|---|---|---|")
    return "\n".join([*header, *lines])


def _line(check: Check) -> str:
    column = f".{check.column}" if check.column else ""
    severity = "; ".join(_limits(check)) or Severity.INFO.value
    cells = (f"`{check.id}`", f"{check.place}{column}", severity, check.meaning, check.advice)
    return f"| {' | '.join(cells)} |"


def _limits(check: Check) -> Iterator[str]:
    for severity, limit in ((Severity.ERROR, check.error_above), (Severity.WARN, check.warn_above)):
        if limit is not None:
            yield (
                f"{severity.value} > {limit:.4g}"
                if limit < 0.001
                else (f"{severity.value} > {limit * 100:g} %" if limit else f"{severity.value} > 0")
            )

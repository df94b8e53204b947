"""The limits of checks as a site wants them: its settings laid over what the checks declare."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from pathlib import Path

from ampiq_gql.build.validation.declarations import Check
from ampiq_gql.errors import Invalid
from ampiq_gql.settings import ValidationLimits

__all__ = ["checks_within", "read_expected_revenue", "require_known"]

MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


def checks_within(checks: Sequence[Check], limits: ValidationLimits) -> tuple[Check, ...]:
    """Return the checks with the site's limits.

    Raises `Invalid` (CHECK_UNKNOWN) when the settings name a check that does not exist.
    """
    require_known((*limits.warn_above, *limits.error_above), checks, place="validation")
    return tuple(
        replace(
            check,
            warn_above=limits.warn_above.get(check.id, check.warn_above),
            error_above=limits.error_above.get(check.id, check.error_above),
        )
        for check in checks
    )


def require_known(names: Sequence[str], checks: Sequence[Check], *, place: str) -> None:
    """Raise `Invalid` (CHECK_UNKNOWN) for the first name that no check has."""
    known = list(dict.fromkeys(check.id for check in checks))
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, n=1, cutoff=0.4)
            raise Invalid(
                "CHECK_UNKNOWN",
                f"There is no check {name!r}.",
                hint=f"Did you mean {near[0]}?" if near else "docs/validation.md lists them all.",
                place=place,
            )


def read_expected_revenue(path: Path) -> Mapping[str, Decimal]:
    """Read the site's own revenue by month (`2026-06`).

    Raises `Invalid` (EXPECTED_REVENUE_UNREADABLE) with the line that is wrong.
    """
    found: dict[str, Decimal] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if not {"month", "revenue"} <= set(reader.fieldnames or ()):
                raise _unreadable(path, 1, "The columns must be month and revenue.")
            for record in reader:
                month, revenue = _month_and_revenue(path, reader.line_num, record)
                if month in found:
                    raise _unreadable(path, reader.line_num, f"{month} is there twice.")
                found[month] = revenue
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise _unreadable(path, None, f"The file cannot be read: {error}.") from error
    return found


def _month_and_revenue(
    path: Path, line: int, record: Mapping[str, str | None]
) -> tuple[str, Decimal]:
    month = (record["month"] or "").strip()
    if not MONTH.fullmatch(month):
        raise _unreadable(path, line, f"{month!r} is not a month such as 2026-06.")
    text = (record["revenue"] or "").strip()
    try:
        revenue = Decimal(text)
    except InvalidOperation:
        revenue = Decimal("NaN")
    if not revenue.is_finite():
        raise _unreadable(path, line, f"{text!r} is not an amount such as 1234.50.")
    return month, revenue


def _unreadable(path: Path, line: int | None, message: str) -> Invalid:
    return Invalid(
        "EXPECTED_REVENUE_UNREADABLE",
        f"The expected revenue cannot be compared with. {message}",
        hint="Mend the file, or leave `expected_revenue` out of the settings.",
        place=str(path) if line is None else f"{path} line {line}",
    )

"""Writes docs/errors.md of the codes in the source."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from ampiq_gql.graphql.faults import ErrorCode
from tests.docs.error_codes import Told

__all__ = ["TOP_LEVEL", "errors_page"]

TOP_LEVEL: Mapping[ErrorCode, tuple[str, str]] = {
    ErrorCode.PARSE_FAILED: (
        "The document is no GraphQL.",
        "Correct it at the place that is told.",
    ),
    ErrorCode.VALIDATION_FAILED: (
        "The document does not fit the schema.",
        "Correct it; `schema.graphql` says what there is.",
    ),
    ErrorCode.BAD_USER_INPUT: (
        "The request, a variable or an argument is wrong.",
        "Correct it; `reason` and `hint` tell more.",
    ),
    ErrorCode.NOT_FOUND: ("The thing or page asked for does not exist.", "Read the list again."),
    ErrorCode.CONFLICT: (
        "The present state does not allow it, such as before the first build.",
        "`reason` and `hint` tell what must be done first.",
    ),
    ErrorCode.LIMIT_EXCEEDED: (
        "The request asks for more than one request may; `limit` and `actual` say how much.",
        "Ask for less, or in several requests.",
    ),
    ErrorCode.TIMEOUT: (
        "It took longer than `AMPIQ_QUERY_TIMEOUT_SECONDS` and was stopped; a mutation has changed "
        "nothing.",
        "Ask for less, or raise the setting.",
    ),
    ErrorCode.INTERNAL: (
        "A fault of the server.",
        "Give the `correlationId` to whoever runs it; the log has all of it under that id.",
    ),
}
WAYS_OUT = {
    "NotFound": "Read the list again: it is gone, or was never there.",
    "Conflict": "Read it again: its state has changed, or forbids the command.",
    "OperatorError": "For whoever runs AmpIQ: see to the place that is named.",
    "Invalid": "Correct what the message names.",
    "": "Correct what the message names.",
}
AREAS = {
    "build": "Building", "campaigns": "Campaigns", "cancellation": "Requests",
    "cli": "Command line", "delivery": "Destinations and deliveries",
    "demo": "Demonstration", "explorer": "The data explorer", "graphql": "GraphQL",
    "ingest": "Loading files", "insights": "Insights, customers, files",
    "predict": "Predictive models", "queries": "SQL queries", "segments": "Segments and lists",
    "store": "The store", "warehouse": "The warehouse", "home": "The home",
    "setting_errors": "Settings", "plugin": "Plugins", "plugins": "Built-in plugins",
    "catalog": "The catalog", "names": "Names",
}  # fmt: skip
FINDING = re.compile(r"[EW]\d{3}")
INTRODUCTION = """# Errors

This page is made of the source by `make golden`; a test holds it to the code. `…` stands for what
is only known at work, such as a name.

## Where an error appears

A finding about an expression has a code such as `E201` and stands in `diagnostics`. What a user can
mend stands in the payload of a mutation as a type that implements `UserError`, with `code`,
`message`, `path` and `hint`. What is wrong with a request as a whole stands in `errors[]` with
`extensions.code` of the first table; `extensions.reason` is then a code of the others.

The command line prints `error CODE: message` and `fix: hint` to standard error, or with `--json`
`{"error": {"code", "message", "hint", "place"}}` to standard output, and exits with 1. A fault of
ours has the code `FAULT`, a number that the log has too, and exit 3; wrong usage exits with 2.
"""


def errors_page(told: Mapping[str, Told]) -> str:
    """Return the page."""
    findings = [one for code, one in told.items() if FINDING.fullmatch(code)]
    others = [one for code, one in told.items() if not FINDING.fullmatch(code)]
    parts = [INTRODUCTION, "## Codes of `errors[]`\n", _table(_top_level())]
    for area in sorted({one.area for one in others}, key=_title):
        parts += [f"## {_title(area)}\n", _table(_row(one) for one in others if one.area == area)]
    parts += [
        "## Findings about expressions\n\n`E` is an error, `W` a warning. Most bring `fixes` that "
        "an editor can apply.\n",
        _table(_row(one) for one in findings),
    ]
    return "\n".join(parts)


def _title(area: str) -> str:
    return AREAS.get(area, area.replace("_", " ").capitalize())


def _top_level() -> Iterator[tuple[str, str, str]]:
    for code, (meaning, way_out) in TOP_LEVEL.items():
        yield code.value, meaning, way_out


def _row(told: Told) -> tuple[str, str, str]:
    kind = next((kind for kind in WAYS_OUT if kind in told.kinds), "")
    is_finding = FINDING.fullmatch(told.code) is not None
    usual = "Apply a fix, or rewrite the marked part." if is_finding else WAYS_OUT[kind]
    way_out = told.hints or [usual]
    return told.code, " / ".join(told.messages or [told.about]), " / ".join(way_out)


def _table(rows: Iterable[tuple[str, str, str]]) -> str:
    lines = ["| code | what is said | what to do |", "|---|---|---|"]
    for code, said, way_out in sorted(rows):
        cells = (f"`{code}`", *(text.replace("|", "\\|").strip() for text in (said, way_out)))
        lines.append(f"| {' | '.join(' '.join(cell.split()) for cell in cells)} |")
    return "\n".join((*lines, ""))

"""The report as one HTML page that needs nothing else: no network, no scripts, no fonts.

Made as a tree of elements, so that whatever stands in the data is text and never markup.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

from ampiq_gql.build.validation.models import (
    CheckResult,
    CheckStatus,
    Severity,
    ValidationReport,
)

__all__ = ["report_page"]

WORDS = {
    CheckStatus.FAILED: {Severity.ERROR: "Error", Severity.WARN: "Warning", Severity.INFO: "Info"},
    CheckStatus.OVERRIDDEN: dict.fromkeys(Severity, "Overridden"),
    CheckStatus.NOTED: dict.fromkeys(Severity, "Noted"),
    CheckStatus.PASSED: dict.fromkeys(Severity, "Passed"),
    CheckStatus.NOT_APPLICABLE: dict.fromkeys(Severity, "Not applicable"),
}
SECTIONS = (
    ("Errors", CheckStatus.FAILED, Severity.ERROR),
    ("Overridden errors", CheckStatus.OVERRIDDEN, None),
    ("Warnings", CheckStatus.FAILED, Severity.WARN),
    ("Noted, within the limits", CheckStatus.NOTED, None),
    ("Passed", CheckStatus.PASSED, None),
    ("Not applicable", CheckStatus.NOT_APPLICABLE, None),
)

STYLE = """
:root { color-scheme: light dark; --edge: #8884; }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0; }
main { max-width: 60rem; margin: 0 auto; padding: 1rem; }
code, pre { font-family: ui-monospace, monospace; font-size: .9em; }
pre { overflow-x: auto; padding: .75rem; border: 1px solid var(--edge); }
article { border: 1px solid var(--edge); border-left: .4rem solid #888; padding: .25rem 1rem;
  margin: 1rem 0; }
article.error { border-left-color: #c62828; }
article.warn, article.overridden { border-left-color: #b26a00; }
article.noted { border-left-color: #2962a8; }
table { border-collapse: collapse; margin: .5rem 0; }
caption { text-align: left; font-weight: 600; }
th, td { border: 1px solid var(--edge); padding: .2rem .6rem; text-align: left; }
.line { margin: .2rem 0; overflow-wrap: anywhere; }
h3 { overflow-wrap: anywhere; }
"""


def report_page(report: ValidationReport) -> str:
    """Return the page; who opens it sees what the report holds, personal keys included."""
    page = Element("html", lang="en")
    head = SubElement(page, "head")
    SubElement(head, "meta", charset="utf-8")
    SubElement(head, "meta", name="viewport", content="width=device-width, initial-scale=1")
    title = f"Validation report of build {report.build_id}"
    SubElement(head, "title").text = title
    SubElement(head, "style").text = STYLE
    main = SubElement(SubElement(page, "body"), "main")
    SubElement(main, "h1").text = title
    SubElement(main, "p").text = _summary(report)
    for heading, status, severity in SECTIONS:
        results = list(report.of(status, severity))
        if results:
            _section(main, heading, results)
    return f"<!DOCTYPE html>\n{tostring(page, encoding='unicode', method='html')}\n"


def _summary(report: ValidationReport) -> str:
    counts = [
        f"{len(list(report.of(status, severity)))} {heading.lower()}"
        for heading, status, severity in SECTIONS
    ]
    state = "published" if report.is_published else "not published"
    return (
        f"As of {report.as_of}, built at {report.built_at:%Y-%m-%d %H:%M} UTC and {state}. "
        f"{'; '.join(counts)}."
    )


def _section(main: Element, heading: str, results: Sequence[CheckResult]) -> None:
    SubElement(main, "h2").text = f"{heading} ({len(results)})"
    for result in results:
        if result.status in (CheckStatus.PASSED, CheckStatus.NOT_APPLICABLE):
            _line(main, result)
        else:
            _article(main, result)


def _line(main: Element, result: CheckResult) -> None:
    text = result.reason or f"{result.checked:,} {result.unit.value} checked."
    line = SubElement(main, "p", {"class": "line"})
    SubElement(line, "code").text = result.id
    line[-1].tail = f" {result.place}: {text}"


def _article(main: Element, result: CheckResult) -> None:
    article = SubElement(main, "article", {"class": _kind(result)})
    heading = SubElement(article, "h3")
    SubElement(heading, "strong").text = WORDS[result.status][result.severity]
    heading[-1].tail = " "
    SubElement(heading, "code").text = result.id
    heading[-1].tail = f" {result.place}"
    SubElement(article, "p").text = f"{result.meaning} {_counted(result)}"
    SubElement(article, "p").text = result.advice
    if result.override:
        told = f"Overridden by {result.override.actor}: {result.override.reason}"
        SubElement(article, "p").text = told
    if result.parts:
        rows = [(part.name, f"{part.failing:,}", f"{part.checked:,}") for part in result.parts]
        _table(article, "Where", ("part", "failing", "checked"), rows)
    if result.samples:
        names = [column.name for column in result.sample_columns]
        _table(article, "Some of them", names, [list(map(_shown, one)) for one in result.samples])
    for heading_, sql in (("SQL that counted", result.sql), ("SQL that listed", result.rows_sql)):
        if sql:
            details = SubElement(article, "details")
            SubElement(details, "summary").text = heading_
            SubElement(details, "pre", tabindex="0").text = sql


def _kind(result: CheckResult) -> str:
    return result.severity.value if result.status is CheckStatus.FAILED else result.status.value


def _counted(result: CheckResult) -> str:
    return " ".join(_sentences(result))


def _sentences(result: CheckResult) -> Iterator[str]:
    limit = "" if result.threshold is None else f"; at most {result.threshold:.4%} may"
    yield f"{result.counted[0].upper()}{result.counted[1:]} ({result.share:.2%}) fail{limit}."
    if result.first_seen and result.last_seen:
        yield f"First seen {result.first_seen:%Y-%m-%d}, last {result.last_seen:%Y-%m-%d}."


def _shown(value: str | None) -> str:
    return "—" if value is None else value


def _table(
    parent: Element, caption: str, names: Sequence[str], rows: Sequence[Sequence[str]]
) -> None:
    table = SubElement(parent, "table")
    SubElement(table, "caption").text = caption
    header = SubElement(SubElement(table, "thead"), "tr")
    for name in names:
        SubElement(header, "th", scope="col").text = name
    body = SubElement(table, "tbody")
    for row in rows:
        line = SubElement(body, "tr")
        for value in row:
            SubElement(line, "td").text = value

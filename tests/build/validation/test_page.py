"""The page that people open: whole, safe, and needing nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from html.parser import HTMLParser

from ampiq_gql.build.validation import ValidationReport
from ampiq_gql.build.validation.page import report_page
from ampiq_gql.warehouse import Dialect
from tests.build.validation.bench import Bench, change

NASTY = "<script>alert('o\"0')</script>&amp;"


class Outline(HTMLParser):
    """What a browser would see of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def page_of(bench: Bench) -> tuple[str, ValidationReport]:
    with bench.broken(change("unified_transactions", {"order_id": "o0000"}, order_id=NASTY)):
        results = bench.results()
    report = ValidationReport(
        build_id=NASTY,
        as_of=date(2026, 6, 30),
        built_at=datetime.fromisoformat("2026-07-01T06:00:00+00:00"),
        dialect=Dialect.DUCKDB,
        is_published=False,
        seconds=1.0,
        results=tuple(replace(one, samples=one.samples[:3]) for one in results),
    )
    return report_page(report), report


def test_the_page_is_well_formed_and_data_are_text(bench: Bench) -> None:
    page, report = page_of(bench)
    outline = Outline(page)
    assert outline.open == []
    assert "script" not in outline.tags
    assert f"Validation report of build {NASTY}" in outline.texts
    assert NASTY in outline.texts  # among the samples
    text = " ".join(outline.texts)
    for result in report.results:
        assert result.id in text


def test_the_page_needs_no_network_and_can_be_read_aloud(bench: Bench) -> None:
    page, _ = page_of(bench)
    outline = Outline(page)
    assert not {name for name, _ in outline.attributes} & {"src", "href", "onclick", "style"}
    assert ("lang", "en") in outline.attributes
    assert {"main", "h1", "h2", "h3", "caption", "th"} <= set(outline.tags)
    assert outline.attributes.count(("scope", "col")) == outline.tags.count("th")
    assert "url(" not in page

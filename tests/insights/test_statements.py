"""What is sent to the warehouse: only what was asked, once, and nothing at the second look."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

from ampiq_gql.insights import (
    ALL_FIGURES,
    Figure,
    InsightService,
    Metric,
    everyone_measured_ahead,
)
from ampiq_gql.segments import SaveSegment, SegmentService
from ampiq_gql.settings import Settings
from ampiq_gql.store import Store
from ampiq_gql.warehouse import Warehouse, open_warehouse

SEATTLE = 'city is "Seattle"'


@contextmanager
def warehouse_statements() -> Iterator[list[str]]:
    """Collect the questions that reach the warehouse meanwhile; snapshots are opened before."""
    found: list[str] = []

    def collect(connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        if connection.dialect.name == "duckdb":
            found.append(statement)

    event.listen(Engine, "before_cursor_execute", collect)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", collect)


def _sql(insights: InsightService, figure: Figure) -> str:
    found = insights.summary(SEATTLE, figures={figure})
    tile: Metric | None = getattr(found, figure.value)
    assert tile is not None
    return tile.sql.text()


def test_a_statement_holds_only_the_measures_of_the_asked_figures(
    insights: InsightService,
) -> None:
    size = _sql(insights, Figure.UNIQUE_CUSTOMERS)
    assert "AS customers" in size
    assert "transaction_attributes_extended" not in size
    assert "customer_attributes" not in size
    revenue = _sql(insights, Figure.REVENUE)
    assert "l12m_order_revenue" in revenue
    assert "AS orders" in revenue  # a column of the past year, which costs nothing unread
    assert "contactable" not in revenue
    assert "COUNT(DISTINCT" not in revenue
    assert "predicted" not in _sql(insights, Figure.REACHABLE_CUSTOMERS)


def test_figures_that_are_not_asked_for_are_absent(insights: InsightService) -> None:
    found = insights.summary(SEATTLE, figures={Figure.REVENUE})
    answered = {figure for figure in ALL_FIGURES if getattr(found, figure.value) is not None}
    assert answered == {Figure.REVENUE}


def test_all_figures_of_a_segment_are_one_statement_and_everyone_another(
    insights: InsightService,
) -> None:
    insights.counted("everyone")  # opens the snapshot and reads the catalog
    with warehouse_statements() as sent:
        insights.summary(SEATTLE)
    assert len(sent) == 2
    with warehouse_statements() as sent:
        insights.summary('city is "Chicago"')
    assert len(sent) == 1


def test_the_second_look_sends_nothing(insights: InsightService) -> None:
    first = insights.summary(SEATTLE)
    with warehouse_statements() as sent:
        again = insights.summary(SEATTLE, figures={Figure.REVENUE, Figure.REACHABILITY})
        insights.counted("city   IS 'Seattle'".replace("'", '"'))
    assert sent == []
    assert again.revenue is not None
    assert first.revenue is not None
    assert again.revenue.value == first.revenue.value


def test_a_wider_question_asks_only_for_what_is_missing(insights: InsightService) -> None:
    insights.summary(SEATTLE, figures={Figure.UNIQUE_CUSTOMERS})
    with warehouse_statements() as sent:
        insights.summary(SEATTLE, figures={Figure.UNIQUE_CUSTOMERS, Figure.REACHABLE_CUSTOMERS})
    assert len(sent) == 2
    assert all("AS customers" not in statement for statement in sent)


def test_another_day_is_another_question(insights: InsightService) -> None:
    text = "has purchased in last 30 days"
    today, before = insights.counted(text), insights.counted(text, as_of=date(2025, 6, 30))
    assert today.customers != before.customers
    assert insights.counted(text).customers == today.customers


def test_a_changed_segment_is_another_question_for_who_names_it(
    insights: InsightService, segments: SegmentService
) -> None:
    draft = segments.save(SaveSegment(name="Coast", text=SEATTLE), "ada")
    active = segments.activate(draft.id, "ada")
    naming = 'member of segment "Coast" and email is not null'
    before = insights.counted(naming).customers
    segments.save(
        SaveSegment(id=active.id, revision=active.revision, text='city is "Chicago"'), "ada"
    )
    after = insights.counted(naming).customers
    assert before == insights.counted(f"{SEATTLE} and email is not null").customers
    assert after == insights.counted('city is "Chicago" and email is not null').customers
    assert before != after


@pytest.mark.parametrize(("entries", "sent_again"), [(0, 2), (1, 2), (3, 0)])
def test_the_cache_holds_as_many_audiences_as_the_settings_say(
    warehouse: Warehouse, segments: SegmentService, shop: Settings, entries: int, sent_again: int
) -> None:
    settings = shop.model_copy(update={"insight_cache_entries": entries})
    insights = InsightService(warehouse, segments, settings)
    figures = {Figure.UNIQUE_CUSTOMERS}
    insights.summary(SEATTLE, figures=figures)
    insights.summary('city is "Chicago"', figures=figures)
    with warehouse_statements() as sent:
        insights.summary(SEATTLE, figures=figures)
    assert len(sent) == sent_again


def test_everyone_is_measured_once_however_many_ask(insights: InsightService) -> None:
    insights.counted("everyone")  # opens the snapshot and reads the catalog
    cities = ("Seattle", "Chicago", "Portland", "Springfield")
    with warehouse_statements() as sent, ThreadPoolExecutor(len(cities)) as pool:
        list(pool.map(insights.summary, [f'city is "{city}"' for city in cities]))
    assert len(sent) == len(cities) + 1


def test_everyone_can_be_measured_ahead(insights: InsightService) -> None:
    insights.measure_everyone()
    with warehouse_statements() as sent:
        insights.summary(SEATTLE)
    assert len(sent) == 1


def test_a_server_measures_everyone_beside_its_first_requests(insights: InsightService) -> None:
    with warehouse_statements() as sent, everyone_measured_ahead(insights):
        insights.summary(SEATTLE)
        insights.summary('city is "Chicago"')
    everyone = [statement for statement in sent if "WITH segment" not in statement]
    assert sum("contactable_email" in statement for statement in everyone) == 1


def test_a_server_without_a_build_begins_all_the_same(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    store, empty = Store.open(settings), open_warehouse(settings)
    insights = InsightService(empty, SegmentService(store, empty, settings), settings)
    with everyone_measured_ahead(insights):
        pass
    empty.close()
    store.close()

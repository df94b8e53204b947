"""What is counted together, or known already, is what every check finds when it asks alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest
import sqlalchemy as sa

from ampiq_gql.build.validation import CheckResult
from ampiq_gql.build.validation.carrying import Changes, PassGroups
from ampiq_gql.build.validation.checks import CHECKS
from ampiq_gql.build.validation.declarations import CountedCheck, TableFamily
from ampiq_gql.build.validation.former import Former
from ampiq_gql.build.validation.order_facts import OrderFacts
from tests.build.validation.bench import Bench, Breaking, change, remove, repeat

FORMER = Former(build_id="before", revenue=Decimal(), tables={})
LINES, ORDERS, PEOPLE = (
    "unified_itemized_transactions", "unified_transactions", "merged_customers",
)  # fmt: skip
FIRST = {"order_id": "o0000", "line_number": 1, "is_return": False, "is_cancellation": False}
ONE = {"order_id": "o0000"}

BREAKING: dict[str, Sequence[Breaking]] = {
    "nothing": (),
    "a line twice": [repeat(LINES, FIRST)],
    "a line twice, of a high number": [
        change(LINES, FIRST, line_number=99), repeat(LINES, FIRST | {"line_number": 99}),
    ],
    "two lines of one number, of other products": [repeat(LINES, FIRST, product_id="p99")],
    "an order twice": [repeat(ORDERS, ONE)],
    "an order twice, and one that is gone": [
        repeat(ORDERS, ONE), remove(ORDERS, {"order_id": "o0001"}),
    ],
    "an order without lines": [remove(LINES, ONE)],
    "lines without an order": [remove(ORDERS, ONE)],
    "an order without a name": [change(ORDERS, ONE, order_id=None)],
    "lines without a name": [change(LINES, ONE, order_id=None)],
    "blank and empty texts": [
        change(LINES, FIRST, datasource=" ", product_id=""),
        change(LINES, {"line_number": 2}, item_revenue=None),
    ],
    "a person twice": [repeat(PEOPLE, {"customer_id": "c000"})],
}  # fmt: skip


ASKED = (
    "db.unique", "id.records_many", "db.required", "db.required.key", "db.required.blank",
    "ord.id_missing", "ord.product", "ord.revenue_missing",
)  # fmt: skip
"""Without the pass over orders and lines, and without a profile, these ask for themselves."""


@pytest.mark.parametrize("breaking", BREAKING.values(), ids=BREAKING.keys())
def test_what_is_known_is_told_as_if_it_had_been_asked(
    bench: Bench, breaking: Sequence[Breaking]
) -> None:
    with bench.broken(*breaking):
        known = bench.results(measures=bench.profiled(LINES, ORDERS, PEOPLE))
        alone = bench.results(*ASKED)
    found = {result.key: result for result in known}
    for result in alone:
        assert told(found[result.key]) == told(result)


def told(result: CheckResult) -> object:
    return result.key, result.status, result.checked, result.failing, result.samples, result.parts


def test_what_is_shown_counts_what_is_told(bench: Bench) -> None:
    """Statements are written out as people run them, who know nothing beforehand."""
    breaking = [one for name in BREAKING for one in BREAKING[name] if "twice" not in name]
    counted = {check.id for check in CHECKS if isinstance(check, CountedCheck | TableFamily)}
    with bench.broken(*breaking):
        results = bench.results(measures=bench.profiled(LINES, ORDERS, PEOPLE))
        shown = [one for one in results if one.id in counted and one.sql]
        figures = [counted_by(bench, result) for result in shown]
    assert len(shown) > 80
    assert sum(result.failing > 0 for result in shown) > 10
    assert figures == [(result.key, result.checked, result.failing) for result in shown]


def counted_by(bench: Bench, result: CheckResult) -> object:
    """Run the statement of a result and add its figures up over the groups of its source."""
    name = "_".join(filter(None, [result.id, result.column])).replace(".", "_")
    statement = sa.DDL((result.sql or "").replace("%", "%%"))
    rows = bench.connection.execute(statement).mappings().all()
    groups = [row for row in rows if row.get("datasource") == result.datasource]
    checked = [Decimal(row[f"{name}_checked"] or 0) for row in groups]
    failing = [Decimal(row[f"{name}_failing"] or 0) for row in groups]
    if result.id == "rec.lines_orders":  # the two sums that it compares
        failing = [abs(one - other) for one, other in zip(checked, failing, strict=True)]
    return result.key, sum(checked), sum(failing)


def test_of_clean_orders_all_is_proven_by_the_pass_that_joins_them(bench: Bench) -> None:
    counted: dict[str, int] = {}
    with bench.broken():
        measures = bench.profiled(LINES, ORDERS)
        bench.results(counted=counted, measures=measures)
    proven = OrderFacts.of(replace(bench.inputs, counted=counted, measures=measures))
    assert proven == OrderFacts(has_unique_orders=True, has_unique_lines=True, has_alike_dates=True)


@pytest.mark.parametrize(("kept", "believed"), [({LINES}, True), ({ORDERS}, False)])
def test_what_the_former_build_counted_is_believed_of_tables_that_are_kept(
    bench: Bench, kept: set[str], believed: bool
) -> None:
    counts: dict[str, PassGroups] = {}
    with bench.broken():
        bench.results("ord.qty_zero", counts=counts)
        ((key, ((names, figures),)),) = (one for one in counts.items() if len(one[1]) == 1)
        former = replace(FORMER, counts={key: ((names, tuple(7 * one for one in figures)),)})
        changes = Changes(kept=frozenset(kept))
        (found,) = bench.results("ord.qty_zero", former=former, changes=changes)
    assert found.checked == figures[0] * (7 if believed else 1)

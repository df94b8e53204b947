"""What is wrong with the meaning of a text: code, place, words and fixes.

The words are in a golden file, so that a change of any message is read in review.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from dsl import AsOf, Diagnostic, SegmentKey, check, render
from dsl.catalog import Unit
from tests.dsl.fixture import AS_OF, CATALOG, FixtureSegment

TODAY = AsOf.on(AS_OF)
NOISY = (
    CATALOG.with_segments(West='state in ("CA", "OR")', Broken="citty is null", Loop_a="everyone")
    .with_column("customer_360", "state", known_values=frozenset({"IL", "CA", "WA"}))
    .with_column("customer_360", "city", completion=0.9)
    .with_column("unified_itemized_transactions", "item_quantity", unit=Unit.COUNT)
)
IDEA = FixtureSegment(name="Idea", text="everyone", is_active=False)
NOISY = replace(NOISY, segments=[*NOISY.segments, IDEA])

# code, the text that the finding is about, the whole text
CASES = [
    # names
    ("E201", "citty", 'citty is "Chicago"'),
    ("E201", "frobnicate", "frobnicate > 5"),
    ("E201", "revenue_lifetime_order", "revenue_lifetime_order > 5"),
    ("E201", "`Lifetime Order Revenu`", "`Lifetime Order Revenu` > 5"),
    ("E201", "Chicago", "city = Chicago"),
    ("E201", "citty", "state is not null and lifetime_order_revenue > citty"),
    ("E201", "null", "state in (null)"),
    ("E201", "null", 'state in ("CA", null)'),
    ("E201", "null", "lifetime_order_frequency not in (1, null)"),
    ("E201", "NULL", "birthdate not in (NULL)"),
    ("E201", "customer_36", 'customer_36.city is "x"'),
    ("E201", "town", 'customer_360.town is "x"'),
    ("E201", "unified_loyalty", "unified_loyalty is not null"),
    ("E201", "city", 'has purchased where (city is "Chicago")'),
    ("E201", "unified_loyalty", "has purchased where (unified_loyalty.is_opted_in is true)"),
    ("E201", "unified_loyaltyy", "any row in unified_loyaltyy where (is_opted_in is true)"),
    # uploaded files, which only full names mean
    ("E201", "file.survey_26", "file.survey_26.stars > 3"),
    ("E201", "file.`Survey 26`", "any row in file.`Survey 26` where (stars > 3)"),
    ("E201", "star", "file.survey_2026.star > 3"),
    ("E201", "answer", 'answer is "yes"'),
    ("E201", "file.survey_2026", "file.survey_2026 is not null"),
    ("E202", "purchase_brand", 'purchase_brand is "ACME"'),
    ("E203", '"Wst"', 'member of segment "Wst"'),
    ("E203", '"survey.csv"', 'member of file "survey.csv"'),
    ("E203", '"Idea"', 'member of segment "Idea"'),
    ("E203", '"Broken"', 'member of segment "Broken"'),
    ("E204", "email_opens", "email_opens > 3"),
    ("E204", "email_engagement_summary", "count of email_engagement_summary >= 1"),
    # operators and values
    ("E301", '> "B"', 'city > "B"'),
    ("E301", "in last 3 days", "city in last 3 days"),
    ("E301", "is true", "city is true"),
    ("E301", "between 1 and 2", "is_vip between 1 and 2"),
    ("E301", 'contains "x"', 'lifetime_order_revenue contains "x"'),
    ("E301", "is empty", "lifetime_order_revenue is empty"),
    ("E301", "in top 10%", "city in top 10%"),
    ("E301", "city", "age of city > 5"),
    ("E301", "> 5", "anniversary of birthdate > 5"),
    ("E301", "after today", "anniversary of birthdate after today"),
    ("E301", "customer_360.city", "sum of customer_360.city > 5"),
    ("E302", "true", "state = true"),
    ("E302", "2026-01-01", "city is 2026-01-01"),
    ("E302", '"5"', 'lifetime_order_frequency > "5"'),
    ("E302", "today", "lifetime_order_frequency > today"),
    ("E302", '"2026-01-01"', 'first_order_datetime > "2026-01-01"'),
    ("E302", "5", "is_vip = 5"),
    ("E302", "$5", "lifetime_order_frequency > $5"),
    ("E302", "state", "lifetime_order_revenue > state"),
    ("E302", "1234567890123456789012", "lifetime_order_revenue > 1234567890123456789012"),
    ("E303", "02134", "postal = 02134"),
    ("E303", "98101", 'postal in ("98102", 98101)'),
    ("E304", "60%", "lifetime_discount_percent > 60%"),
    ("E304", "60%", "lifetime_order_frequency > 60%"),
    ("E304", "60%", "predicted_score > 60%"),
    ("E305", "€500", "lifetime_order_revenue > €500"),
    ("E306", "10 and 2", "lifetime_order_frequency between 10 and 2"),
    (
        "E306",
        "today and today - 3 months",
        "first_order_datetime between today and today - 3 months",
    ),
    ("E306", "between 4 and 2 times", "has purchased between 4 and 2 times"),
    ("E306", "in last 0 days", "has not purchased in last 0 days"),
    ("E306", "in next 0 weeks", "anniversary of birthdate in next 0 weeks"),
    ("E307", "0%", "l12m_order_revenue in top 0%"),
    ("E307", "0", "top 0 by l12m_order_revenue"),
    ("E307", "current_balance", "current_balance in top 10%"),
    ("E308", "+ 9000 years", "first_order_datetime after today + 9000 years"),
    # purchases
    ("E310", "3 times", "has purchased 3 times"),
    ("E310", "0 times", "has purchased 0 times"),
    ("E310", "exactly 0 times", "has purchased exactly 0 times"),
    ("E310", "less than 1 times", "has purchased less than 1 times"),
    ("E310", "at least 0 times", "has purchased at least 0 times"),
    ("E311", "everyone", "has purchased where (everyone)"),
    ("E311", 'member of segment "West"', 'has purchased where (member of segment "West")'),
    ("E311", "has purchased", "any row in unified_loyalty where (has purchased)"),
    ("E311", "item_revenue in top 10%", "has purchased where (item_revenue in top 10%)"),
    (
        "E312",
        "most frequent order where (item_quantity > 1)",
        "most frequent order where (item_quantity > 1)",
    ),
    (
        "E312",
        'product_category is "a" or item_quantity > 1',
        'most frequent order where (product_category is "a" or item_quantity > 1)',
    ),
    ("E901", 'sql("SELECT 1")', 'sql("SELECT 1")'),
    # lints
    ("W204", 'city is not "Chicago"', 'city is not "Chicago"'),
    ("W204", 'city does not contain "a"', 'city does not contain "a"'),
    ("W204", 'city not in ("a")', 'city not in ("a")'),
    ("W205", '"Illinois"', 'state is "Illinois"'),
    ("W205", '"Washington"', 'state in ("CA", "Washington")'),
    (
        "W201",
        'is_opted_in is true and current_tier is "VIP"',
        'is_opted_in is true and current_tier is "VIP"',
    ),
    ("W202", 'current_tier is not "VIP"', 'current_tier is not "VIP"'),
    ("W202", "tier_expires_on not on today", "tier_expires_on not on today"),
    ("W206", "l12m_order_revenue in top 10%", 'l12m_order_revenue in top 10% and state is "WA"'),
    ("W206", "top 5 by l12m_order_revenue", 'state is "WA" and top 5 by l12m_order_revenue'),
    ("W207", 'state is "WA" and state is "CA"', 'state is "WA" and state is "CA"'),
    ("W207", 'state is "WA" and state is not "wa"', 'state is "WA" and state is not "wa"'),
    ("W207", 'state is null and state in ("CA")', 'state is null and state in ("CA")'),
    ("W207", "is_vip is true and is_vip is false", "is_vip is true and is_vip is false"),
    ("W207", "state is null and state is not null", "state is null and state is not null"),
    ("W207", "state is null and state is not empty", "state is null and state is not empty"),
    ("W207", 'state is empty and state is "CA"', 'state is empty and state is "CA"'),
    ("W207", "is_vip is null and not (is_vip is null)", "is_vip is null and not (is_vip is null)"),
    ("W207", "state is not null or state is null", "state is not null or state is null"),
    ("W207", "state is empty or state is not null", "state is empty or state is not null"),
    (
        "W207",
        "l12m_order_revenue > 5 and is_vip is true and l12m_order_revenue <= 5",
        "l12m_order_revenue > 5 and is_vip is true and l12m_order_revenue <= 5",
    ),
    (
        "W207",
        "birthdate after today and birthdate before yesterday",
        "birthdate after today and birthdate before yesterday",
    ),
    (
        "W207",
        'store_id is "7" and store_id is "8"',
        'has purchased where (store_id is "7" and store_id is "8")',
    ),
    ("W207", 'state is not "WA" or state is not "CA"', 'state is not "WA" or state is not "CA"'),
    ("W305", "= 0.5", "predicted_score = 0.5"),
    ("W307", ">= 900", "l12m_rfm_score >= 900"),
]


def found(text: str, **options: object) -> tuple[Diagnostic, ...]:
    return check(text, NOISY, TODAY, **options).diagnostics  # type: ignore[arg-type]


@pytest.mark.parametrize(("code", "marked", "text"), CASES)
def test_a_finding_marks_what_it_is_about(code: str, marked: str, text: str) -> None:
    (only,) = found(text)
    assert (only.code, text[only.span.start : only.span.end]) == (code, marked)


@pytest.mark.parametrize(("code", "marked", "text"), CASES)
def test_the_best_fix_leaves_a_text_without_that_finding(code: str, marked: str, text: str) -> None:
    (only,) = found(text)
    fixed = [check(fix.apply(text), NOISY, TODAY) for fix in only.fixes]
    assert all(each.tree is not None for each in fixed)
    assert code not in {each.code for best in fixed[:1] for each in best.diagnostics}


def test_messages_are_as_reviewed(golden: Callable[[str, str], None]) -> None:
    rendered = [render(text, each) for _, _, text in CASES for each in found(text)]
    golden("dsl/resolver_messages.txt", "\n\n".join(rendered) + "\n")


def test_everything_wrong_is_told_at_once_in_order() -> None:
    text = 'citty is "x" and postal = 5 and has purchased where (colour is "red") exclude frob > 1'
    assert [each.code for each in found(text)] == ["E201", "E303", "E201", "E201"]


def test_a_text_that_cannot_be_read_everywhere_is_still_resolved_elsewhere() -> None:
    codes = [each.code for each in found('citty is "x" and state >> 5 and frob > 1')]
    assert (codes[0], codes[-1]) == ("E201", "E201")
    assert "E101" in codes


def test_at_most_twenty_findings_are_told() -> None:
    assert len(found(" and ".join(f"frob_{number} > 1" for number in range(30)))) == 20


def test_personal_data_is_refused_without_the_permission() -> None:
    (only,) = found('email contains "gmail" and city is "x"', may_read_pii=False)
    assert (only.code, only.span.start, only.span.end) == ("E401", 0, 5)
    assert not found('email contains "gmail"')


def test_a_segment_on_personal_data_may_be_used_by_anyone() -> None:
    catalog = CATALOG.with_segments(Gmail='email contains "gmail"')
    assert not check('member of segment "gmail"', catalog, TODAY, may_read_pii=False).diagnostics


def test_segments_that_go_round_in_a_circle_are_refused_naming_the_loop() -> None:
    catalog = CATALOG.with_segments(A='member of segment "B"', B='member of segment "A"')
    (only,) = check('member of segment "A"', catalog, TODAY).diagnostics
    assert only.code == "E203"
    assert '"A" → "B" → "A"' in only.message


def test_a_segment_cannot_come_to_use_itself_by_an_edit() -> None:
    catalog = CATALOG.with_segments(A="everyone", B='not member of segment "A"')
    text = 'city is "x" or member of segment "B"'
    key = SegmentKey(id="id of A", name="A")
    (only,) = check(text, catalog, TODAY, saved_as=key).diagnostics
    assert only.code == "E203"
    assert '"A" → "B" → "A"' in only.message


def test_columns_of_the_build_are_named_when_it_is_asked_for_another_day() -> None:
    text = "l12m_order_revenue > 5 and (days_since_latest_order > 5 or l12m_order_revenue > 9)"
    earlier = AsOf.on(AS_OF - timedelta(days=1))
    findings = check(text, CATALOG, earlier).diagnostics
    assert [(each.code, each.span.start) for each in findings] == [("W211", 0), ("W211", 28)]
    assert check(text, CATALOG, earlier).segment is not None
    assert not check(text, CATALOG, TODAY).diagnostics


def test_columns_of_the_build_inside_a_segment_are_told_where_it_is_used() -> None:
    catalog = CATALOG.with_segments(Big="l12m_order_revenue > 5")
    (only,) = check('member of segment "Big"', catalog, AsOf.on(date(2026, 1, 1))).diagnostics
    assert (only.code, only.span.start) == ("W211", 0)

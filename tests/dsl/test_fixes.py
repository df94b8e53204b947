"""A fix says what its title says: of the same column, in words that can be read."""

from __future__ import annotations

import pytest

from dsl import AsOf, Diagnostic, check
from dsl.catalog import Unit
from tests.dsl.fixture import AS_OF, CATALOG

GAPS = (
    CATALOG.with_column("customer_360", "city", completion=0.9)
    .with_column("merged_customers", "city", completion=0.9)
    .with_column("unified_itemized_transactions", "product_id", completion=0.9)
    .with_column("transaction_attributes_extended", "l12m_recency", unit=Unit.COUNT)
)


def only_finding(text: str) -> Diagnostic:
    (finding,) = check(text, GAPS, AsOf.on(AS_OF)).diagnostics
    return finding


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("city = null", "city is null"),
        ("city!=null", "city is not null"),
        ("is_vip <> NULL", "is_vip is not null"),
        ("has purchased 3 or more times", "has purchased at least 3 times"),
        ("has purchased 1+ in last 9 days", "has purchased at least 1 time in last 9 days"),
        (
            'most frequent order 2 or fewer times where (store_id is "7")',
            'most frequent order at most 2 times where (store_id is "7")',
        ),
        ('postal in ("a", null)', '(postal in ("a") or postal is null)'),
        ('postal not in ("a", null)', 'postal not in ("a")'),
        ("l12m_recency in (null)", "l12m_recency is null"),
        ("birthdate in last 0 days", "birthdate in last 1 day"),
        ("l12m_recency > 0.0000001%", "l12m_recency > 0.0000001"),
        ("l12m_order_revenue > €0.0000001", "l12m_order_revenue > 0.0000001"),
        ("city is 'O'Hare' and is_vip is true", 'city is "O\'Hare" and is_vip is true'),
        ("city in ('a', 'O'Hare')", "city in ('a', \"O'Hare\")"),
        ('city is "say "hi""', 'city is "say \\"hi\\""'),
        (
            '(is_vip is true or city is "a" exclude postal is "b")',
            '((is_vip is true or city is "a") and not (postal is "b"))',
        ),
        (
            'merged_customers.city is "a" and merged_customers.city is "b"',
            'merged_customers.city in ("a", "b")',
        ),
        (
            'merged_customers.city is not "a"',
            '(merged_customers.city is not "a" or merged_customers.city is null)',
        ),
    ],
)
def test_a_fix_mends_the_text(text: str, mended: str) -> None:
    (fix,) = only_finding(text).fixes
    assert fix.apply(text) == mended
    assert not check(mended, GAPS, AsOf.on(AS_OF)).diagnostics


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('city is not "x"', "customers without a value in “city” are left out"),
        ('not (city is not "x")', "customers without a value in “city” stay"),
        ('everyone exclude city is not "x"', "customers without a value in “city” stay"),
        ('everyone exclude not (city is not "x")', "customers without a value in “city” are left"),
        (
            'everyone exclude has purchased where (product_id is not "x")',
            "rows without a value in “product_id” are left out",
        ),
        (
            'everyone exclude l12m_order_revenue in top 9% among (city is not "x")',
            "customers without a value in “city” are left out",
        ),
    ],
)
def test_missing_values_are_told_to_stay_or_to_be_left_out(text: str, words: str) -> None:
    finding = only_finding(text)
    assert finding.code == "W204"
    assert finding.message.startswith(words)


def test_two_joints_with_nothing_between_are_no_mixed_chain() -> None:
    assert only_finding('city is "a" and or is_vip is true').code == "E101"


def test_a_count_that_says_too_late_that_more_would_do_is_mended_as_a_whole() -> None:
    text = "has purchased 3 times or more"
    count, rest = check(text, GAPS, AsOf.on(AS_OF)).diagnostics
    assert (count.code, rest.code) == ("E310", "E101")
    (fix,) = count.fixes
    assert fix.apply(text) == "has purchased at least 3 times"


@pytest.mark.parametrize(
    "text", ["(exclude city is null)", "(city is null and exclude is_vip is true)"]
)
def test_half_a_group_is_not_mended(text: str) -> None:
    findings = check(text, GAPS, AsOf.on(AS_OF)).diagnostics
    assert [fix for each in findings for fix in each.fixes] == []


def test_a_factor_keeps_to_the_digits_that_engines_multiply() -> None:
    assert only_finding("l12m_order_revenue < 1_000_000_000 * ly12m_order_revenue").code == "E302"

"""Nothing is said about what stands in for a part that could not be read."""

from __future__ import annotations

import pytest

from dsl import AsOf, check
from tests.dsl.fixture import AS_OF, CATALOG

KNOWN = CATALOG.with_column(
    "customer_360", "city", known_values=frozenset({"Chicago", "Boston"})
).with_column("customer_360", "state", known_values=frozenset({"WA", "OR"}))


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ('city is "Chicago', ["E102"]),
        ("city is “Chicago”", ["E107"]),
        ('city in ("Chicago", "Boston)', ["E102"]),
        ("city is 'O'Hare'", ["E102"]),
        ("lifetime_order_frequency between 500 and 1,000", ["E105"]),
        ("lifetime_order_frequency > 500 and lifetime_order_frequency < 1,000", ["E105"]),
        ("birthdate between 2026-01-01 and 13/06/2026", ["E106"]),
        ("birthdate on 13/06/2026 and birthdate after 2026-01-01", ["E106"]),
        ('state is "WA" and city is "Chicago" or state is "OR"', ["E103"]),
    ],
)
def test_a_mistake_brings_no_findings_that_vanish_with_it(text: str, codes: list[str]) -> None:
    assert [each.code for each in check(text, KNOWN, AsOf.on(AS_OF)).diagnostics] == codes


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ('city is "Rome" and state is "WA', ["W205", "E102"]),
        ("postal is 5 and birthdate on 13/06/2026", ["E303", "E106"]),
    ],
)
def test_the_parts_that_can_be_read_are_still_judged(text: str, codes: list[str]) -> None:
    assert [each.code for each in check(text, KNOWN, AsOf.on(AS_OF)).diagnostics] == codes

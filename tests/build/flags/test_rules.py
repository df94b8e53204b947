"""Each rule of data-model.md §4, to the letter, with its edges and its words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from ampiq_gql.build.models import BuildRules
from tests.build.flags.bench import Person, all_flags, bought, flag

BUSINESS = BuildRules(business_exceptions=("raised floor",))
ACME = BuildRules(own_email_domains=("acme.com",), employee_exceptions=("shop@acme.com",))


def named(**profile: Any) -> Person:
    return Person(profile=profile)


def values(name: str, people: Sequence[Person], **options: Any) -> list[Any]:
    """Return one flag of each; cases that do not touch each other share a database."""
    return [found[name].value for found in all_flags(people, **options)]


def test_business_is_told_by_whole_words_of_names_and_addresses() -> None:
    cases: list[tuple[dict[str, str], bool | None]] = [
        ({"given_name": "Acme Inc"}, True),
        ({"given_name": "ACME, INC."}, True),
        ({"surname": "Incan"}, False),
        ({"surname": "O'Floor"}, False),  # an apostrophe is part of a word
        ({"address": "1 Main St", "address2": "3rd floor"}, True),
        ({"address": "1 Main St #Suite-5"}, True),
        ({"city": "Floor"}, None),  # not looked at, so that nothing is known
        ({"surname": "Ng"}, False),
        ({"surname": ""}, False),
        ({"address": "Raised Floor 5"}, False),  # an excepted phrase
        ({"address": "Raised Floor 5", "surname": "LLC"}, True),  # of that field only
    ]
    people = [named(**profile) for profile, _ in cases]
    assert values("is_business", people, rules=BUSINESS) == [value for _, value in cases]


def test_business_says_where_and_what() -> None:
    found = flag("is_business", named(surname="LLC", address2="2nd floor", address="x"))
    assert found.why == "Surname contains the word “llc”; address2 contains the word “floor”."


def test_employees_have_addresses_at_an_own_domain() -> None:
    cases: list[tuple[str | None, bool | None]] = [
        ("ann@acme.com", True),
        ("Ann@ACME.com ", True),
        ("ann@notacme.com", False),
        ("ann@acme.com.evil.net", False),
        ("ann@shop.acme.com", False),
        ("acme.com@mail.net", False),
        ("shop@acme.com", False),
        (None, None),
    ]
    people = [named(email=email) for email, _ in cases]
    assert values("is_employee", people, rules=ACME) == [value for _, value in cases]


def test_nobody_is_an_employee_of_a_site_without_domains() -> None:
    found = flag("is_employee", named(email="ann@acme.com"))
    assert (found.value, found.why) == (
        None, "The site has not said which email domains are its own.",
    )  # fmt: skip


def test_test_accounts_are_told_by_whole_names_and_beginnings_of_addresses() -> None:
    cases: list[tuple[dict[str, str], bool | None]] = [
        ({"given_name": "Test"}, True),
        ({"surname": " DEFAULT "}, True),
        ({"full_name": "test"}, True),
        ({"given_name": "Testa"}, False),
        ({"given_name": "Ann", "email": "test123@x.com"}, True),
        ({"given_name": "Ann", "email": "contest@x.com"}, False),
        ({"email": "ann@test.com"}, False),
        ({"surname": "Defaulter"}, False),
        ({"given_name": "Test", "surname": "Real"}, True),
        ({"email": "testa@rossi.it"}, False),  # an exception
        ({}, None),
    ]
    rules = BuildRules(test_exceptions=("testa@rossi.it",))
    people = [named(**profile) for profile, _ in cases]
    assert values("is_test_account", people, rules=rules) == [value for _, value in cases]


def line(text: str | None, **flags: bool) -> dict[str, Any]:
    return {"product_description": text, "is_return": False, "is_cancellation": False} | flags


def test_gift_givers_bought_something_described_so() -> None:
    cases: list[tuple[list[dict[str, Any]], bool]] = [
        ([line("GIFT wrap")], True),
        ([line("socks"), line("a gifted lamp")], True),
        ([line("gift", is_return=True)], False),
        ([line("gift", is_cancellation=True)], False),
        ([line("gift card")], False),  # an exception
        ([line(None)], False),
        ([], False),
    ]
    rules = BuildRules(gift_exceptions=("gift card",))
    people = [Person(lines=lines) for lines, _ in cases]
    assert values("is_gift_giver", people, rules=rules) == [value for _, value in cases]


def test_gifts_are_unknown_without_descriptions() -> None:
    assert flag("is_gift_giver", Person(), has_descriptions=False).value is None


def spenders(*revenues: str) -> list[Person]:
    return [Person(history=bought(revenue=revenue)) for revenue in revenues]


def test_an_outlier_spends_more_than_the_percentile_and_not_as_much() -> None:
    """At 50 % of three the percentile is the middle one exactly: the strict test leaves it out."""
    rules = BuildRules(outlier_share=0.5)
    found = [one["is_outlier"] for one in all_flags(spenders("1", "2", "3"), rules=rules)]
    assert [one.value for one in found] == [False, False, True]
    assert found[2].why == "Lifetime revenue 3.00 is above 2.00, the 50th percentile of purchasers."


def test_the_percentile_is_interpolated() -> None:
    rules = BuildRules(outlier_share=0.5)
    found = [one["is_outlier"] for one in all_flags(spenders("1", "2", "3", "4"), rules=rules)]
    assert [one.value for one in found] == [False, False, True, True]
    assert "is above 2.50" in found[2].why
    assert "is not above 2.50" in found[1].why


def test_equal_sums_are_judged_alike() -> None:
    rules = BuildRules(outlier_share=0.5)
    found = all_flags(spenders("5", "5", "5", "1"), rules=rules)
    assert {one["is_outlier"].value for one in found} == {False}


def test_who_has_not_bought_is_no_outlier() -> None:
    found = flag("is_outlier", Person(), *spenders("1", "2"))
    assert (found.value, found.why) == (False, "There are no orders up to the day of the build.")


@pytest.mark.parametrize(
    ("orders", "early", "records", "revenue", "value"),
    [
        pytest.param(51, True, 1, "1", True, id="many orders, the second early"),
        pytest.param(50, True, 1, "1", False, id="just not enough orders"),
        pytest.param(51, False, 1, "1", False, id="the second too late"),
        pytest.param(51, None, 1, "1", False, id="not known yet if early"),
        pytest.param(1, None, 51, "999", True, id="many records and much revenue"),
        pytest.param(1, None, 50, "999", False, id="just not enough records"),
        pytest.param(1, None, 51, "1", False, id="too little revenue"),
    ],
)
def test_resellers(
    orders: int, early: bool | None, records: int, revenue: str, value: bool
) -> None:
    history = bought(revenue=revenue, orders=orders, early=early)
    others = spenders("5", "6", "7")
    assert flag("is_reseller", Person(history=history, records=records), *others).value is value


def test_life_cycle_changes_on_the_exact_day() -> None:
    cases = [
        (0, 0, "New"), (30, 0, "New"), (31, 31, "Active"), (900, 365, "Active"),
        (900, 366, "Lapsed"), (900, 730, "Lapsed"), (900, 731, "Dormant"),
    ]  # fmt: skip
    people = [Person(history=bought(first=first, latest=latest)) for first, latest, _ in cases]
    found = values("historical_purchaser_lifecycle_status", people)
    assert found == [status for *_, status in cases]


def test_without_orders_one_is_a_prospect() -> None:
    (found,) = all_flags([Person()])
    assert found["historical_purchaser_lifecycle_status"].value == "Prospect"
    assert (found["is_purchaser"].value, found["is_prospect"].value) == (False, True)
    assert found["churn_trigger"].value is None


def test_churn_changes_on_the_exact_day() -> None:
    cases = [
        (0, "Active"), (60, "Active"), (61, "Cooling down"), (120, "Cooling down"),
        (121, "At risk"), (240, "At risk"), (241, "Highly at risk"), (365, "Highly at risk"),
        (366, "Lost"), (730, "Lost"), (731, None),
    ]  # fmt: skip
    people = [Person(history=bought(first=800, latest=days)) for days, _ in cases]
    found = [one["churn_trigger"] for one in all_flags(people)]
    assert [one.value for one in found] == [status for _, status in cases]
    assert "61 days before the day of the build, within 120" in found[2].why


def test_contacts_count_when_they_are_there_and_nobody_was_asked() -> None:
    (found,) = all_flags([named(email="a@b.c")])
    assert (found["contactable_email"].value, found["contactable_phone"].value) == (True, False)
    assert "is_opted_into_email" not in found


@pytest.mark.parametrize(
    ("answers", "value", "words"),
    [
        ([True], True, "All 1 consent answers for “a@b.c” are yes."),
        ([True, True], True, "All 2 consent answers"),
        ([True, False, True], False, "1 of 3 consent answers for “a@b.c” are no or unknown"),
        ([True, None], False, "1 of 2 consent answers"),
        ([], None, "There is no consent answer for “a@b.c”."),
    ],
)
def test_the_most_restrictive_answer_counts_and_unknown_is_none(
    answers: list[bool | None], value: bool | None, words: str
) -> None:
    person = replace(named(email="a@b.c", phone="1"), email_answers=answers, sms_answers=answers)
    (found, _) = all_flags([person, Person(email_answers=[True], sms_answers=[True])])
    for name in ("contactable_email", "is_opted_into_email"):
        assert found[name].value is value
        assert words in found[name].why
    assert found["contactable_phone"].value is found["is_opted_into_sms"].value is value


ADDRESS = {"address": "1 Main St", "city": "Rome", "state": "GA", "postal": "30161"}


def test_post_needs_the_whole_address() -> None:
    cases = [{name: part for name, part in ADDRESS.items() if name != gone} for gone in ADDRESS]
    found = [one["contactable_address"] for one in all_flags([named(**one) for one in cases])]
    assert [one.value for one in found] == [False] * 4
    assert [one.why for one in found] == [
        f"The address lacks {part}." for part in ("street line", "city", "state", "postal code")
    ]
    assert flag("contactable_address", named(**ADDRESS)).value is True


def test_reach_by_anything() -> None:
    cases: list[tuple[dict[str, str], bool, bool]] = [
        ({"email": "a@b.c"}, True, True),
        ({"phone": "1"}, True, True),
        ({"given_name": "Ann", "surname": "Ng"}, False, True),
        ({"city": "Rome"}, False, True),
        ({"given_name": "Ann"}, False, False),
        ({}, False, False),
    ]
    found = all_flags([named(**profile) for profile, *_ in cases])
    assert [one["contactable_paid_social"].value for one in found] == [one for _, one, _ in cases]
    assert [one["contactable_global"].value for one in found] == [one for *_, one in cases]
    assert [one["is_no_pii_amperity_id"].value for one in found] == [not one for *_, one in cases]


def test_limits_and_words_are_settings() -> None:
    rules = BuildRules(new_days=5, business_words=("gmbh",), gift_words=("present",))
    person = Person(
        profile={"surname": "Floor GmbH"}, history=bought(first=6), lines=[line("a present")]
    )
    (found,) = all_flags([person], rules=rules)
    assert found["historical_purchaser_lifecycle_status"].value == "Active"
    assert found["is_business"].why == "Surname contains the word “gmbh”."
    assert found["is_gift_giver"].value is True

"""Consent is found whatever form the address or number is written in; nothing else is consent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from ampiq_gql.build.flags.service import FlagService
from tests.build.house import House

PEOPLE = """customer_id,email,phone
plain,Ann@X.com,(312) 555-0123
international,bob@x.com,+44 20 7946 0123
digits,cy@x.com,13125550124
same,dee@x.com,+13125550125
stranger,eve@x.com,312 555 0199
nobody,fay@x.com,
words,gus@x.com,call me
"""
NUMBERS = """phone,is_sms_opted_in,brand,region
+13125550123,true,A,US
+442079460123,true,A,GB
+1 (312) 555-0124,true,A,US
312.555.0124,false,B,US
+13125550125,false,A,US
"""
ADDRESSES = """email,is_email_opted_in,brand,region
 ann@x.com ,true,A,US
ANN@x.com,true,B,US
bob@x.com,true,A,GB
bob@x.com,false,A,US
"""


@pytest.fixture(scope="module")
def house(new_house: Callable[..., House]) -> House:
    opened = new_house()
    opened.load(customers=PEOPLE, sms=NUMBERS, consent=ADDRESSES)
    opened.build(overrides=("in.phone.format",))
    return opened


def answers(house: House, *columns: str) -> dict[str, tuple[object, ...]]:
    names = dict(house.rows("merged_customers", "amperity_id", "customer_id"))
    rows = house.rows("customer_attributes", "amperity_id", *columns)
    return {names[key]: tuple(values) for key, *values in rows}


def test_numbers_are_compared_as_numbers(house: House) -> None:
    assert answers(house, "contactable_phone", "is_opted_into_sms") == {
        "plain": (True, True),
        "international": (True, True),
        "digits": (False, False),  # of two brands one says no
        "same": (False, False),
        "stranger": (None, None),
        "nobody": (None, None),
        "words": (None, None),
    }


def test_addresses_are_compared_without_case_and_the_most_restrictive_answer_counts(
    house: House,
) -> None:
    found = answers(house, "contactable_email")
    assert (found["plain"], found["international"], found["digits"]) == ((True,), (False,), (None,))


def test_answers_keep_their_numbers_as_they_were_written(house: House) -> None:
    written = {phone for (phone,) in house.rows("sms_opt_status", "phone")}
    assert "312.555.0124" in written


@pytest.fixture(scope="module")
def view_of_a(new_house: Callable[..., House]) -> House:
    """The same people as brand A sees them."""
    opened = new_house()
    others = "cy@x.com,true,a,US\ncy@x.com,false,,US\neve@x.com,true,B,US\ndee@x.com,true,,US\n"
    opened.load(customers=PEOPLE, sms=NUMBERS, consent=ADDRESSES + others)
    rules = opened.settings.classification.model_copy(update={"consent_brand": "A"})
    settings = opened.settings.model_copy(update={"classification": rules})
    house = replace(opened, settings=settings)
    house.build(overrides=("in.phone.format",))
    return house


def test_in_the_view_of_a_brand_answers_to_others_do_not_count(view_of_a: House) -> None:
    found = answers(view_of_a, "contactable_phone", "is_opted_into_sms")
    assert found["digits"] == (True, True)  # the no was to B
    assert found["same"] == (False, False)


def test_answers_to_no_brand_count_for_every_brand(view_of_a: House) -> None:
    found = answers(view_of_a, "contactable_email", "is_opted_into_email")
    assert (found["digits"], found["same"]) == ((False, False), (True, True))
    assert found["stranger"] == (None, None)  # answered B alone


def test_the_brand_is_told_with_the_reasons(view_of_a: House) -> None:
    service = FlagService(view_of_a.warehouse, view_of_a.settings)
    (flag,) = service.explain("digits", flag="contactable_phone", may_read_pii=True).flags
    assert "consent answers to A or to no brand" in flag.why
    assert flag.value is True

"""Made-up contact details: the same for a household every time, and nobody's."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ampiq_gql.demo.contacts import Contact, contact_of

households = st.integers(min_value=1, max_value=10**9).map(str)


@given(households)
def test_a_household_always_gets_the_same_details(household: str) -> None:
    assert contact_of(household) == contact_of(household)


@given(households)
def test_nobody_can_be_reached_by_them(household: str) -> None:
    contact = contact_of(household)
    assert contact.email is None or contact.email.endswith(f".{household}@example.com")
    assert contact.phone is None or re.fullmatch(r"\+1 \d{3} 555 01\d\d", contact.phone)
    assert re.fullmatch(r"\d{5}", contact.postal)
    assert contact.country == "US"


def test_they_do_not_change_between_versions() -> None:
    """Segments over the demonstration would change under people who have built it before."""
    assert contact_of("1") == Contact(
        given_name="Lee",
        surname="Heath",
        email="lee.heath.1@example.com",
        phone="+1 612 555 0166",
        address="386 Laurel Street",
        city="Minneapolis",
        state="MN",
        postal="55446",
        country="US",
    )


@pytest.mark.parametrize(("detail", "share"), [("email", 0.85), ("phone", 0.60), ("address", 0.90)])
def test_some_households_lack_a_detail(detail: str, share: float) -> None:
    known = [getattr(contact_of(str(number)), detail) is not None for number in range(2_000)]
    assert sum(known) / len(known) == pytest.approx(share, abs=0.03)


def test_no_two_households_share_an_email() -> None:
    emails = [contact_of(str(number)).email for number in range(2_000)]
    known = [email for email in emails if email]
    assert len(known) == len(set(known))

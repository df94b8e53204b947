"""Explained flags over the API."""

from __future__ import annotations

from collections.abc import Callable

from tests.graphql.api import Api

FLAGS = """query($customer: String!, $flag: String) {
  customerFlags(amperityId: $customer, flag: $flag) {
    amperityId hidesPersonalData flags { name value why reasons } } }"""


def test_flags_are_told_with_their_reasons(reader: Api) -> None:
    found = reader(FLAGS, customer="c000")["customerFlags"]
    flags = {one["name"]: one for one in found["flags"]}
    assert flags["contactable_email"]["value"] is True
    assert "user0@example.com" in flags["contactable_email"]["why"]
    assert flags["is_employee"]["value"] is None
    assert reader(FLAGS, customer=found["amperityId"])["customerFlags"] == found


def test_nobody_has_no_flags(reader: Api) -> None:
    assert reader(FLAGS, customer="nobody") == {"customerFlags": None}


def test_an_unknown_flag_is_an_error(reader: Api) -> None:
    assert reader.answer(FLAGS, customer="c000", flag="is_nice").codes == ["NOT_FOUND"]


def test_restricted_readers_get_words_without_personal_data(
    reader: Api, restrict: Callable[[], None]
) -> None:
    known = reader(FLAGS, customer="c000")["customerFlags"]["amperityId"]
    restrict()
    found = reader(FLAGS, customer=known, flag="contactable_email")["customerFlags"]
    assert found["hidesPersonalData"]
    assert found["flags"][0]["why"] == "The email address is (hidden); consent was not loaded."

"""Rules of classification over the API: edited, and followed by the next build."""

from __future__ import annotations

from ampiq_gql.progress import Silent
from tests.graphql.api import Api
from tests.shop import SHOP_DAY

EDIT = """mutation($rules: [RuleInput!]!) {
  editClassificationRules(input: { rules: $rules }) {
    __typename
    ... on EditClassificationRulesSuccess { rules { name value statedValue decides editedBy } }
    ... on UserError { code message }
  } }"""
FLAG = """{ customerFlags(amperityId: "c001", flag: "is_business") { flags { value why } } }"""


def test_the_next_build_follows_an_edited_rule(whole: Api) -> None:
    changes = [{"name": "business_words", "value": ["main"]}]
    edited = whole(EDIT, rules=changes)["editClassificationRules"]
    (rule,) = [one for one in edited["rules"] if one["name"] == "business_words"]
    assert (rule["value"], rule["decides"], rule["editedBy"]) == (
        ["main"], ["is_business"], "local",
    )  # fmt: skip
    assert rule["statedValue"] != rule["value"]
    (before,) = whole(FLAG)["customerFlags"]["flags"]
    whole.services.build.run(SHOP_DAY, Silent())
    (after,) = whole(FLAG)["customerFlags"]["flags"]
    assert (before["value"], after["value"]) == (False, True)
    assert "main" in after["why"]


def test_a_wrong_change_is_an_answer(api: Api) -> None:
    changes = [{"name": "new_days", "value": "soon"}]
    found = api(EDIT, rules=changes)["editClassificationRules"]
    assert (found["__typename"], found["code"]) == ("InvalidInput", "RULE_INVALID")
    unknown = api(EDIT, rules=[{"name": "nice", "value": 1}])["editClassificationRules"]
    assert (unknown["__typename"], unknown["code"]) == ("NotFound", "RULE_UNKNOWN")

"""Rules are edited above the settings: all changes of a call or none, checked as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ampiq_gql.build.flags.rules import RuleService
from ampiq_gql.errors import UserError
from ampiq_gql.settings import ClassificationRules, Settings
from ampiq_gql.store import PageRequest, Store

STATED = ClassificationRules(new_days=45, business_words=("gmbh",))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store.open(Settings(home=tmp_path / "home"))) as opened:
        yield opened


@pytest.fixture
def rules(store: Store) -> RuleService:
    return RuleService(store, STATED)


def test_rules_are_as_the_settings_say_until_somebody_edits_them(rules: RuleService) -> None:
    assert rules.present() == STATED
    found = {one.name: one for one in rules.all()}
    assert found.keys() == ClassificationRules.model_fields.keys()
    assert (found["new_days"].value, found["new_days"].edited_by) == (45, None)
    assert all(one.description and one.decides for one in found.values())


def test_an_edited_rule_holds_and_can_be_left_to_the_settings_again(rules: RuleService) -> None:
    rules.edit({"business_words": ["inc", "llc"], "outlier_share": 0.9}, "ada")
    assert rules.present().business_words == ("inc", "llc")
    edited = {one.name: one.edited_by for one in rules.all() if one.edited_by}
    assert edited == {"business_words": "ada", "outlier_share": "ada"}
    rules.edit({"business_words": None}, "bo")
    assert rules.present().business_words == ("gmbh",)
    assert rules.present().outlier_share == 0.9


def test_limits_that_must_rise_move_together(rules: RuleService) -> None:
    with pytest.raises(UserError, match="must rise: 800, 730 does not"):
        rules.edit({"active_days": 800}, "ada")
    rules.edit({"active_days": 800, "lapsed_days": 900}, "ada")
    assert (rules.present().active_days, rules.present().lapsed_days) == (800, 900)


@pytest.mark.parametrize(
    ("changes", "code", "said"),
    [
        ({"busines_words": ["a"]}, "RULE_UNKNOWN", "no rule “busines_words”"),
        ({"new_days": -1}, "RULE_INVALID", "new_days: "),
        ({"new_days": "soon"}, "RULE_INVALID", "new_days: "),
        ({"outlier_share": 99.5}, "RULE_INVALID", "outlier_share: "),
        ({"gift_words": []}, "RULE_INVALID", "gift_words: "),
        ({"churn_days": [1, 2, 3]}, "RULE_INVALID", "churn_days"),
    ],
)
def test_what_is_wrong_with_a_change_is_said_and_nothing_changes(
    rules: RuleService, changes: dict[str, object], code: str, said: str
) -> None:
    with pytest.raises(UserError) as caught:
        rules.edit({"retained_days": 100, **changes}, "ada")
    assert (caught.value.code, said in caught.value.message) == (code, True)
    assert rules.present() == STATED


def test_settings_that_no_longer_fit_an_edited_rule_are_told(store: Store) -> None:
    RuleService(store, STATED).edit({"active_days": 700}, "ada")
    with pytest.raises(UserError, match="must rise"):
        RuleService(store, STATED.model_copy(update={"lapsed_days": 500})).present()


def test_edits_are_audited_without_the_names_of_people(store: Store, rules: RuleService) -> None:
    rules.edit({"test_exceptions": ["Ann Test"], "new_days": 10}, "ada")
    with store.read() as work:
        entries = work.audit.list_page(PageRequest()).items
    assert {(one.action, one.details["rule"]) for one in entries} == {
        ("rule.edit", "test_exceptions"), ("rule.edit", "new_days"),
    }  # fmt: skip
    assert "Ann" not in repr(entries)

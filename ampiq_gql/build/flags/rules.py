"""The limits, words and exceptions of the flags, as people edit them (data-model.md §4).

The settings state every rule; what is edited stands above them, from the next build on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from pydantic import ValidationError

from ampiq_gql.errors import Invalid, NotFound
from ampiq_gql.settings import ClassificationRules
from ampiq_gql.store import Store, UnitOfWork
from ampiq_gql.store.base import utc_now
from ampiq_gql.store.classification import EditedRule
from dsl.suggestions import Candidate, nearest

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

__all__ = ["ClassificationRule", "RuleService"]

AUDIT_ID = "classification"

_BEGINNINGS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "consent": (
            "contactable_email", "contactable_phone", "is_opted_into_email", "is_opted_into_sms",
        ),
        "business": ("is_business",),
        "churn": ("churn_trigger",),
        "employee": ("is_employee",),
        "own": ("is_employee",),
        "gift": ("is_gift_giver",),
        "outlier": ("is_outlier",),
        "reseller": ("is_reseller",),
        "early": ("is_reseller", "early_repeat_purchaser"),
        "retained": ("first_order_is_retained", "second_order_is_retained"),
        "test": ("is_test_account",),
        "new": ("historical_purchaser_lifecycle_status",),
        "active": ("historical_purchaser_lifecycle_status",),
        "lapsed": ("historical_purchaser_lifecycle_status",),
    }
)  # fmt: skip
"""The first word of a rule's name, and the columns that it decides on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassificationRule:
    """A rule: what it is now, what the settings say, and which columns it decides on.

    Values are numbers, shares of 0 to 1, or lists of words and days. `edited_by` and `edited_at`
    are None for a rule that is as the settings say.
    """

    name: str
    value: object
    stated: object
    description: str
    decides: tuple[str, ...]
    edited_by: str | None = None
    edited_at: datetime | None = None

    @property
    def is_personal(self) -> bool:
        """Names and addresses of people are among exceptions."""
        return _is_personal(self.name)


class RuleService:
    """Reads and edits the rules. Safe to use from many threads."""

    def __init__(self, store: Store, stated: ClassificationRules) -> None:
        self._store = store
        self._stated = stated

    def present(self) -> ClassificationRules:
        """Return the rules by which the next build classifies.

        Raises `Invalid` (RULE_INVALID) when what was edited no longer fits the settings.
        """
        with self._store.read() as work:
            return _merged(self._stated, _values(work.rules.all()))

    def all(self) -> tuple[ClassificationRule, ...]:
        """Return all rules, in the order in which they are declared."""
        with self._store.read() as work:
            edited = work.rules.all()
        return tuple(self._rule(name, edited.get(name)) for name in _NAMES)

    def edit(self, changes: Mapping[str, object], actor: str) -> tuple[ClassificationRule, ...]:
        """Change rules, all or none of them; None leaves a rule to the settings again.

        Raises `NotFound` (RULE_UNKNOWN) and `Invalid` (RULE_INVALID). The next build follows.
        """
        for name in changes:
            _require_known(name)
        with self._store.begin() as work:
            wanted = {**_values(work.rules.all()), **changes}
            whole = _merged(self._stated, wanted).model_dump(mode="json")
            for name, value in changes.items():
                _note(work, name, None if value is None else whole[name], actor)
        return self.all()

    def _rule(self, name: str, edited: EditedRule | None) -> ClassificationRule:
        stated = self._stated.model_dump(mode="json")[name]
        return ClassificationRule(
            name=name,
            value=stated if edited is None else edited.value,
            stated=stated,
            description=ClassificationRules.model_fields[name].description or "",
            decides=_BEGINNINGS[name.partition("_")[0]],
            edited_by=None if edited is None else edited.updated_by,
            edited_at=None if edited is None else edited.updated_at,
        )


_NAMES = tuple(ClassificationRules.model_fields)


def _values(edited: Mapping[str, EditedRule]) -> dict[str, object]:
    return {name: rule.value for name, rule in edited.items() if name in _NAMES}


def _merged(stated: ClassificationRules, values: Mapping[str, object]) -> ClassificationRules:
    """Put the edited values in the place of the stated ones; the whole must be right."""
    edited = {name: value for name, value in values.items() if value is not None}
    try:
        return ClassificationRules.model_validate(stated.model_dump() | edited)
    except ValidationError as error:
        raise Invalid(
            "RULE_INVALID",
            _told(error.errors()[0]),
            hint="`ampiq rules list` and `classificationRules` show every rule with its meaning.",
            place="rules",
        ) from error


def _told(problem: ErrorDetails) -> str:
    """Return what is wrong with a rule in words; places in a list are counted from 1."""
    name, *places = problem["loc"] or ("",)
    said = problem["msg"].removeprefix("Value error, ")
    match problem["type"], places:
        case "missing", [int(place)]:
            said = f"its number {place + 1} is missing"
        case "too_short", []:
            said = "it needs at least one word"
        case "too_short", [int(place)]:
            said = f"its word {place + 1} is empty"
        case _, [int(place)]:
            said = f"at its place {place + 1}: {said}"
        case _:
            pass  # of the whole rule, as it was said
    return f"{name}: {said}." if name else f"{said}."


def _note(work: UnitOfWork, name: str, value: object, actor: str) -> None:
    if value is None:
        work.rules.remove(name)
    else:
        rule = EditedRule(name=name, value=value, updated_by=actor, updated_at=utc_now())
        work.rules.put(rule)
    details = {"rule": name, "value": "…" if _is_personal(name) else value}
    work.audit.record(actor, "rule.edit", "rules", AUDIT_ID, details)


def _is_personal(name: str) -> bool:
    return name.endswith("_exceptions")


def _require_known(name: str) -> None:
    if name in _NAMES:
        return
    near = nearest(name, [Candidate(other) for other in _NAMES])
    raise NotFound(
        "RULE_UNKNOWN",
        f"There is no rule “{name}”.",
        hint=f"Did you mean {' or '.join(near)}?" if near else f"There are: {', '.join(_NAMES)}.",
    )

"""Who can be reached, and by whose leave (data-model.md §4; readings.md 7)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from ampiq_gql.build.flags.inputs import FlagInputs
from ampiq_gql.build.flags.model import Evidence, Flag, Looked, Outcome

__all__ = ["reach_flags"]

PEOPLE = "merged_customers"
NAMES = {"email": "email address", "phone": "phone number"}
CONSENT_NAMES = {"email": "is_opted_into_email", "phone": "is_opted_into_sms"}
ADDRESS_PARTS = {
    "address": "street line", "city": "city", "state": "state", "postal": "postal code",
}  # fmt: skip
KNOWN = {"name": "name", "address": "address", **NAMES}
PARTLY = {"name": "", "address": ", at least in part", "email": "", "phone": ""}


def reach_flags(inputs: FlagInputs) -> Iterator[Flag]:
    """Yield the flags of reachability and consent."""
    for contact in NAMES:
        if contact in inputs.consents:
            yield _by_consent(inputs, contact, f"contactable_{contact}")
            yield _by_consent(inputs, contact, CONSENT_NAMES[contact])
        else:
            yield _by_completion(inputs, contact)
    yield _by_address(inputs)
    yield _by_any(inputs, "contactable_paid_social", ("email", "phone"))
    yield _by_any(inputs, "contactable_global", tuple(KNOWN))
    yield _without_any(inputs)


def _by_consent(inputs: FlagInputs, contact: str, flag: str) -> Flag:
    """Unknown is not consent, and of several answers the most restrictive one counts (§10)."""
    answers, name = inputs.consents[contact], NAMES[contact]
    brand = inputs.rules.consent_brand
    to_brand = f" to {brand} or to no brand" if brand else ""

    def refused(seen: Evidence) -> str:
        return (
            f"{seen.shown('refusals')} of {seen.shown('answers')} consent answers{to_brand} for"
            f" {seen.shown('contact')} are no or unknown, and the most restrictive one counts"
        )

    def agreed(seen: Evidence) -> str:
        given = f"all {seen.shown('answers')} consent answers{to_brand}"
        return f"{given} for {seen.shown('contact')} are yes"

    def unasked(seen: Evidence) -> str:
        known = f"is no consent answer{to_brand} for {seen.shown('contact')}"
        return f"there {known if seen.has('contact') else f'is no {name}'}"

    return Flag(
        name=flag,
        outcomes=(
            Outcome(value=True, condition=answers.c.is_opted_in, words=agreed),
            Outcome(value=False, condition=answers.c.amperity_id.is_not(None), words=refused),
        ),
        otherwise=None,
        otherwise_words=unasked,
        evidence={
            "contact": Looked(value=inputs.people.c[contact], column=(PEOPLE, contact)),
            "answers": Looked(value=answers.c.answers),
            "refusals": Looked(value=answers.c.refusals),
        },
    )


def _by_completion(inputs: FlagInputs, contact: str) -> Flag:
    name = NAMES[contact]
    return Flag(
        name=f"contactable_{contact}",
        outcomes=(
            Outcome(
                value=True,
                condition=inputs.people.c[f"{contact}_completion"] == 1,
                words=lambda seen: f"the {name} is {seen.shown('contact')}; consent was not loaded",
            ),
        ),
        otherwise=False,
        otherwise_words=lambda _: f"there is no {name}",
        evidence={"contact": Looked(value=inputs.people.c[contact], column=(PEOPLE, contact))},
    )


def _by_address(inputs: FlagInputs) -> Flag:
    def lacking(seen: Evidence) -> str:
        parts = [name for part, name in ADDRESS_PARTS.items() if not seen.has(part)]
        return f"the address lacks {', '.join(parts)}"

    def whole(_: Evidence) -> str:
        return "street line, city, state and postal code are all there"

    return Flag(
        name="contactable_address",
        outcomes=(
            Outcome(value=True, condition=inputs.people.c.address_completion == 4, words=whole),
        ),
        otherwise=False,
        otherwise_words=lacking,
        evidence={
            part: Looked(value=inputs.people.c[part], column=(PEOPLE, part))
            for part in ADDRESS_PARTS
        },
    )


def _known(inputs: FlagInputs, parts: tuple[str, ...]) -> tuple[Outcome, ...]:
    return tuple(
        Outcome(
            value=True,
            condition=inputs.people.c[f"{part}_completion"] > 0,
            words=partial(_says_known, part=part),
        )
        for part in parts
    )


def _says_known(_: Evidence, *, part: str) -> str:
    return f"the {KNOWN[part]} is known{PARTLY[part]}"


def _by_any(inputs: FlagInputs, name: str, parts: tuple[str, ...]) -> Flag:
    listed = ", ".join(KNOWN[part] for part in parts)
    return Flag(
        name=name,
        outcomes=_known(inputs, parts),
        otherwise=False,
        otherwise_words=lambda _: f"nothing is known of: {listed}",
    )


def _without_any(inputs: FlagInputs) -> Flag:
    known = _known(inputs, tuple(KNOWN))
    return Flag(
        name="is_no_pii_amperity_id",
        outcomes=tuple(
            Outcome(value=False, condition=one.condition, words=one.words) for one in known
        ),
        otherwise=True,
        otherwise_words=lambda _: "neither name, address, email address nor phone number is known",
    )

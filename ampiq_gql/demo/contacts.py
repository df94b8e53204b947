"""Contact details for households that have none: made up, and the same for an id every time.

Nobody can be reached by them: e-mail at example.com, telephone numbers of the range 555-01xx that
is kept free for fiction, streets that need not exist.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TypeVar

from ampiq_gql.demo.vocabulary import GIVEN_NAMES, PLACES, STREETS, SURNAMES

__all__ = ["Contact", "contact_of"]

Choice = TypeVar("Choice")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """What a retailer would know of a household; None where it knows nothing."""

    given_name: str
    surname: str
    email: str | None
    phone: str | None
    address: str | None
    city: str
    state: str
    postal: str
    country: str


def contact_of(household_id: str) -> Contact:
    """Return the household's details: 85 % have an e-mail, 60 % a phone, 90 % a street."""
    draw = _Draws(household_id)
    city, state, zone, area = draw.one_of("place", PLACES)
    given_name = draw.one_of("given name", GIVEN_NAMES)
    surname = draw.one_of("surname", SURNAMES)
    mailbox = f"{given_name}.{surname}.{household_id}".lower()
    number = f"+1 {area} 555 01{draw.below('line', 100):02d}"
    street = f"{draw.below('house', 990) + 10} {draw.one_of('street', STREETS)} Street"
    return Contact(
        given_name=given_name,
        surname=surname,
        email=f"{mailbox}@example.com" if draw.below("has email", 100) < 85 else None,
        phone=number if draw.below("has phone", 100) < 60 else None,
        address=street if draw.below("has street", 100) < 90 else None,
        city=city,
        state=state,
        postal=f"{zone}{draw.below('postal', 100):02d}",
        country="US",
    )


class _Draws:
    """Numbers that depend only on the household and on what they are drawn for."""

    def __init__(self, household_id: str) -> None:
        self._household_id = household_id

    def below(self, purpose: str, bound: int) -> int:
        digest = hashlib.sha256(f"{self._household_id}\x1f{purpose}".encode()).digest()
        return int.from_bytes(digest[:8]) % bound

    def one_of(self, purpose: str, choices: tuple[Choice, ...]) -> Choice:
        return choices[self.below(purpose, len(choices))]

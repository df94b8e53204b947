"""Contact details for households that have none: made up, and the same for an id every time.

Nobody can be reached by them: e-mail at example.com, telephone numbers of the range 555-01xx that
is kept free for fiction, streets that need not exist.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TypeVar

__all__ = ["Contact", "contact_of"]

Choice = TypeVar("Choice")

# City, state, area code, first three digits of the postal code.
_PLACES = (
    ("Seattle", "WA", "206", "981"),
    ("Spokane", "WA", "509", "992"),
    ("Portland", "OR", "503", "972"),
    ("Salem", "OR", "971", "973"),
    ("San Diego", "CA", "619", "921"),
    ("Oakland", "CA", "510", "946"),
    ("Chicago", "IL", "312", "606"),
    ("Springfield", "IL", "217", "627"),
    ("Minneapolis", "MN", "612", "554"),
    ("Columbus", "OH", "614", "432"),
    ("Cincinnati", "OH", "513", "452"),
    ("Denver", "CO", "303", "802"),
)
_GIVEN_NAMES = (
    "Alex", "Avery", "Blake", "Casey", "Dana", "Drew", "Ellis", "Finley", "Hayden", "Jamie",
    "Jesse", "Jordan", "Kai", "Kendall", "Lee", "Logan", "Morgan", "Noel", "Parker", "Quinn",
    "Reese", "Riley", "Robin", "Rowan", "Sage", "Sidney", "Skyler", "Taylor", "Terry", "Val",
)  # fmt: skip
_SURNAMES = (
    "Arbor", "Banks", "Birch", "Brook", "Castle", "Cliff", "Dale", "Fields", "Ford", "Forest",
    "Garden", "Glen", "Grove", "Harbor", "Heath", "Hill", "Lake", "Lane", "Marsh", "Meadow",
    "Mills", "Moor", "Orchard", "Park", "Pond", "Rivers", "Shore", "Stone", "Vale", "Woods",
)  # fmt: skip
_STREETS = ("Cedar", "Elm", "Juniper", "Laurel", "Maple", "Oak", "Pine", "Poplar", "Walnut")


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
    city, state, area, zone = draw.one_of("place", _PLACES)
    given_name = draw.one_of("given name", _GIVEN_NAMES)
    surname = draw.one_of("surname", _SURNAMES)
    mailbox = f"{given_name}.{surname}.{household_id}".lower()
    number = f"+1 {area} 555 01{draw.below('line', 100):02d}"
    street = f"{draw.below('house', 990) + 10} {draw.one_of('street', _STREETS)} Street"
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

"""Global ids: opaque to clients, unique over all types, decoded only here."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass

import strawberry

from ampiq_gql.errors import Invalid

__all__ = ["GlobalId", "decode_id", "encode_id", "key_of"]


@dataclass(frozen=True, slots=True)
class GlobalId:
    """What an id says: the name of the GraphQL type and the key of the thing in its store."""

    type_name: str
    key: str


def encode_id(type_name: str, key: str) -> strawberry.ID:
    """Return the id that clients see."""
    plain = f"{type_name}:{key}".encode()
    return strawberry.ID(urlsafe_b64encode(plain).rstrip(b"=").decode("ascii"))


def decode_id(text: str) -> GlobalId | None:
    """Return what the id says, or None for a text that no `encode_id` ever gave."""
    try:
        plain = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4)).decode()
    except (NotBase64, UnicodeError):
        return None
    type_name, colon, key = plain.partition(":")
    if not (type_name and colon and key) or encode_id(type_name, key) != text:
        return None
    return GlobalId(type_name, key)


def key_of(text: str, type_name: str, place: str = "id") -> str:
    """Return the key behind an id that must be of this type; `place` is the input field it is in.

    Raises `Invalid` (code `ID_INVALID`) for any other text: the caller confused two things.
    """
    found = decode_id(text)
    if found is None or found.type_name != type_name:
        raise Invalid(
            "ID_INVALID",
            f"“{text}” is not the id of a {type_name}.",
            hint=f"Use the `id` field of a {type_name} as it was returned.",
            place=place,
        )
    return found.key

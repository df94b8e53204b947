"""Keys as they are compared: the same form for those of the file and those of the customers."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from ampiq_gql.plugin import CustomerKey

__all__ = ["normalised_keys"]

_SEPARATORS = r"[\s().\-/]"
_E164 = r"^\+[1-9][0-9]{6,14}$"


def normalised_keys(values: pa.Array, key: CustomerKey, phone_region: str) -> pa.Array:
    """Return the keys in the form in which they are compared; blank ones become NULL.

    Emails and our own ids are compared in small letters, phone numbers in the form of E.164
    (national ones are of `phone_region`), ids of sources and of loyalty programs as they are.
    """
    trimmed = pc.utf8_trim_whitespace(values)
    if key is CustomerKey.PHONE:
        return _international(trimmed, phone_region)
    if key in (CustomerKey.EMAIL, CustomerKey.AMPERITY_ID):
        trimmed = pc.utf8_lower(trimmed)
    return _without_blank(trimmed)


def _without_blank(values: pa.Array) -> pa.Array:
    return pc.if_else(pc.equal(values, ""), pa.scalar(None, pa.string()), values)


def _international(values: pa.Array, region: str) -> pa.Array:
    """Return phone numbers in the form of E.164, and those that are none without separators.

    Most are written with a plus already; only the others are read by the library, at some
    twenty thousand a second.
    """
    bare = _without_blank(pc.replace_substring_regex(values, _SEPARATORS, ""))
    is_done = pc.fill_null(pc.match_substring_regex(bare, _E164), True)
    if pc.all(is_done).as_py() in (True, None):
        return bare
    others = pc.unique(bare.filter(pc.invert(is_done)))
    read = pa.array([_read(number, region) for number in others.to_pylist()], pa.string())
    return pc.if_else(is_done, bare, read.take(pc.index_in(bare, value_set=others)))


def _read(number: str, region: str) -> str:
    # Imported here: the tables of all countries take a tenth of a second, and few lists need them.
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)

"""Phone numbers in one form, so that the same number is the same text (ITU-T E.164)."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["E164", "international_numbers"]

E164 = r"^\+[1-9][0-9]{6,14}$"
"""A number that is in that form already."""

_SEPARATORS = r"[\s().\-/]"


def international_numbers(values: pa.Array, region: str) -> pa.Array:
    """Return phone numbers in the form of E.164, and those that are none without separators.

    National numbers are of `region` (ISO 3166); blank texts become NULL. Most are written with a
    plus already; only the others are read by the library, at some twenty thousand a second.
    """
    bare = pc.replace_substring_regex(values, _SEPARATORS, "")
    bare = pc.if_else(pc.equal(bare, ""), pa.scalar(None, pa.string()), bare)
    is_done = pc.fill_null(pc.match_substring_regex(bare, E164), True)
    if pc.all(is_done).as_py() in (True, None):
        return bare
    others = pc.unique(bare.filter(pc.invert(is_done)))
    read = pa.array([_read(number, region) for number in others.to_pylist()], pa.string())
    return pc.if_else(is_done, bare, read.take(pc.index_in(bare, value_set=others)))


def _read(number: str, region: str) -> str:
    # Imported here: the tables of all countries take a tenth of a second, and few need them.
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)

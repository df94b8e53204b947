"""Hostile texts cost little: the work grows with the length of a text, not with its square.

Told by the time of the processor, which does not pass while others work.
"""

from __future__ import annotations

from time import process_time

import pytest

from dsl import AsOf, check
from dsl.parser import MAX_BYTES
from tests.dsl.fixture import AS_OF, CATALOG

LENGTH = MAX_BYTES - 100
HOSTILE = {
    "opening quotes": '"\\' * (LENGTH // 2),
    "blanks in quotes": 'city is "' + " " * LENGTH + "x",
    "open comments": "city /* " * (LENGTH // 8),
    "comments": "-- a\n" * (LENGTH // 5 - 2) + "everyone",
    "parentheses": "(" * LENGTH,
    "closing parentheses": ")" * LENGTH,
    "nots": "not " * (LENGTH // 4),
    "joints": "a and " * (LENGTH // 6),
    "dots": "a." * (LENGTH // 2),
    "signs": "@" * LENGTH,
    "a long name": "a" * LENGTH + " is null",
    "unknown names": " and ".join(f"cityy_number_{number} is null" for number in range(499)),
    "unseen values": "city in (" + ",".join(f'"chicagoo {n}"' for n in range(3_500)) + ")",
}
ENOUGH_SECONDS = 4.0  # of the processor, on any machine; the worst of them takes half a second


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_text_is_answered_soon(text: str) -> None:
    before = process_time()
    checked = check(text, CATALOG, AsOf.on(AS_OF))
    assert process_time() - before < ENOUGH_SECONDS
    assert len(checked.diagnostics) <= 20

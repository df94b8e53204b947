"""The fast scan agrees with reading every record by hand, whatever the bytes are."""

from __future__ import annotations

import csv
import io

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ampiq_gql.ingest.csv_scan import CsvShape, scan

FIELD = st.text(alphabet='ab ,"\n\ré', max_size=6).filter(lambda text: "\r" not in text)
RECORDS = st.lists(st.tuples(FIELD, FIELD, FIELD), max_size=12)
SHAPE = CsvShape(delimiter=b",", field_count=3)


def _bytes(records: list[tuple[str, str, str]], line_end: str) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator=line_end).writerows(records)
    return out.getvalue().encode()


@given(RECORDS, st.sampled_from(["\n", "\r\n"]))
def test_every_sound_record_is_kept(records: list[tuple[str, str, str]], line_end: str) -> None:
    content = _bytes(records, line_end)
    found = scan(np.frombuffer(content, dtype=np.uint8), SHAPE, is_last=True)
    assert not found.problems
    assert len(found.starts) == len(records)
    assert found.clean == content
    assert found.consumed == len(content)


@given(RECORDS, RECORDS, st.sampled_from([b"x\n", b'"x,y,z\n', b"\x00,,\n", b"\xff,,\n"]))
def test_a_damaged_line_costs_exactly_itself(
    before: list[tuple[str, str, str]], after: list[tuple[str, str, str]], bad: bytes
) -> None:
    head, tail = _bytes(before, "\n"), _bytes(after, "\n")
    if bad.startswith(b'"') and b'"' in tail:
        return  # two open quotes in a row can be one sound field: nobody can tell
    found = scan(np.frombuffer(head + bad + tail, dtype=np.uint8), SHAPE, is_last=True)
    assert [problem.start for problem in found.problems] == [len(head)]
    assert found.clean == head + tail


@given(st.binary(max_size=200))
def test_no_bytes_break_the_scan(content: bytes) -> None:
    found = scan(np.frombuffer(content, dtype=np.uint8), SHAPE, is_last=True)
    kept_lines = len(found.starts) + len(found.problems) + found.blank_count
    assert kept_lines <= found.line_count
    assert found.consumed == len(content)


def test_a_record_that_may_go_on_is_left_for_the_next_stretch() -> None:
    content = b'1,2,3\n4,"open\n'
    found = scan(np.frombuffer(content, dtype=np.uint8), SHAPE, is_last=False)
    assert (found.consumed, len(found.starts), found.problems) == (6, 1, ())

"""Names of segments inside expressions: found anywhere, renamed without touching the rest."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ampiq_gql.segments import InvalidName
from ampiq_gql.segments.properties import check_name
from ampiq_gql.segments.references import mentions, rename_mentions
from dsl.catalog import ListKind
from dsl.parser import parse

EVERYWHERE = """include member of segment "A" -- keep "A" out of comments
  and not (member of segment 'a' or city is "A")
exclude member of segment "B" exclude top 10 by x among (is a member of segment "A")"""


def named_in(text: str) -> list[str]:
    tree = parse(text).tree
    assert tree is not None
    return [member.name.value for member in mentions(tree)]


def test_mentions_are_found_in_every_corner_in_order() -> None:
    assert named_in(EVERYWHERE) == ["A", "a", "B", "A"]


@pytest.mark.parametrize("kind", ["query", "file", "list", "campaign"])
def test_other_kinds_of_lists_are_not_segments(kind: str) -> None:
    assert named_in(f'member of {kind} "A"') == []


def test_a_rename_changes_the_names_and_nothing_else() -> None:
    renamed = rename_mentions(EVERYWHERE, "A", "New name")
    assert renamed == (
        'include member of segment "New name" -- keep "A" out of comments\n'
        '  and not (member of segment "New name" or city is "A")\n'
        'exclude member of segment "B" '
        'exclude top 10 by x among (is a member of segment "New name")'
    )


def test_a_text_that_no_longer_parses_is_left_alone() -> None:
    assert rename_mentions('member of segment "A" and (', "A", "B") == 'member of segment "A" and ('


@given(st.text(min_size=1, max_size=30))
def test_any_name_survives_being_written_into_an_expression(name: str) -> None:
    try:
        check_name(name)
    except InvalidName:
        return
    assert named_in(rename_mentions('not member of segment "old"', "Old", name)) == [name]


@pytest.mark.parametrize(
    ("text", "new", "expected"),
    [
        pytest.param("query.`Old`.x > 1", "New", "query.`New`.x > 1", id="by its label"),
        pytest.param("query.old.x > 1", "New", "query.`New`.x > 1", id="by its label, bare"),
        pytest.param("query.first.x > 1", "New", "query.first.x > 1", id="by its own name"),
        pytest.param(
            "query.`Old`.x > 1", "a `b`", "query.first.x > 1", id="no backtick in another"
        ),
        pytest.param("file.old.x > 1", "New", "file.old.x > 1", id="another kind"),
    ],
)
def test_a_table_follows_the_new_name_of_its_query(text: str, new: str, expected: str) -> None:
    renamed = rename_mentions(text, "Old", new, frozenset({ListKind.QUERY}), table="query.first")
    assert renamed == expected
    assert parse(renamed).tree is not None

"""Global ids: opaque, unique over types, and refused when no server gave them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ampiq_gql.errors import Invalid
from ampiq_gql.graphql.ids import GlobalId, decode_id, encode_id, key_of

type_names = st.from_regex(r"[A-Z][A-Za-z]{0,20}", fullmatch=True)
keys = st.text(min_size=1, max_size=40).filter(lambda text: text.isprintable())


@given(type_names, keys)
def test_an_id_says_what_it_was_made_of(type_name: str, key: str) -> None:
    assert decode_id(encode_id(type_name, key)) == GlobalId(type_name, key)


@given(type_names, type_names, keys)
def test_ids_of_different_types_differ(one: str, other: str, key: str) -> None:
    assert (encode_id(one, key) == encode_id(other, key)) == (one == other)


@given(st.text(max_size=60))
def test_any_text_is_an_id_or_nothing(text: str) -> None:
    found = decode_id(text)
    assert found is None or encode_id(found.type_name, found.key) == text


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("Segment:1", id="not encoded"),
        pytest.param("U2VnbWVudA", id="a type without a key"),
        pytest.param("U2VnbWVudDox====", id="with padding"),
        pytest.param("U2VnbWVudDp4é", id="not ASCII"),
    ],
)
def test_a_malformed_id_is_nothing(text: str) -> None:
    assert decode_id(text) is None


def test_an_id_of_another_type_is_refused_with_a_hint() -> None:
    with pytest.raises(Invalid) as refused:
        key_of(encode_id("Campaign", "7"), "Segment")
    assert refused.value.code == "ID_INVALID"
    assert refused.value.hint == "Use the `id` field of a Segment as it was returned."
    assert refused.value.place == "id"

"""What names, descriptions and labels of segments may be."""

from __future__ import annotations

import pytest

from ampiq_gql.errors import Invalid
from ampiq_gql.segments import InvalidName, InvalidProperty
from ampiq_gql.segments.properties import check_description, check_labels, check_name


@pytest.mark.parametrize(
    "name", ["x", "Chicago, IL", "VIP – 2026 (daily)", "日本", "a" * 200, "👩‍👩‍👧"]
)
def test_names_may_be_in_any_language(name: str) -> None:
    assert check_name(name) == name


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        pytest.param(None, "required", id="none"),
        pytest.param("", "required", id="empty"),
        pytest.param(" \t", "required", id="blank"),
        pytest.param("a" * 201, "201 characters", id="long"),
        pytest.param(" West", "blank", id="leading blank"),
        pytest.param("West\u00a0", "blank", id="trailing no-break space"),
        pytest.param("a/b", "'/'", id="slash"),
        pytest.param("a\\b", "no file name", id="backslash"),
        pytest.param("a\nb", "no file name", id="line break"),
        pytest.param("a\x00b", "no file name", id="zero"),
        pytest.param("a\u2028b", "no file name", id="line separator"),
        pytest.param("a\ud800b", "no file name", id="half a surrogate pair"),
        pytest.param("a\u202eb", "no file name", id="turned direction"),
        pytest.param("\u200b", "required", id="nothing to see"),
        pytest.param("..", "names a folder", id="two dots"),
    ],
)
def test_names_that_no_file_could_have_are_refused(name: str | None, reason: str) -> None:
    with pytest.raises(InvalidName, match=reason) as refused:
        check_name(name)
    assert (refused.value.code, refused.value.place) == ("INVALID_NAME", "name")


@pytest.mark.parametrize(
    "labels",
    [
        pytest.param(("two words",), id="blank"),
        pytest.param(("",), id="empty"),
        pytest.param(("a" * 36,), id="long"),
        pytest.param(("ok", "no!"), id="sign"),
        pytest.param(tuple("abcdefghijk"), id="eleven"),
    ],
)
def test_labels_are_short_words(labels: tuple[str, ...]) -> None:
    with pytest.raises(InvalidProperty) as refused:
        check_labels(labels)
    assert refused.value.place == "labels"


def test_ten_good_labels_are_fine() -> None:
    labels = ("2026", "a", "b-c", "d_e", "f", "g", "Größe", "h", "i", "j" * 35)
    assert check_labels(labels) == labels


def test_labels_are_kept_once_and_sorted_whatever_their_case() -> None:
    assert check_labels(("b", "A", "a", "B")) == ("a", "B")


def test_descriptions_have_an_end() -> None:
    assert check_description("d" * 2000)
    with pytest.raises(Invalid, match="2001"):
        check_description("d" * 2001)

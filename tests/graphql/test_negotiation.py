"""Which media type an answer takes."""

import pytest

from ampiq_gql.graphql.negotiation import (
    GRAPHQL_MEDIA_TYPE,
    JSON_MEDIA_TYPE,
    wanted_media_type,
    wants_page,
)


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        pytest.param(None, JSON_MEDIA_TYPE, id="no header"),
        pytest.param("*/*", JSON_MEDIA_TYPE, id="anything"),
        pytest.param("application/*", JSON_MEDIA_TYPE, id="any application type"),
        pytest.param("application/json", JSON_MEDIA_TYPE, id="JSON"),
        pytest.param(GRAPHQL_MEDIA_TYPE, GRAPHQL_MEDIA_TYPE, id="the new type"),
        pytest.param(
            "application/graphql-response+json, application/json;q=0.9",
            GRAPHQL_MEDIA_TYPE,
            id="the new type first",
        ),
        pytest.param(
            "application/graphql-response+json;q=0.5, application/json",
            JSON_MEDIA_TYPE,
            id="JSON first",
        ),
        pytest.param(
            "application/json, application/graphql-response+json",
            GRAPHQL_MEDIA_TYPE,
            id="both alike",
        ),
        pytest.param("application/json;q=0, */*", GRAPHQL_MEDIA_TYPE, id="anything but JSON"),
        pytest.param("Application/JSON; charset=utf-8", JSON_MEDIA_TYPE, id="case, parameters"),
        pytest.param("text/html", None, id="only a page"),
        pytest.param("application/json;q=0", None, id="not even JSON"),
        pytest.param("application/json;q=x", None, id="broken quality"),
    ],
)
def test_the_accept_header_chooses_the_type(accept: str | None, expected: str | None) -> None:
    assert wanted_media_type(accept) == expected


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        pytest.param("text/html,application/xhtml+xml,*/*;q=0.8", True, id="browser"),
        pytest.param("*/*", False, id="curl"),
        pytest.param(None, False, id="no header"),
    ],
)
def test_only_browsers_are_shown_a_page(accept: str | None, expected: bool) -> None:
    assert wants_page(accept) is expected

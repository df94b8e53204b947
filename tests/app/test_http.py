"""GraphQL over HTTP: media types, status codes and bodies, as the specification asks.

The ids are those of the public audit suite (graphql-http 1.23.1), which passes in full.
"""

from typing import Any

import pytest
from graphql import get_introspection_query

from tests.graphql.api import Api

MODERN = "application/graphql-response+json"
JSON = "application/json"
QUERY = "{ viewer { name } }"


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        pytest.param(MODERN, MODERN, id="22EB"),
        pytest.param(JSON, JSON, id="4655"),
        pytest.param("*/*", JSON, id="47DE"),
    ],
)
def test_the_answer_takes_the_wanted_type(reader: Api, accept: str, media_type: str) -> None:
    answer = reader.answer(QUERY, headers={"accept": accept})
    assert answer.headers["content-type"] == f"{media_type}; charset=utf-8"
    assert answer.body == {"data": {"viewer": {"name": "local"}}}


def test_a_type_that_is_not_offered_is_answered_by_406(reader: Api) -> None:
    answer = reader.answer(QUERY, headers={"accept": "text/csv"})
    assert answer.status == 406
    assert answer.codes == ["BAD_USER_INPUT"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        pytest.param({"query": "{ viewer {"}, "GRAPHQL_PARSE_FAILED", id="865D"),
        pytest.param({"query": "{ nothing }"}, "GRAPHQL_VALIDATION_FAILED", id="51FE"),
        pytest.param(
            {"query": "query($id: ID!) { node(id: $id) { id } }", "variables": {"id": [1]}},
            "BAD_USER_INPUT",
            id="86EE",
        ),
        pytest.param({"query": "{" + " a" * 2000 + "}"}, "LIMIT_EXCEEDED", id="tokens"),
        pytest.param({"query": "{a" * 61 + "}" * 61}, "LIMIT_EXCEEDED", id="brackets"),
    ],
)
def test_what_never_began_has_no_data(reader: Api, body: dict[str, Any], code: str) -> None:
    modern = reader.send("POST", "/graphql", json=body, headers={"accept": MODERN})
    plain = reader.send("POST", "/graphql", json=body, headers={"accept": JSON})
    assert (modern.status_code, plain.status_code) == (400, 200)
    assert "data" not in modern.json()
    assert modern.json()["errors"][0]["extensions"]["code"] == code


@pytest.mark.parametrize(
    ("content", "status"),
    [
        pytest.param(b"{", 400, id="no JSON"),
        pytest.param(b'"query"', 400, id="no object"),
        pytest.param(b"[]", 400, id="a batch"),
        pytest.param(b"{}", 400, id="no document"),
        pytest.param(b'{"query": 1}', 400, id="a number as document"),
        pytest.param(b'{"query": "{x}", "variables": 1}', 400, id="a number as variables"),
        pytest.param(b'{"query": "query A { viewer { name } }", "operationName": "B"}', 400,
                     id="unknown operation"),
        pytest.param(b" " * 1_048_577, 413, id="too large"),
    ],
)  # fmt: skip
def test_a_request_that_is_none_is_answered_in_json(
    reader: Api, content: bytes, status: int
) -> None:
    answer = reader.send(
        "POST", "/graphql", content=content, headers={"content-type": "application/json"}
    )
    assert answer.status_code == status
    assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


def test_a_body_of_another_type_is_refused(reader: Api) -> None:
    answer = reader.send("POST", "/graphql", content=QUERY)
    assert answer.status_code == 415
    assert answer.json()["errors"][0]["message"] == "A request is sent as application/json."


def test_an_operation_among_several_needs_its_name(reader: Api) -> None:
    """The first of them might be another than the one that is meant."""
    document = "query A { viewer { name } } mutation B { __typename }"
    body = {"query": document}
    refused = reader.send("POST", "/graphql", json=body).json()
    assert "data" not in refused
    assert "operationName" in refused["errors"][0]["message"]
    named = reader.send("POST", "/graphql", json=body | {"operationName": "A"}).json()
    assert named == {"data": {"viewer": {"name": "local"}}}


def test_queries_may_come_by_get(reader: Api) -> None:
    answer = reader.send("GET", "/graphql", params={"query": QUERY})
    assert answer.json() == {"data": {"viewer": {"name": "local"}}}


def test_mutations_may_not_come_by_get(reader: Api) -> None:
    mutation = 'mutation { deleteSegment(input: {id: "x"}) { __typename } }'
    answer = reader.send("GET", "/graphql", params={"query": mutation})
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


def test_other_methods_are_not_allowed(reader: Api) -> None:
    answer = reader.send("PUT", "/graphql", json={"query": QUERY})
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST")


def test_a_browser_is_shown_graphiql(reader: Api) -> None:
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    answer = reader.send("GET", "/graphql", headers={"accept": accept})
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "AmpIQ GraphQL" in answer.text
    assert 'form id="plain"' in answer.text, "it works without a network"


def test_introspection_is_within_the_limits(reader: Api) -> None:
    answer = reader.answer(get_introspection_query(input_value_deprecation=True))
    assert answer.errors == []
    assert answer.body["data"]["__schema"]["queryType"]["name"] == "Query"

"""Errors: typed, coded, and silent about what is not for clients."""

import asyncio
from typing import Any

import pytest
from graphql import GraphQLObjectType

from ampiq_gql.errors import Fault
from ampiq_gql.graphql.schema import make_schema
from ampiq_gql.warehouse import QueryTimeout
from tests.graphql.api import Api

CANARY = "canary-7f3a /srv/secret.key"


@pytest.mark.parametrize("error", [RuntimeError(CANARY), Fault(CANARY), KeyError(CANARY)])
def test_no_resolver_tells_what_an_unforeseen_error_says(
    error: Exception, capsys: pytest.CaptureFixture[str]
) -> None:
    schema = make_schema()
    roots = schema._schema.query_type
    assert isinstance(roots, GraphQLObjectType)

    def fail(*_args: object, **_kwargs: object) -> Any:
        raise error

    for field in roots.fields.values():
        field.resolve = fail
    query = "{ viewer { name } models { name } destinationTypes { key } }"
    result = asyncio.run(schema.execute(query))
    (found,) = result.errors or []
    assert found.extensions is not None
    assert found.extensions["code"] == "INTERNAL"
    assert CANARY not in str(found.formatted)
    assert str(found.extensions["correlationId"]) in capsys.readouterr().out


def test_a_home_that_breaks_is_not_described_to_clients(whole: Api) -> None:
    home = whole.services.settings.home
    for file in (home / "builds").iterdir():
        file.unlink()
    (home / "warehouse.json").write_text('{"build": "gone"}')
    answer = whole.answer('{ preview(expression: "everyone") { insights { asOf } } }')
    assert answer.codes == ["INTERNAL"]
    assert str(home) not in answer.text


def test_a_timeout_is_no_user_error_of_a_mutation() -> None:
    from graphql import GraphQLError

    from ampiq_gql.graphql.faults import ErrorCode, safe_error

    error = GraphQLError("x", path=["saveSegment"], original_error=QueryTimeout(30))
    safe = safe_error(error, input_code=ErrorCode.BAD_USER_INPUT)
    assert safe.extensions == {
        "code": "TIMEOUT",
        "reason": "QUERY_TIMEOUT",
        "hint": "Narrow the segment or the range, or raise `query_timeout_seconds`.",
    }


@pytest.mark.parametrize(
    ("query", "code"),
    [
        pytest.param("{", "GRAPHQL_PARSE_FAILED", id="syntax"),
        pytest.param("{ nope }", "GRAPHQL_VALIDATION_FAILED", id="unknown field"),
        pytest.param('{ table(name: 1) { name } }', "GRAPHQL_VALIDATION_FAILED", id="wrong type"),
        pytest.param("{ segments(first: 1001) { pageInfo { endCursor } } }", "BAD_USER_INPUT",
                     id="page too large"),
        pytest.param('{ preview(expression: "everyone", asOf: "x") { formatted } }',
                     "GRAPHQL_VALIDATION_FAILED", id="no day"),
        pytest.param('{ preview(expression: "everyone") { customers(columns: ["x"]) { rows } } }',
                     "BAD_USER_INPUT", id="unknown column"),
    ],
)  # fmt: skip
def test_what_the_client_did_wrong_has_its_code(reader: Api, query: str, code: str) -> None:
    assert reader.answer(query).codes == [code]


def test_a_variable_that_does_not_fit_is_bad_input(reader: Api) -> None:
    answer = reader.answer("query($n: Int) { segments(first: $n) { totalCount } }", n="many")
    assert answer.codes == ["BAD_USER_INPUT"]


def test_one_field_that_fails_leaves_the_others(reader: Api) -> None:
    answer = reader.answer(
        '{ viewer { name } preview(expression: "everyone") { customers(columns: ["x"]) { rows } } }'
    )
    assert answer.body["data"] == {"viewer": {"name": "local"}, "preview": {"customers": None}}

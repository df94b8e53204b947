"""The schema as a contract: committed, described, and shaped by its own rules."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
    build_schema,
    is_specified_scalar_type,
    specified_directives,
)

from ampiq_gql.graphql.schema import export_sdl

COMMITTED = Path(__file__).parents[2] / "schema.graphql"


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return build_schema(export_sdl())


def named_types(schema: GraphQLSchema) -> Iterator[GraphQLNamedType]:
    for name, found in schema.type_map.items():
        if not name.startswith("__") and not is_specified_scalar_type(found):
            yield found


def described(schema: GraphQLSchema) -> Iterator[tuple[str, str | None]]:
    """Yield everything that must be described, with its description."""
    for found in named_types(schema):
        yield found.name, found.description
        if isinstance(found, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            for name, field in found.fields.items():
                yield f"{found.name}.{name}", field.description
                for argument, definition in getattr(field, "args", {}).items():
                    yield f"{found.name}.{name}({argument})", definition.description
        if isinstance(found, GraphQLEnumType):
            for name, value in found.values.items():
                yield f"{found.name}.{name}", value.description


def test_the_committed_schema_is_the_one_that_is_served() -> None:
    assert COMMITTED.read_text("utf-8") == export_sdl(), "renew it: ampiq schema > schema.graphql"


def test_everything_is_described_in_full_sentences(schema: GraphQLSchema) -> None:
    poor = [
        place
        for place, text in described(schema)
        if not text or not text[0].isupper() or not text.rstrip().endswith(".")
    ]
    assert poor == []


def test_every_mutation_takes_one_input_and_answers_with_a_union(schema: GraphQLSchema) -> None:
    assert schema.mutation_type is not None
    for name, field in schema.mutation_type.fields.items():
        title = name[0].upper() + name[1:]
        assert list(field.args) == ["input"], name
        assert str(field.type) == f"{title}Payload!"


def test_every_payload_can_answer_any_user_error(schema: GraphQLSchema) -> None:
    for found in named_types(schema):
        if isinstance(found, GraphQLUnionType) and found.name.endswith("Payload"):
            members = [member.name for member in found.types]
            assert members[0] == found.name.removesuffix("Payload") + "Success"
            assert {"NotFound", "Conflict", "InvalidInput"} <= set(members), found.name


def test_every_other_member_of_a_payload_is_a_user_error(schema: GraphQLSchema) -> None:
    interface = schema.type_map["UserError"]
    for found in named_types(schema):
        if isinstance(found, GraphQLUnionType) and found.name.endswith("Payload"):
            for member in found.types[1:]:
                assert interface in member.interfaces, f"{found.name}: {member.name}"


def test_everything_with_a_global_id_is_a_node(schema: GraphQLSchema) -> None:
    node = schema.type_map["Node"]
    known = {"Build", "ColumnUse", "SegmentUse"}  # a build's own id; a pointer to a node
    for found in named_types(schema):
        if isinstance(found, GraphQLObjectType) and "id" in found.fields:
            assert node in found.interfaces or found.name in known, found.name


def test_connections_have_the_shape_of_relay(schema: GraphQLSchema) -> None:
    connections = [one for one in named_types(schema) if one.name.endswith("Connection")]
    assert connections
    for found in connections:
        assert isinstance(found, GraphQLObjectType)
        node = found.name.removesuffix("Connection")
        assert str(found.fields["edges"].type) == f"[{node}Edge!]!"
        assert str(found.fields["pageInfo"].type) == "PageInfo!"


def test_lists_that_can_be_paged_take_the_arguments_of_relay(schema: GraphQLSchema) -> None:
    for found in named_types(schema):
        if isinstance(found, GraphQLObjectType):
            for name, field in found.fields.items():
                if str(field.type).endswith("Connection!"):
                    wanted = {"first", "after", "last", "before"}
                    assert wanted <= set(field.args), f"{found.name}.{name}"


def test_scalars_of_ours_say_what_they_are(schema: GraphQLSchema) -> None:
    ours = [one.name for one in named_types(schema) if isinstance(one, GraphQLScalarType)]
    assert sorted(ours) == ["Date", "DateTime", "Decimal", "JSON", "Long"]


def test_no_directive_is_served_that_others_would_not_know(schema: GraphQLSchema) -> None:
    known = {directive.name for directive in specified_directives}
    assert {directive.name for directive in schema.directives} == known

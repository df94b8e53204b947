"""The schema as it is served: limits before an operation, a deadline over it, safe errors after.

Whatever carries operations here gets the same guards, since they are part of the schema itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

import strawberry
from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    parse,
    specified_rules,
)
from strawberry.extensions import SchemaExtension
from strawberry.schema.schema import validate_document
from strawberry.types import ExecutionContext, ExecutionResult
from strawberry.types.execution import PreExecutionError
from strawberry.types.graphql import OperationType

from ampiq_gql.graphql.context import RequestContext
from ampiq_gql.graphql.faults import ErrorCode, safe_error
from ampiq_gql.graphql.limits import (
    CACHED_DOCUMENTS,
    MAX_TOKENS,
    exceeded_limit,
    refused_text,
)
from ampiq_gql.warehouse import QueryTimeout

__all__ = ["GuardedSchema", "OperationGuards"]

_NAMELESS = "The document has several operations; say by `operationName` which one is meant."


class OperationGuards(SchemaExtension):
    """Parses and validates each document once; refuses what is too large before validation."""

    def on_parse(self) -> Iterator[None]:
        """Supply the document from the cache; bad syntax is raised as the parser would."""
        context = self.execution_context
        if context.query:
            context.graphql_document = _parsed(context.query)
        yield

    def on_validate(self) -> Iterator[None]:
        """Supply the findings from the cache."""
        context = self.execution_context
        if context.query:
            findings = _findings(context.schema._schema, context.query)
            context.pre_execution_errors = list(findings)
        yield


class GuardedSchema(strawberry.Schema):
    """A schema that takes any text and never tells what it should not."""

    async def execute(
        self,
        query: str | None,
        variable_values: dict[str, Any] | None = None,
        context_value: RequestContext | None = None,
        root_value: Any | None = None,
        operation_name: str | None = None,
        allowed_operation_types: Iterable[OperationType] | None = None,
        operation_extensions: dict[str, Any] | None = None,
    ) -> ExecutionResult:
        """Run one operation within its limits and its time."""
        if query is not None and (refused := refused_text(query)):
            return _safe(PreExecutionError(None, [_of(refused)]))
        if query is not None and operation_name is None and _has_several_operations(query):
            return _safe(PreExecutionError(None, [GraphQLError(_NAMELESS)]))
        seconds = context_value.timeout_seconds if context_value else None
        try:
            async with asyncio.timeout(seconds):
                result = await super().execute(
                    query,
                    variable_values,
                    context_value,
                    root_value,
                    operation_name,
                    allowed_operation_types,
                    operation_extensions,
                )
        except TimeoutError:
            result = ExecutionResult(None, [_of(QueryTimeout(seconds or 0))])
        return _safe(result)

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        """Log nothing here: `safe_error` logs what is ours, once and under its id."""


@lru_cache(CACHED_DOCUMENTS)
def _parsed(query: str) -> DocumentNode:
    return parse(query, max_tokens=MAX_TOKENS)


@lru_cache(CACHED_DOCUMENTS)
def _findings(schema: GraphQLSchema, query: str) -> tuple[GraphQLError, ...]:
    # Kept by the text: to find a document, all its nodes would be hashed each time.
    document = _parsed(query)
    if refused := exceeded_limit(document):
        return (_of(refused),)
    return tuple(validate_document(schema, document, tuple(specified_rules)))


@lru_cache(CACHED_DOCUMENTS)
def _has_several_operations(query: str) -> bool:
    """Tell whether a name must say which operation is meant; strawberry would take the first."""
    try:
        definitions = _parsed(query).definitions
    except GraphQLSyntaxError:
        return False  # answered where it is parsed
    return sum(isinstance(one, OperationDefinitionNode) for one in definitions) > 1


def _of(cause: Exception) -> GraphQLError:
    return GraphQLError(str(cause), original_error=cause)


def _safe(result: ExecutionResult) -> ExecutionResult:
    """Give every error its code; validation and variables look alike, the stage tells them."""
    before = isinstance(result, PreExecutionError)
    code = ErrorCode.VALIDATION_FAILED if before else ErrorCode.BAD_USER_INPUT
    if result.errors:
        result.errors = [safe_error(error, input_code=code) for error in result.errors]
    return result

"""Top-level errors: a closed list of codes, and no word of an exception that is not ours to tell.

What a client did wrong says so; everything unforeseen becomes `INTERNAL` with a correlation id,
and the log holds the cause under the same id.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from traceback import format_exception
from typing import cast
from uuid import uuid4

import structlog
from graphql import GraphQLError, GraphQLSyntaxError
from strawberry.exceptions import StrawberryInputCoercionError

from ampiq_gql import errors
from ampiq_gql.cancellation import Cancelled
from ampiq_gql.warehouse import QueryCancelled, QueryTimeout

__all__ = ["ErrorCode", "LimitExceeded", "coded", "logged", "safe_error", "told"]

_log = structlog.get_logger(__name__)

# How graphql-core words the two findings that only its text tells apart.
_ABOUT_AN_ARGUMENT = 'Argument "'
_TOO_MANY_TOKENS = "Document contains more than"
_NOT_TOLD = "Something went wrong on our side. Give the correlation id to your administrator."


class ErrorCode(StrEnum):
    """Every value that `extensions.code` can have."""

    PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
    VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
    BAD_USER_INPUT = "BAD_USER_INPUT"
    NOT_FOUND = "NOT_FOUND"
    CONFLICT = "CONFLICT"
    LIMIT_EXCEEDED = "LIMIT_EXCEEDED"
    TIMEOUT = "TIMEOUT"
    INTERNAL = "INTERNAL"


class LimitExceeded(errors.Invalid):
    """A request asks for more than one request may."""

    def __init__(self, what: str, *, limit: int, actual: int) -> None:
        super().__init__("LIMIT_EXCEEDED", f"{what}: {actual}, and at most {limit} are allowed.")
        self.limit = limit
        self.actual = actual


def coded(code: ErrorCode, message: str) -> dict[str, object]:
    """Return an error as it stands in an answer that no execution made."""
    return {"message": message, "extensions": {"code": code.value}}


def safe_error(error: GraphQLError, *, input_code: ErrorCode) -> GraphQLError:
    """Return what a client may see of the error.

    `input_code` is for errors about the input, which look the same in each stage.
    """
    cause = _cause(error)
    if isinstance(cause, errors.UserError) and not isinstance(cause, errors.OperatorError):
        return _rewritten(error, cause.message, told(cause)[1])
    if isinstance(error, GraphQLSyntaxError):
        return _of_syntax(error)
    if _is_about_input(error, cause):
        return _rewritten(error, error.message, {"code": input_code.value})
    return _internal(error, cause)


def _cause(error: GraphQLError) -> BaseException | None:
    """Return the exception at the root; GraphQL errors wrap one another."""
    cause: BaseException | None = error.original_error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    return cause


def _is_about_input(error: GraphQLError, cause: BaseException | None) -> bool:
    """Tell documents, variables and arguments that do not fit the schema from faults of ours."""
    if isinstance(cause, StrawberryInputCoercionError):
        return True
    if cause is not None and not isinstance(cause, GraphQLError):
        return False
    return not error.path or error.message.startswith(_ABOUT_AN_ARGUMENT)


def _of_syntax(error: GraphQLSyntaxError) -> GraphQLError:
    too_long = _TOO_MANY_TOKENS in error.message
    code = ErrorCode.LIMIT_EXCEEDED if too_long else ErrorCode.PARSE_FAILED
    return _rewritten(error, error.message, {"code": code.value})


def told(cause: errors.UserError) -> tuple[ErrorCode, dict[str, object]]:
    """Return the code of a user error, and all that `extensions` tell of it."""
    code = _code_of(cause)
    details: dict[str, object] = {"code": code.value, "reason": cause.code}
    if cause.hint is not None:
        details["hint"] = cause.hint
    if isinstance(cause, LimitExceeded):
        details |= {"limit": cause.limit, "actual": cause.actual}
    return code, details


def _code_of(cause: errors.UserError) -> ErrorCode:
    match cause:
        case QueryTimeout() | QueryCancelled() | Cancelled():
            return ErrorCode.TIMEOUT
        case LimitExceeded():
            return ErrorCode.LIMIT_EXCEEDED
        case errors.NotFound():
            return ErrorCode.NOT_FOUND
        case errors.Conflict():
            return ErrorCode.CONFLICT
        case _:
            return ErrorCode.BAD_USER_INPUT


def logged(error: BaseException, path: Sequence[str | int] | None = None) -> dict[str, object]:
    """Log an unforeseen error and return all that an answer tells of it."""
    correlation_id = uuid4().hex
    _log.error(
        "graphql.internal_error",
        correlation_id=correlation_id,
        path=path,
        # As text: renderers of `exc_info` may add local variables, and with them secrets.
        exception="".join(format_exception(error)),
    )
    extensions = {"code": ErrorCode.INTERNAL.value, "correlationId": correlation_id}
    return {"message": _NOT_TOLD, "extensions": extensions}


def _internal(error: GraphQLError, cause: BaseException | None) -> GraphQLError:
    told = logged(cause or error, error.path)
    return _rewritten(error, _NOT_TOLD, cast("dict[str, object]", told["extensions"]))


def _rewritten(error: GraphQLError, message: str, details: dict[str, object]) -> GraphQLError:
    """Return the error at the same place, without the exception it was made of."""
    return GraphQLError(
        message,
        nodes=error.nodes,
        source=error.source,
        positions=error.positions,
        path=error.path,
        extensions=details,
    )

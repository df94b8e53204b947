"""GraphQL over HTTP: media types, status codes and error bodies of the specification.

Status codes follow the audit suite of graphql-http: 400 when execution never began and the client
understands `application/graphql-response+json`, else 200. A client that goes away takes its
operation with it.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from importlib.resources import files
from typing import TYPE_CHECKING

import orjson
from cross_web import AsyncHTTPRequestAdapter, HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.exceptions import MissingQueryError
from strawberry.http import GraphQLHTTPResponse, GraphQLRequestData
from strawberry.http.base import BaseRequestProtocol
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType

from ampiq_gql.graphql.context import RequestContext
from ampiq_gql.graphql.faults import ErrorCode, coded
from ampiq_gql.graphql.guarded import GuardedSchema
from ampiq_gql.graphql.negotiation import (
    GRAPHQL_MEDIA_TYPE,
    JSON_MEDIA_TYPE,
    wanted_media_type,
    wants_page,
)
from ampiq_gql.graphql.threads import QueryThreads

if TYPE_CHECKING:
    from ampiq_gql.services import Services

__all__ = ["MAX_BODY_BYTES", "GraphQLEndpoint"]

MAX_BODY_BYTES = 1_048_576

_BEFORE_EXECUTION = frozenset(
    code.value
    for code in (
        ErrorCode.PARSE_FAILED,
        ErrorCode.VALIDATION_FAILED,
        ErrorCode.BAD_USER_INPUT,
        ErrorCode.LIMIT_EXCEEDED,
    )
)


class MethodNotAllowed(HTTPException):
    """The method cannot be used for this."""

    def __init__(self, reason: str, *, allowed: str) -> None:
        super().__init__(405, reason)
        self.allowed = allowed


class GraphQLEndpoint(GraphQL[RequestContext, None]):
    """The ASGI application at `/graphql`."""

    def __init__(self, schema: GuardedSchema, services: Services, threads: QueryThreads) -> None:
        super().__init__(schema, subscription_protocols=())
        self._services = services
        self._threads = threads
        self._page = files("ampiq_gql.graphql").joinpath("graphiql.html").read_text("utf-8")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, unless its client goes away before."""
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        response = await self._answer_unless_gone(scope, receive)
        if response is not None:
            await response(scope, receive, send)

    async def get_context(
        self,
        request: Request | WebSocket,  # noqa: ARG002 - fixed by strawberry
        response: Response | WebSocket,  # noqa: ARG002 - fixed by strawberry
    ) -> RequestContext:
        """Return what resolvers are given."""
        return RequestContext(
            services=self._services,
            threads=self._threads,
            actor="local",
            timeout_seconds=self._services.settings.query_timeout_seconds,
        )

    async def get_sub_response(self, request: Request | WebSocket) -> Response:
        """Return the answer-to-be, which carries the negotiated media type from here on."""
        response = await super().get_sub_response(request)
        response.media_type = wanted_media_type(request.headers.get("accept"))
        return response

    @property
    def graphql_ide_html(self) -> str:
        """The page for browsers."""
        return self._page

    def should_render_graphql_ide(self, request: BaseRequestProtocol) -> bool:
        """Show GraphiQL to browsers only, not to every client that takes anything."""
        return (
            request.method == "GET"
            and request.query_params.get("query") is None
            and wants_page(request.headers.get("accept"))
        )

    def parse_json(self, data: str | bytes) -> object:
        """Parse a body or a parameter; only objects and lists make sense there."""
        parsed = super().parse_json(data)
        if not isinstance(parsed, (dict, list)):
            raise HTTPException(400, "The request body must be a JSON object.")
        return parsed

    def decode_json(self, data: str | bytes) -> object:
        """Parse JSON."""
        return orjson.loads(data)

    def encode_json(self, data: object) -> bytes:
        """Write JSON."""
        return orjson.dumps(data)

    async def execute_single(
        self,
        request: Request,  # noqa: ARG002 - fixed by strawberry
        request_adapter: AsyncHTTPRequestAdapter,
        sub_response: Response,  # noqa: ARG002 - fixed by strawberry
        context: RequestContext,
        root_value: None,
        request_data: GraphQLRequestData,
    ) -> ExecutionResult:
        """Run one operation; what the protocol forbids is answered by a status code."""
        try:
            return await self.schema.execute(
                request_data.query,
                variable_values=request_data.variables,
                context_value=context,
                root_value=root_value,
                operation_name=request_data.operation_name,
                allowed_operation_types=OperationType.from_http(request_adapter.method),
                operation_extensions=request_data.extensions,
            )
        except InvalidOperationTypeError as error:
            raise MethodNotAllowed("Mutations are taken by POST only.", allowed="POST") from error
        except CannotGetOperationTypeError as error:
            raise HTTPException(400, f"{error.as_http_error_reason().rstrip('.')}.") from error
        except MissingQueryError as error:
            raise HTTPException(400, "The request has no GraphQL document.") from error

    async def process_result(
        self, request: Request, result: ExecutionResult
    ) -> GraphQLHTTPResponse:
        """Return the body; without `data` when execution never began."""
        body = await super().process_result(request, result)
        if result.data is None and result.errors and _never_began(result):
            body.pop("data", None)
        return body

    def create_response(
        self,
        response_data: GraphQLHTTPResponse | list[GraphQLHTTPResponse],
        sub_response: Response,
    ) -> Response:
        """Return the answer in the negotiated type."""
        media_type = sub_response.media_type or JSON_MEDIA_TYPE
        is_refusal = isinstance(response_data, dict) and "data" not in response_data
        status = 400 if is_refusal and media_type == GRAPHQL_MEDIA_TYPE else 200
        return self._json(response_data, media_type, status)

    async def _answer_unless_gone(self, scope: Scope, receive: Receive) -> Response | None:
        body = await _body(receive)
        request = Request(scope, _replay(body or b""))
        if body is None:
            return self._refusal(request, HTTPException(413, "The request body is too large."))
        answer = asyncio.ensure_future(self._answer(request))
        gone = asyncio.ensure_future(_gone(receive))
        try:
            await asyncio.wait({answer, gone}, return_when=asyncio.FIRST_COMPLETED)
            return answer.result() if answer.done() else None
        finally:
            for task in (answer, gone):
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task

    async def _answer(self, request: Request) -> Response:
        try:
            self._check(request)
            return await self.run(request)
        except HTTPException as error:
            return self._refusal(request, error)

    def _check(self, request: Request) -> None:
        if request.method not in ("GET", "POST"):
            raise MethodNotAllowed("GraphQL takes GET and POST requests.", allowed="GET, POST")
        accept = request.headers.get("accept")
        page = self.should_render_graphql_ide(self.request_adapter_class(request))
        if not page and wanted_media_type(accept) is None:
            offered = f"{GRAPHQL_MEDIA_TYPE} and {JSON_MEDIA_TYPE}"
            raise HTTPException(406, f"Answers are given in {offered}.")
        sent = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if request.method == "POST" and sent != JSON_MEDIA_TYPE:
            raise HTTPException(415, f"A request is sent as {JSON_MEDIA_TYPE}.")

    def _refusal(self, request: Request, error: HTTPException) -> Response:
        media_type = wanted_media_type(request.headers.get("accept")) or JSON_MEDIA_TYPE
        body = {"errors": [coded(ErrorCode.BAD_USER_INPUT, error.reason)]}
        response = self._json(body, media_type, error.status_code)
        if isinstance(error, MethodNotAllowed):
            response.headers["allow"] = error.allowed
        return response

    def _json(self, body: object, media_type: str, status: int) -> Response:
        return Response(
            self.encode_json(body), status_code=status, media_type=f"{media_type}; charset=utf-8"
        )


def _never_began(result: ExecutionResult) -> bool:
    """Tell an operation that was refused from one that failed."""
    return all(
        error.path is None and (error.extensions or {}).get("code") in _BEFORE_EXECUTION
        for error in result.errors or ()
    )


async def _body(receive: Receive) -> bytes | None:
    """Return the body of the request, or None when it is too large."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > MAX_BODY_BYTES:
            return None
        if not message.get("more_body", False):
            return bytes(body)


def _replay(body: bytes) -> Receive:
    """Return a channel that brings the body again."""

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


async def _gone(receive: Receive) -> None:
    """Return when the client has gone away."""
    while (await receive())["type"] != "http.disconnect":
        pass

"""A client of the real application over real services, without a socket."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, AsyncExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

from ampiq_gql.app import create_app
from ampiq_gql.services import Services
from ampiq_gql.settings import Settings

__all__ = ["Answer", "Api", "api_over", "open_api", "store_statements", "warehouse_statements"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said."""

    status: int
    headers: Mapping[str, str]
    text: str
    body: dict[str, Any]

    @property
    def errors(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.body.get("errors", [])
        return found

    @property
    def codes(self) -> list[str]:
        return [error["extensions"]["code"] for error in self.errors]


class Api:
    """Sends operations to an application; each call is one HTTP request."""

    def __init__(self, services: Services, client: httpx.AsyncClient, loop: asyncio.Runner) -> None:
        self.services = services
        self.client = client
        self.loop = loop

    def send(self, method: str, url: str, **options: Any) -> httpx.Response:
        return self.loop.run(self.client.request(method, url, **options))

    def answer(
        self, query: str, *, headers: Mapping[str, str] | None = None, **variables: Any
    ) -> Answer:
        """Return whatever the server answers to an operation."""
        body = {"query": query, "variables": variables}
        response = self.send("POST", "/graphql", json=body, headers=headers or {})
        return Answer(response.status_code, response.headers, response.text, response.json())

    def __call__(self, query: str, **variables: Any) -> Any:
        """Return the data of an operation that must succeed."""
        answer = self.answer(query, **variables)
        assert answer.errors == []
        return answer.body["data"]


@contextmanager
def open_api(settings: Settings) -> Iterator[Api]:
    """Open the services of a home and the application over them."""
    services = Services.open(settings)
    try:
        with api_over(services) as api:
            yield api
    finally:
        services.close()


@contextmanager
def api_over(services: Services) -> Iterator[Api]:
    """Open the application over services that are open already."""
    with asyncio.Runner() as loop:
        stack = AsyncExitStack()
        app = create_app(services)
        loop.run(stack.enter_async_context(app.router.lifespan_context(app)))
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        client = httpx.AsyncClient(transport=transport, base_url="http://localhost")
        loop.run(stack.enter_async_context(client))
        yield Api(services, client, loop)
        loop.run(stack.aclose())


def store_statements() -> AbstractContextManager[list[str]]:
    """Collect the statements that reach the control plane meanwhile."""
    return _statements_on("sqlite")


def warehouse_statements() -> AbstractContextManager[list[str]]:
    """Collect the statements that reach the warehouse meanwhile."""
    return _statements_on("duckdb")


@contextmanager
def _statements_on(engine: str) -> Iterator[list[str]]:
    found: list[str] = []

    def collect(connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        if connection.dialect.name == engine:
            found.append(statement)

    event.listen(Engine, "before_cursor_execute", collect)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", collect)

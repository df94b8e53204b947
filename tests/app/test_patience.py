"""Nobody waits for ever: neither the client for the server, nor the server for the client."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from starlette.types import Message

from ampiq_gql.app import create_app
from ampiq_gql.services import Services
from ampiq_gql.store import Store
from tests.graphql.api import open_api
from tests.shop import make_shop

SAVE = """mutation { saveSegment(input: {name: "Late", expression: "everyone"}) { __typename } }"""


@contextmanager
def held_store(services: Services) -> Iterator[None]:
    """Keep everybody else from writing to the control plane."""
    with services.store.begin() as work:
        work.segments.names()  # a unit takes the lock with its first statement, not before
        yield


def scope_of(path: str) -> dict[str, Any]:
    headers = [(b"host", b"localhost"), (b"content-type", b"application/json")]
    return {
        "type": "http", "http_version": "1.1", "method": "POST", "path": path, "raw_path": b"",
        "root_path": "", "query_string": b"", "headers": headers, "scheme": "http",
        "server": ("localhost", 80), "client": ("localhost", 1),
    }  # fmt: skip


def test_an_operation_that_takes_too_long_is_answered_by_its_code(tmp_path: Path) -> None:
    settings = make_shop(tmp_path / "home").model_copy(update={"query_timeout_seconds": 0.5})
    with open_api(settings) as api, held_store(api.services):
        answer = api.answer(SAVE)
    assert answer.codes == ["TIMEOUT"], answer.body
    assert answer.body["data"] is None


def test_what_was_answered_by_a_timeout_is_not_done_later(tmp_path: Path) -> None:
    settings = make_shop(tmp_path / "home").model_copy(update={"query_timeout_seconds": 0.5})
    with open_api(settings) as api, held_store(api.services):
        assert api.answer(SAVE).codes == ["TIMEOUT"]
    with closing(Store.open(settings)) as store, store.read() as work:  # all threads have ended
        assert work.segments.names() == ()


def test_a_client_that_goes_away_is_not_answered(tmp_path: Path) -> None:
    services = Services.open(make_shop(tmp_path / "home"))
    sent: list[Message] = []

    async def leave_early() -> None:
        body = json.dumps({"query": SAVE}).encode()
        messages: Iterator[Message] = iter(
            [{"type": "http.request", "body": body}, {"type": "http.disconnect"}]
        )

        async def receive() -> Message:
            await asyncio.sleep(0.05)
            return next(messages)

        async def send(message: Message) -> None:
            sent.append(message)

        app = create_app(services)
        async with app.router.lifespan_context(app):
            with held_store(services):
                await asyncio.wait_for(app(scope_of("/graphql"), receive, send), 10)

    try:
        asyncio.run(leave_early())
    finally:
        services.close()
    assert sent == []

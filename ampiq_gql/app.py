"""The ASGI application: GraphQL, downloads, uploads, and the probes of whoever runs it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Lifespan

from ampiq_gql.graphql.downloads.endpoint import Downloads
from ampiq_gql.graphql.downloads.links import DOWNLOADS
from ampiq_gql.graphql.faults import ErrorCode, coded, logged
from ampiq_gql.graphql.http import GraphQLEndpoint
from ampiq_gql.graphql.lists.uploads import UPLOADS, Uploads
from ampiq_gql.graphql.schema import served_schema
from ampiq_gql.graphql.threads import QueryThreads
from ampiq_gql.services import Services

__all__ = ["create_app"]

# Without login only this machine may ask, so no other site may pass as it (DNS rebinding).
LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")


def create_app(services: Services) -> Starlette:
    """Return the application over opened services; whoever opened them closes them."""
    threads = QueryThreads(services.settings.query_threads)
    probes = _Probes(services, threads)
    return Starlette(
        routes=[
            Route("/graphql", GraphQLEndpoint(served_schema(), services, threads)),
            Route(f"{DOWNLOADS}/{{ticket}}", Downloads(services, threads).answer),
            Route(f"{UPLOADS}/{{file_name}}", Uploads(services, threads).answer, methods=["POST"]),
            Route("/healthz", probes.health),
            Route("/readyz", probes.readiness),
            Route("/", _to_graphql),
        ],
        middleware=_middleware(),
        exception_handlers={HTTPException: _refused, Exception: _failed},
        lifespan=_lifespan_of(services, threads),
    )


class _Probes:
    """Answers to those who watch the process."""

    def __init__(self, services: Services, threads: QueryThreads) -> None:
        self._services = services
        self._threads = threads

    async def health(self, _request: Request) -> Response:
        """Say that the process answers."""
        return JSONResponse({"status": "ok"})

    async def readiness(self, _request: Request) -> Response:
        """Say whether requests can be answered: there is a build to read."""
        build = await self._threads.run(self._services.warehouse.current_build)
        if build is None:
            return JSONResponse({"status": "no build yet"}, status_code=503)
        return JSONResponse({"status": "ready", "build": build.id, "asOf": str(build.as_of)})


async def _to_graphql(_request: Request) -> Response:
    return RedirectResponse("/graphql")


def _middleware() -> list[Middleware]:
    return [Middleware(TrustedHostMiddleware, allowed_hosts=LOOPBACK_NAMES, www_redirect=False)]


async def _refused(_request: Request, error: Exception) -> Response:
    """Answer what no route takes, in the form of all other errors."""
    refused = cast("HTTPException", error)
    code = ErrorCode.NOT_FOUND if refused.status_code == 404 else ErrorCode.BAD_USER_INPUT
    body = {"errors": [coded(code, f"{refused.detail}.")]}
    return JSONResponse(body, status_code=refused.status_code, headers=refused.headers)


async def _failed(_request: Request, error: Exception) -> Response:
    """Answer an unforeseen error outside of the schema; the log has all of it."""
    return JSONResponse({"errors": [logged(error)]}, status_code=500)


def _lifespan_of(services: Services, threads: QueryThreads) -> Lifespan[Starlette]:
    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        # What a former process left half done; campaigns drive deliveries of their own.
        await threads.run(services.delivery.resume_unfinished)
        await threads.run(services.campaigns.resume_unfinished)
        yield
        threads.close()

    return lifespan

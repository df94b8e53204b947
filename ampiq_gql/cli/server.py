"""Serving the API, and printing its schema."""

from __future__ import annotations

import ipaddress
from socket import AF_INET, AF_INET6, IPPROTO_TCP, TCP_NODELAY, create_server, socket
from typing import Annotated

import typer

from ampiq_gql.cli.services import open_services
from ampiq_gql.cli.terminal import say
from ampiq_gql.errors import Conflict, Invalid
from ampiq_gql.insights import everyone_measured_ahead
from ampiq_gql.services import Services

__all__ = ["address_of", "listen", "register", "serve_forever"]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (serve, schema):
        app.command()(command)


def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 8000,
) -> None:
    """Serve the GraphQL API at /graphql, with GraphiQL in a browser."""
    refuse_open_door(host)
    with listen(host, port) as door, open_services(context) as services:
        serve_forever(services, door, f"GraphiQL: {address_of(door)} (stop with Ctrl-C)")


def listen(host: str, port: int) -> socket:
    """Take the port before anything slow is done; callers wait in its queue until we serve.

    Raises `Conflict` (`PORT_TAKEN`).
    """
    family = AF_INET6 if ":" in host else AF_INET
    try:
        door = create_server((host, port), family=family)
    except OSError as error:
        raise Conflict(
            "PORT_TAKEN",
            f"Cannot listen on {host}, port {port}: {_reason(error)}.",
            hint="Choose another with --port; 0 takes a free one.",
            place="--port",
        ) from error
    # Connections inherit it. asyncio sets it only on sockets that name their protocol, which those
    # of `create_server` do not; without it every answer on an open connection waits 40 ms.
    door.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
    return door


def _reason(error: OSError) -> str:
    """Return the reason alone; `create_server` adds the address, which we name already."""
    return (error.strerror or str(error)).partition(" (while attempting")[0]


def address_of(door: socket) -> str:
    """Return where GraphiQL is, with the port that was really taken."""
    host, port = door.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/graphql"


def serve_forever(services: Services, door: socket, announcement: str) -> None:
    """Run the server until it is told to stop; say so once it can be told."""
    # Imported here: the web stack is needed only after everything else is ready.
    import uvicorn

    from ampiq_gql.app import create_app
    from ampiq_gql.cli.log import open_log

    class AnnouncedServer(uvicorn.Server):
        """Says where it is when it answers, and when Ctrl-C ends it in order: not before."""

        async def startup(self, sockets: list[socket] | None = None) -> None:
            await super().startup(sockets)
            say(announcement)

    open_log()
    server = AnnouncedServer(uvicorn.Config(create_app(services), log_level="warning"))
    with everyone_measured_ahead(services.insights):
        server.run(sockets=[door])


def refuse_open_door(host: str) -> None:
    """Raise `Invalid` (`AUTH_REQUIRED`) when anybody on the network could come in unasked."""
    if not _is_loopback(host):
        raise Invalid(
            "AUTH_REQUIRED",
            f"{host} can be reached from other machines, and nobody would be asked who they are.",
            hint="Listen on 127.0.0.1 and put a proxy that authenticates in front.",
            place="--host",
        )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def schema() -> None:
    """Print the GraphQL schema."""
    # Imported here for the same reason as in serve_forever.
    from ampiq_gql.graphql.schema import export_sdl

    typer.echo(export_sdl(), nl=False)

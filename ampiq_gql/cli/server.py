"""Serving the API, and printing its schema."""

from __future__ import annotations

import ipaddress
from typing import Annotated

import typer

from ampiq_gql.cli.home import settings_of
from ampiq_gql.cli.services import open_services
from ampiq_gql.cli.terminal import say
from ampiq_gql.errors import Invalid
from ampiq_gql.services import Services
from ampiq_gql.settings import AuthMode, Settings

__all__ = ["register", "serve_forever"]


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
    refuse_open_door(settings_of(context), host)
    with open_services(context) as services:
        say(f"GraphiQL: http://{host}:{port}/graphql (stop with Ctrl-C)")
        serve_forever(services, host, port)


def serve_forever(services: Services, host: str, port: int) -> None:
    """Run the server until it is told to stop."""
    # Imported here: the web stack takes a third of a second that `ampiq count` need not wait for.
    import uvicorn

    from ampiq_gql.app import create_app

    uvicorn.run(create_app(services), host=host, port=port, log_level="warning")


def refuse_open_door(settings: Settings, host: str) -> None:
    """Raise `Invalid` (`AUTH_REQUIRED`) when anybody on the network could come in unasked."""
    if settings.auth is AuthMode.NONE and not _is_loopback(host):
        raise Invalid(
            "AUTH_REQUIRED",
            f"{host} can be reached from other machines, and AMPIQ_AUTH is none.",
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

"""The address that links to downloads lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from ampiq_gql.errors import OperatorError, UserError
from ampiq_gql.graphql.downloads.stream import Download
from ampiq_gql.graphql.downloads.tickets import DownloadExpired, Ticket, opened
from ampiq_gql.graphql.faults import ErrorCode, told
from ampiq_gql.graphql.threads import QueryThreads

if TYPE_CHECKING:
    from ampiq_gql.services import Services

__all__ = ["Downloads"]

_STATUS = {ErrorCode.NOT_FOUND: 404, ErrorCode.CONFLICT: 409, ErrorCode.TIMEOUT: 503}


class Downloads:
    """Answers those who open a link."""

    def __init__(self, services: Services, threads: QueryThreads) -> None:
        self._services = services
        self._threads = threads

    async def answer(self, request: Request) -> Response:
        """Begin the download, or say why there is none."""
        try:
            link = request.path_params["ticket"]
            ticket = await self._threads.run(opened, self._services.settings, link)
            if request.method == "HEAD":
                return _length_unknown(ticket)
            download = Download(self._services, self._threads, ticket)
            await download.begin()
        except OperatorError:
            raise  # for the log, not for who holds a link
        except UserError as error:
            return _refusal(error)
        return _DownloadResponse(download, ticket)


class _DownloadResponse(StreamingResponse):
    """Sends a download, and ends it when the client has it all or goes away."""

    def __init__(self, download: Download, ticket: Ticket) -> None:
        super().__init__(download.pieces(), headers=_headers(ticket))
        self._download = download

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the file; what fails midway breaks the connection off, so that nobody is fooled."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self._download.close()


def _length_unknown(ticket: Ticket) -> Response:
    """Say what a download is without making it, and so without its length."""
    response = Response(headers=_headers(ticket))
    del response.headers["content-length"]
    return response


def _headers(ticket: Ticket) -> dict[str, str]:
    return {
        "content-type": ticket.file_format.media_type,
        "content-disposition": f"attachment; filename*=UTF-8''{quote(ticket.file_name, safe='')}",
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
    }


def _refusal(error: UserError) -> Response:
    """Say it in the same form as an answer of the API does."""
    code, extensions = told(error)
    status = 403 if isinstance(error, DownloadExpired) else _STATUS.get(code, 400)
    body = {"errors": [{"message": error.message, "extensions": extensions}]}
    return JSONResponse(body, status_code=status, headers={"cache-control": "no-store"})

"""The address that takes files which are too large for a GraphQL request.

`POST /uploads/<file name>` with the file as its body answers the name to give to `uploadList`. The
type of the body must be `application/octet-stream`, which no other site can make a browser send.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from ampiq_gql.errors import OperatorError, UserError
from ampiq_gql.graphql.faults import ErrorCode, coded, told
from ampiq_gql.graphql.threads import QueryThreads

if TYPE_CHECKING:
    from ampiq_gql.services import Services

__all__ = ["UPLOADS", "Uploads"]

UPLOADS = "/uploads"
MEDIA_TYPE = "application/octet-stream"


class Uploads:
    """Takes files."""

    def __init__(self, services: Services, threads: QueryThreads) -> None:
        self._received = services.received
        self._threads = threads

    async def answer(self, request: Request) -> Response:
        """Keep the file until a list is made of it."""
        sent = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if sent != MEDIA_TYPE:
            body = {"errors": [coded(ErrorCode.BAD_USER_INPUT, f"A file is sent as {MEDIA_TYPE}.")]}
            return JSONResponse(body, status_code=415)
        try:
            token = await self._keep(request)
        except OperatorError:
            raise  # for the log, not for who sends a file
        except UserError as error:
            _, extensions = told(error)
            errors = [{"message": error.message, "extensions": extensions}]
            return JSONResponse({"errors": errors}, status_code=413)
        except ClientDisconnect:
            return Response(status_code=400)
        return JSONResponse({"upload": token}, status_code=201)

    async def _keep(self, request: Request) -> str:
        run = self._threads.run
        receiving = await run(self._received.receive, request.path_params["file_name"])
        try:
            await run(receiving.__enter__)
            async for piece in request.stream():
                await run(receiving.write, piece)
            return await run(receiving.finish)
        finally:
            await run(receiving.__exit__, None, None, None)

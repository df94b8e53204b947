"""Tickets: what a link to a download says, sealed so that only this installation can make one.

A ticket is complete in itself: every process of the installation can honour it, also after a
restart. It is compressed since it may hold an expression, and links must stay short.
"""

from __future__ import annotations

import base64
import json
import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from ampiq_gql.delivery.secrets import SecretBox
from ampiq_gql.errors import Conflict, Invalid, NotFound, UserError
from ampiq_gql.graphql.downloads.sources import DownloadSource, packed, unpacked
from ampiq_gql.insights import TableFormat
from ampiq_gql.settings import Settings
from ampiq_gql.store.base import utc_now

__all__ = ["LIFETIME", "DownloadExpired", "Ticket", "opened", "sealed"]

LIFETIME = timedelta(minutes=10)
"""How long a link can be opened; a download that has begun may take longer."""

MAX_LINK_LENGTH = 6_000  # what browsers and proxies take without being asked
PURPOSE = b"ampiq downloads 5"  # a new number whenever tickets say something else


class DownloadExpired(UserError):
    """The link is too old."""

    def __init__(self) -> None:
        super().__init__(
            "DOWNLOAD_EXPIRED",
            "The link to this download has expired.",
            hint="Ask for `downloadUrl` again.",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """What to give, and how.

    `actor` is who asked for the link, and who is held to have opened it.
    """

    actor: str
    source: DownloadSource
    file_format: TableFormat
    file_name: str
    is_for_spreadsheets: bool


def sealed(settings: Settings, ticket: Ticket, *, now: datetime | None = None) -> str:
    """Return the ticket as the last part of a link.

    Raises `Invalid` (DOWNLOAD_TOO_LONG) for an expression or a query that no link can hold.
    """
    expires_at = (now or utc_now()) + LIFETIME
    plain = {
        "actor": ticket.actor,
        "source": packed(ticket.source),
        "file_format": ticket.file_format.value,
        "file_name": ticket.file_name,
        "is_for_spreadsheets": ticket.is_for_spreadsheets,
        "until": expires_at.isoformat(),
    }
    text = base64.b85encode(zlib.compress(json.dumps(plain).encode(), 9)).decode("ascii")
    link = _box(settings).seal(text)
    if len(link) > MAX_LINK_LENGTH:
        raise Invalid(
            "DOWNLOAD_TOO_LONG",
            "The text is too long for a link.",
            hint="Save an expression as a segment and ask for the link there; write a query's "
            "rows to a file with `ampiq query --to FILE`.",
        )
    return link


def opened(settings: Settings, link: str, *, now: datetime | None = None) -> Ticket:
    """Return what a link says.

    Raises `NotFound` (DOWNLOAD_UNKNOWN) for a link that was not made here, `DownloadExpired`.
    """
    try:
        text = _box(settings).open(link)
    except Conflict as error:
        raise NotFound("DOWNLOAD_UNKNOWN", "There is no such download.") from error
    plain = json.loads(zlib.decompress(base64.b85decode(text)))
    if datetime.fromisoformat(plain.pop("until")) <= (now or utc_now()):
        raise DownloadExpired
    return Ticket(
        **plain
        | {
            "source": unpacked(plain["source"]),
            "file_format": TableFormat(plain["file_format"]),
        }
    )


def _box(settings: Settings) -> SecretBox:
    return SecretBox.of(settings, purpose=PURPOSE)

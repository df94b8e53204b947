"""Pages of recipients: their cursors, which name places in the history of a campaign."""

from __future__ import annotations

from uuid import UUID

from ampiq_gql.campaigns.history import (
    CampaignRecipient,
    RecipientPage,
    RecipientPlace,
    RecipientWindow,
)
from ampiq_gql.errors import Invalid
from ampiq_gql.graphql.ids import decode_id, encode_id
from ampiq_gql.store.paging import Page, PageRequest

__all__ = ["recipient_page", "recipient_window"]

CURSOR = "Recipient"


def recipient_page(found: RecipientPage) -> Page[CampaignRecipient]:
    """Give every recipient its cursor."""
    return Page(
        items=found.recipients,
        cursors=tuple(_cursor(one.place) for one in found.recipients),
        has_next=found.has_next,
        has_previous=found.has_previous,
    )


def recipient_window(request: PageRequest) -> RecipientWindow:
    """Read the cursors of a request. Raises `Invalid` (PAGE_INVALID) for texts that are none."""
    return RecipientWindow(
        rows=request.rows,
        after=_place(request.after, "after"),
        before=_place(request.before, "before"),
        is_backward=request.is_backward,
    )


def _cursor(place: RecipientPlace) -> str:
    return encode_id(CURSOR, f"{place.customer_id}:{place.key}")


def _place(cursor: str | None, argument: str) -> RecipientPlace | None:
    if cursor is None:
        return None
    found = decode_id(cursor)
    customer_id, colon, key = (found.key if found else "").partition(":")
    try:
        if found is None or found.type_name != CURSOR or not colon:
            raise ValueError(cursor)
        return RecipientPlace(customer_id=UUID(customer_id), key=key)
    except ValueError as error:
        message = f"`{argument}` is not a cursor of this list: {cursor!r}."
        raise Invalid("PAGE_INVALID", message, place=argument) from error

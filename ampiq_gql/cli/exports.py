"""What commands that write customers' data to files share: an option and an audit entry."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Annotated

import typer

from ampiq_gql.store import Store

__all__ = ["ACTOR", "Verbatim", "note_export", "text_digest"]

ACTOR = "local"  # who is at the shell, as the server calls whoever asks from its own machine
DIGEST_LENGTH = 32  # of hexadecimal digits, as ids have

Verbatim = Annotated[
    bool,
    typer.Option(
        "--verbatim",
        help="Write text of a CSV file as it is, also what a spreadsheet would run as a formula.",
    ),
]


def note_export(
    store: Store, action: str, target_type: str, target_id: str, details: Mapping[str, object]
) -> None:
    """Write down who takes what, before the first row leaves."""
    with store.begin() as work:
        work.audit.record(ACTOR, action, target_type, target_id, details)


def text_digest(text: str) -> str:
    """Return what stands in the log for a text, which may hold personal data."""
    return hashlib.sha256(text.encode()).hexdigest()[:DIGEST_LENGTH]

"""When two names are the same, and how a table keeps them apart.

Rows with unique names have a unique column `name_key` beside `name`; deleted rows set it to NULL.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ampiq_gql.store.errors import NameNotUnique

__all__ = ["claim_name", "name_key"]


def name_key(name: str) -> str:
    """Return what makes two names the same: case and Unicode spelling do not count."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


@contextmanager
def claim_name(session: Session, what: str, name: str) -> Iterator[None]:
    """Write inside a savepoint; a clash of `name_key` raises `NameNotUnique`."""
    try:
        with session.begin_nested():
            yield
    except IntegrityError as error:
        if "name_key" not in str(error.orig):
            raise
        raise NameNotUnique(what, name) from error

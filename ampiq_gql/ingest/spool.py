"""A folder of this process for what must be unpacked or recoded before it can be read.

Files in it have numbers for names: nothing that a stranger wrote becomes part of a path.
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from ampiq_gql.settings import Settings

__all__ = ["Spool", "open_spool"]


class Spool:
    """Gives out paths that nobody else uses."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count()

    def new_file(self) -> Path:
        """Return the path of a file that does not exist yet."""
        return self._folder / str(next(self._numbers))


@contextmanager
def open_spool(settings: Settings) -> Iterator[Spool]:
    """Make the folder and remove it with all its files.

    Its name begins with the process, so that what a killed one leaves is swept with other spill.
    """
    folder = settings.home / "tmp" / f"{os.getpid()}-{uuid.uuid4().hex}"
    folder.mkdir(parents=True)
    try:
        yield Spool(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)

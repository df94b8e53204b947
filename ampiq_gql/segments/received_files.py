"""Files that came over the network and wait for the command that makes lists of them.

Each has a folder of its own under a name that nobody can guess; what nobody asks for goes after a
day. A file that is still coming has no such name yet, so that half of one is never taken.
"""

from __future__ import annotations

import re
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from ampiq_gql.errors import Invalid, NotFound
from ampiq_gql.settings import Settings

__all__ = ["ReceivedFiles", "Receiving"]

FOLDER = "uploads"
TEXT_FILE = "list.csv"  # shown as the file's name when a list came as text
WAITS_SECONDS = 86_400.0
_TOKEN = re.compile(r"[0-9a-f]{32}")
_UNSAFE = re.compile(r"[^\w. -]")
MAX_FILE_NAME = 100


class Receiving:
    """A file that is coming; leaving the context without `finish` forgets it."""

    def __init__(self, folder: Path, file_name: str, max_bytes: int) -> None:
        self._token = secrets.token_hex(16)
        self._folder = folder
        self._coming = folder / f".{self._token}"
        self._path = self._coming / file_name
        self._max_bytes = max_bytes
        self._bytes = 0
        self._file: BinaryIO | None = None

    def __enter__(self) -> Self:
        """Make the folder of the file."""
        self._coming.mkdir(parents=True)
        self._file = self._path.open("xb")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Forget what was not finished."""
        if self._file is not None:
            self._file.close()
        shutil.rmtree(self._coming, ignore_errors=True)

    def write(self, piece: bytes) -> None:
        """Append the next bytes. Raises `Invalid` (LIST_TOO_LARGE)."""
        self._bytes += len(piece)
        if self._bytes > self._max_bytes:
            raise Invalid(
                "LIST_TOO_LARGE",
                f"The file has more than {self._max_bytes:,} bytes.",
                hint="Split the file into several, or raise `upload_max_bytes`.",
            )
        if self._file is not None:
            self._file.write(piece)

    def finish(self) -> str:
        """Say that all of it has come; return the name under which it can be taken."""
        if self._file is not None:
            self._file.close()
        self._coming.rename(self._folder / self._token)
        return self._token


class ReceivedFiles:
    """The files that wait. Safe to use from many threads and processes."""

    def __init__(self, settings: Settings) -> None:
        self._folder = settings.home / FOLDER
        self._max_bytes = settings.upload_max_bytes

    def receive(self, file_name: str) -> Receiving:
        """Begin to receive a file."""
        self._forget_old()
        plain = _UNSAFE.sub("_", Path(file_name).name).strip(". ")[-MAX_FILE_NAME:]
        return Receiving(self._folder, plain or TEXT_FILE, self._max_bytes)

    @contextmanager
    def taken(self, token: str) -> Iterator[Path]:
        """Give the file of that name; it goes when the context ends well.

        Raises `NotFound` (UPLOAD_UNKNOWN).
        """
        folder = self._folder / token
        if not _TOKEN.fullmatch(token) or not folder.is_dir():
            raise NotFound(
                "UPLOAD_UNKNOWN",
                "There is no such upload; it may have been used already.",
                hint="Send the file again: each upload is good for one list, for a day.",
                place="upload",
            )
        yield next(folder.iterdir())
        shutil.rmtree(folder, ignore_errors=True)

    @contextmanager
    def text(self, content: str) -> Iterator[Path]:
        """Give a CSV file of a text for as long as the context lasts."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self._folder, prefix=".text-") as folder:
            file = Path(folder) / TEXT_FILE
            file.write_text(content, encoding="utf-8", newline="")
            yield file

    def _forget_old(self) -> None:
        oldest = time.time() - WAITS_SECONDS
        for entry in self._folder.iterdir() if self._folder.is_dir() else ():
            if entry.stat().st_mtime < oldest:
                shutil.rmtree(entry, ignore_errors=True)

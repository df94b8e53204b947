"""Which encoding a text file has: its byte-order mark, else its bytes, all of them.

A file is UTF-8 unless its own lines say otherwise; a few bad lines in it are bad lines.
Windows-1252 is concluded only when several lines are not UTF-8 and no line beyond ASCII is.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ampiq_gql.ingest.errors import FileUnreadable
from ampiq_gql.ingest.spool import Spool

__all__ = ["TextFile", "detect_encoding", "recode_utf_16"]

PIECE_BYTES = 16 << 20
HEAD_BYTES = 4_096
ENOUGH_LINES = 3
"""One or two lines that are not UTF-8 are rather damaged than written in another encoding."""

NOT_IN_WINDOWS_1252 = np.array([0x81, 0x8D, 0x8F, 0x90, 0x9D], dtype=np.uint8)
UTF_16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}

Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFile:
    """How the bytes of a file are read; `is_guess` when nothing in the file states it."""

    encoding: str
    mark_bytes: int = 0
    is_guess: bool = False


def detect_encoding(path: Path) -> TextFile:
    """Decide from the whole file."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if head.startswith(codecs.BOM_UTF8):
        return TextFile(encoding="utf-8", mark_bytes=len(codecs.BOM_UTF8))
    for mark, encoding in UTF_16.items():
        if head.startswith(mark):
            return TextFile(encoding=encoding, mark_bytes=len(mark))
    without_mark = _utf_16_without_mark(head)
    if without_mark:
        return TextFile(encoding=without_mark, is_guess=True)
    if _is_windows_1252(path):
        return TextFile(encoding="windows-1252", is_guess=True)
    return TextFile(encoding="utf-8")


def _utf_16_without_mark(head: bytes) -> str | None:
    """ASCII letters in UTF-16 have NUL for every other byte."""
    found = np.frombuffer(head[: len(head) // 2 * 2], dtype=np.uint8)
    if len(found) < 8:
        return None
    even, odd = float((found[::2] == 0).mean()), float((found[1::2] == 0).mean())
    if odd > 0.7 and even < 0.1:
        return "utf-16-le"
    return "utf-16-be" if even > 0.7 and odd < 0.1 else None


def _is_windows_1252(path: Path) -> bool:
    foreign = 0
    with path.open("rb") as file:
        rest = b""
        while piece := file.read(PIECE_BYTES):
            cut = piece.rfind(b"\n") + 1
            whole, rest = (rest + piece[:cut], piece[cut:]) if cut else (rest + piece, b"")
            found = _foreign_lines(whole)
            if found is None:
                return False
            foreign += found
        found = _foreign_lines(rest)
    return found is not None and foreign + found >= ENOUGH_LINES


def _foreign_lines(text: bytes) -> int | None:
    """Count the lines that are not UTF-8; None when the file cannot be Windows-1252."""
    if text.isascii():
        return 0
    stretch = np.frombuffer(text, dtype=np.uint8)
    if np.isin(stretch[stretch > 127], NOT_IN_WINDOWS_1252).any() or b"\0" in text:
        return None
    feeds = np.flatnonzero(stretch == 10)
    lines = np.unique(np.searchsorted(feeds, np.flatnonzero(stretch > 127)))
    starts, ends = np.concatenate(([0], feeds + 1)), np.append(feeds, len(text))
    for line in lines.tolist():
        if _is_utf_8(text[starts[line] : ends[line]]):
            return None
    return len(lines)


def _is_utf_8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def recode_utf_16(path: Path, text: TextFile, name: str, spool: Spool) -> Path:
    """Write the file anew as UTF-8, in pieces. Raises `FileUnreadable` for halves of letters."""
    target = spool.new_file()
    decoder = codecs.getincrementaldecoder(text.encoding)()
    try:
        with path.open("rb") as source, target.open("wb") as recoded:
            source.seek(text.mark_bytes)
            while piece := source.read(PIECE_BYTES):
                recoded.write(decoder.decode(piece).encode())
            recoded.write(decoder.decode(b"", final=True).encode())
    except UnicodeDecodeError as error:
        raise FileUnreadable(
            f"{name} is not sound {text.encoding.upper()}: {error.reason}.",
            place=str(path),
            hint="Save it as UTF-8 and load that.",
        ) from error
    return target

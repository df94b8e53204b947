"""The corpora: expressions of the specification, further ones that are taken, and refused ones."""

from __future__ import annotations

from pathlib import Path

__all__ = ["ACCEPTANCE", "ACCEPTED", "REJECTED"]

_HERE = Path(__file__).parent
_CODES_WIDTH = 20


def _lines(name: str) -> list[str]:
    lines = (_HERE / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def _rejected(line: str) -> tuple[str, tuple[str, ...]]:
    return line[_CODES_WIDTH:].strip(), tuple(line[:_CODES_WIDTH].split())


# The acceptance expressions of the specification, whose numbers are those of their lines.
ACCEPTANCE = _lines("acceptance.dsl")
ACCEPTED = _lines("accepted.dsl")
REJECTED = [_rejected(line) for line in _lines("rejected.dsl")]

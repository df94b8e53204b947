"""How long work tells what it is doing; the command line draws it, services only report."""

from __future__ import annotations

from typing import Protocol

__all__ = ["Progress", "Silent"]


class Progress(Protocol):
    """Receives the steps of one long piece of work, from one thread."""

    def start(self, title: str, total: int | None = None) -> None:
        """Begin a step; `total` is the number of units when it is known beforehand."""

    def advance(self, units: int = 1) -> None:
        """Say that `units` of the present step are done."""

    def finish(self) -> None:
        """End the present step."""


class Silent:
    """A progress that nobody watches."""

    def start(self, title: str, total: int | None = None) -> None:
        """Ignore the step."""

    def advance(self, units: int = 1) -> None:
        """Ignore the units."""

    def finish(self) -> None:
        """Ignore the end."""

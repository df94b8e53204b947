"""Measuring things in turn, so that whatever else the machine does falls on all of them."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

__all__ = ["Timing", "in_turn"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """The seconds that one thing took, run after run."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle one, which a slow outlier does not move."""
        return statistics.median(self.seconds)


def in_turn(
    things: Mapping[str, Callable[[int], object]], *, rounds: int, warm_up: int
) -> dict[str, Timing]:
    """Do all things round after round: A B C, A B C, …; each is told the number of the round.

    The first `warm_up` rounds are not counted.
    """
    seconds: dict[str, list[float]] = {name: [] for name in things}
    for number in range(warm_up + rounds):
        for name, do in things.items():
            began = time.perf_counter()
            do(number)
            took = time.perf_counter() - began
            if number >= warm_up:
                seconds[name].append(took)
    return {name: Timing(seconds=tuple(values)) for name, values in seconds.items()}

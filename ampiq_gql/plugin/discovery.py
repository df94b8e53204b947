"""Finds plugins: the entry points of the group `ampiq_gql`, ours first, then by distribution."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points

__all__ = ["GROUP", "Candidate", "installed"]

GROUP = "ampiq_gql"
OUR_DISTRIBUTION = "ampiq-graphql"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A plugin before it is imported; `load` imports it and may raise anything."""

    name: str
    distribution: str
    version: str
    load: Callable[[], object]


def installed() -> tuple[Candidate, ...]:
    """Return all plugins that are installed, in the order in which they are loaded."""
    return tuple(sorted(_candidates(), key=_order))


def _order(candidate: Candidate) -> tuple[bool, str, str]:
    return candidate.distribution != OUR_DISTRIBUTION, candidate.distribution, candidate.name


def _candidates() -> Iterator[Candidate]:
    seen: set[EntryPoint] = set()
    for point in entry_points(group=GROUP):
        # A distribution can be found twice, in an editable install and in its source folder.
        if point in seen:
            continue
        seen.add(point)
        yield Candidate(
            name=point.name,
            distribution=point.dist.name if point.dist else "unknown",
            version=point.dist.version if point.dist else "unknown",
            load=point.load,
        )

"""Which media type an answer takes: `Accept` with its quality values (RFC 9110, §12.5.1)."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["GRAPHQL_MEDIA_TYPE", "JSON_MEDIA_TYPE", "wanted_media_type", "wants_page"]

GRAPHQL_MEDIA_TYPE = "application/graphql-response+json"
JSON_MEDIA_TYPE = "application/json"


@dataclass(frozen=True, slots=True)
class _Range:
    """One element of the header."""

    media_type: str
    quality: float


def wanted_media_type(accept: str | None) -> str | None:
    """Return the type to answer in, or None when nothing that we offer is wanted.

    Clients that name no type of ours but take anything get plain JSON, as older ones expect.
    """
    ranges = _ranges(accept or "*/*")
    plain, modern = (_quality(name, ranges) for name in (JSON_MEDIA_TYPE, GRAPHQL_MEDIA_TYPE))
    if max(plain, modern) <= 0:
        return None
    is_named = any(found.media_type == GRAPHQL_MEDIA_TYPE for found in ranges)
    is_modern = modern > plain or (modern == plain and is_named)
    return GRAPHQL_MEDIA_TYPE if is_modern else JSON_MEDIA_TYPE


def wants_page(accept: str | None) -> bool:
    """Tell whether a browser asks for a page to look at."""
    return any(
        found.media_type in ("text/html", "application/xhtml+xml") and found.quality > 0
        for found in _ranges(accept or "")
    )


def _quality(name: str, ranges: list[_Range]) -> float:
    """Return how much a type is wanted; the most specific range that holds it decides."""
    for pattern in (name, name.partition("/")[0] + "/*", "*/*"):
        for found in ranges:
            if found.media_type == pattern:
                return found.quality
    return 0.0


def _ranges(accept: str) -> list[_Range]:
    return [_range(element) for element in accept.split(",") if element.strip()]


def _range(element: str) -> _Range:
    media_type, *parameters = (part.strip().lower() for part in element.split(";"))
    quality = next((part[2:] for part in parameters if part.startswith("q=")), "1")
    try:
        return _Range(media_type, float(quality))
    except ValueError:
        return _Range(media_type, 0.0)

"""DuckDB's errors in our own words."""

from __future__ import annotations

from ampiq_gql.warehouse.errors import QueryTooLarge

__all__ = ["explain"]


def explain(error: Exception, timeout_seconds: float) -> Exception:  # noqa: ARG001 - the Protocol
    """Return what a reader is told; a stream reports errors as OSError, with their text only."""
    return QueryTooLarge() if "Out of Memory Error" in str(error) else error

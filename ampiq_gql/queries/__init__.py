"""Saved queries: SQL over the customer-360, guarded, run, and usable as lists of customers."""

from __future__ import annotations

from ampiq_gql.queries.errors import (
    QueryInUse,
    QueryNameTaken,
    QueryNotFound,
    QueryRevisionConflict,
)
from ampiq_gql.queries.models import (
    MAX_CSV_ROWS,
    MAX_PREVIEW_ROWS,
    QueryCheck,
    QueryResult,
    SaveQuery,
)
from ampiq_gql.queries.service import QueryService

__all__ = [
    "MAX_CSV_ROWS", "MAX_PREVIEW_ROWS", "QueryCheck", "QueryInUse", "QueryNameTaken",
    "QueryNotFound", "QueryResult", "QueryRevisionConflict", "QueryService", "SaveQuery",
]  # fmt: skip

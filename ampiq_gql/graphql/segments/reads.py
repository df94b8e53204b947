"""Blocking reads about segments and expressions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from ampiq_gql.graphql.insights.loaders import Source
from ampiq_gql.graphql.types.sql import SqlText
from ampiq_gql.segments import CheckedExpression, SegmentNotFound
from ampiq_gql.store.segments import SegmentRecord
from ampiq_gql.warehouse import Dialect
from dsl.completion import Completion, complete

if TYPE_CHECKING:
    from ampiq_gql.services import Services

__all__ = ["checked_expression", "proposals", "segment_named", "segment_sql"]


def checked_expression(
    services: Services, text: str, as_of: date | None, *, may_read_pii: bool
) -> CheckedExpression:
    """Check an expression against the present data."""
    with services.warehouse.read() as session:
        return services.segments.expression(session, text, as_of, may_read_pii=may_read_pii)


def proposals(services: Services, text: str, offset: int) -> Sequence[Completion]:
    """Return what can be typed at the cursor."""
    with services.warehouse.read() as session:
        return complete(text, offset, services.segments.catalog(session))


def segment_named(services: Services, name: str) -> SegmentRecord | None:
    """Return the segment of that name, or None."""
    try:
        return services.segments.get(name=name)
    except SegmentNotFound:
        return None


def segment_sql(
    services: Services, source: Source, as_of: date | None, dialect: Dialect | None
) -> SqlText:
    """Write out the statement that selects the customers."""
    with services.warehouse.read() as session:
        audience = services.segments.audience(session, source, as_of)
        text = session.sql(audience.ids, dialect)
    return SqlText(dialect=dialect or services.warehouse.dialect, text=text)

"""When headers alone decided and the values disagree: a question, not a quarantine full of rows."""

from __future__ import annotations

from collections import Counter

from ampiq_gql.ingest.errors import MappingUnclear
from ampiq_gql.ingest.kind_load import TypedPart

__all__ = ["refuse_doubtful"]

ENOUGH_ROWS = 20
DOUBTFUL_SHARE = 0.5


def refuse_doubtful(part: TypedPart) -> None:
    """Raise `MappingUnclear` when more than half of the rows fail by the same column."""
    columns = Counter(row.column for row in part.refused if row.column)
    if not columns or part.staged_rows < ENOUGH_ROWS:
        return
    (header, failing), *_ = columns.most_common(1)
    if failing > part.staged_rows * DOUBTFUL_SHARE:
        first = next(row for row in part.refused if row.column == header)
        target = next(
            match.column
            for match in part.part.columns.matches
            if header in (match.header, match.column)
        )
        share = failing / part.staged_rows
        question = (
            f'Is "{header}" really {target}? In {share:.0%} of the rows it is not: {first.message}.'
        )
        raise MappingUnclear((question,), place=part.plan.table.name)

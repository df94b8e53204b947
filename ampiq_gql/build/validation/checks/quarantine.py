"""The rows that wait for repair: a warning on every report until they are cleared (11.5)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import sqlalchemy as sa

from ampiq_gql.build.validation.declarations import Check, Measured, MeasuredCheck
from ampiq_gql.build.validation.inputs import Inputs
from ampiq_gql.ingest.sources import LOADS, QUARANTINE

__all__ = ["CHECKS"]


def _waiting(inputs: Inputs) -> Iterator[Measured]:
    """Count, source by source, the rows that were read and those of them that still wait."""
    source = QUARANTINE.c.datasource
    held = sa.select(source, sa.func.count().label("waiting")).group_by(source).subquery("held")
    read = (
        sa.select(LOADS.c.datasource, sa.func.sum(LOADS.c.rows_read).label("rows_read"))
        .group_by(LOADS.c.datasource)
        .subquery("read")
    )
    statement = (
        sa.select(read.c.datasource, read.c.rows_read, sa.func.coalesce(held.c.waiting, 0))
        .select_from(read.outerjoin(held, held.c.datasource == read.c.datasource))
        .order_by(read.c.datasource)
    )
    for datasource, rows, waiting in inputs.connection.execute(statement):
        yield Measured(
            datasource=datasource, checked=Decimal(rows), failing=Decimal(waiting), sql=statement
        )


CHECKS: tuple[Check, ...] = (
    MeasuredCheck(
        id="in.quarantine",
        table="quarantined_rows",
        measure=_waiting,
        warn_above=0,
        meaning="Rows that could not be loaded and wait for repair.",
        advice="See them with `ampiq quarantine show`, mend them and try again, or discard them.",
    ),
)

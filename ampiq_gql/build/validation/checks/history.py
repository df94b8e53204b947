"""Database checks that compare a build with the one before it (5.2)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import sqlalchemy as sa

from ampiq_gql.build.expressions import total
from ampiq_gql.build.validation.declarations import Check, Measured, MeasuredCheck
from ampiq_gql.build.validation.inputs import Inputs
from ampiq_gql.build.validation.models import CheckUnit, Part

__all__ = ["CHECKS"]

NO_FORMER = "There is no build before this one."
TEN_POINTS = 0.1
CHANGING = frozenset({"campaign_recipients", "predicted_clv_attributes"})
"""Tables that are published between builds, which find them empty."""


def _fewer_rows(inputs: Inputs) -> Iterator[Measured]:
    if inputs.former is None:
        yield Measured(absent=NO_FORMER)
        return
    for name, former in inputs.former.tables.items():
        if former.rows and name in inputs.measures and name not in CHANGING:
            lost = max(0, former.rows - inputs.measures[name].rows)
            yield Measured(table=name, checked=Decimal(former.rows), failing=Decimal(lost))


def _less_revenue(inputs: Inputs) -> Iterator[Measured]:
    if inputs.former is None:
        yield Measured(absent=NO_FORMER)
        return
    orders = inputs.tables["unified_transactions"]
    statement = sa.select(total(orders.c.order_revenue).label("revenue"))
    revenue = inputs.connection.execute(statement).scalar_one()
    lost = max(Decimal(), inputs.former.revenue - revenue)
    yield Measured(checked=inputs.former.revenue, failing=lost, sql=statement)


def _emptier_columns(inputs: Inputs) -> Iterator[Measured]:
    """Compare the share of NULL in every column of the tables that had rows and still have."""
    if inputs.former is None:
        yield Measured(absent=NO_FORMER)
        return
    for name, former in inputs.former.tables.items():
        present = inputs.measures.get(name)
        if not (former.rows and present and present.rows) or name in CHANGING:
            continue
        both = former.null_shares.keys() & present.null_shares.keys()
        moved = [
            Part(
                name=f"{column}: {former.null_shares[column]:.0%} to"
                f" {present.null_shares[column]:.0%} NULL",
                checked=Decimal(1),
                failing=Decimal(1),
            )
            for column in sorted(both)
            if round(present.null_shares[column] - former.null_shares[column], 9) >= TEN_POINTS
        ]
        yield Measured(
            table=name, checked=Decimal(len(both)), failing=Decimal(len(moved)), parts=tuple(moved)
        )


CHECKS: tuple[Check, ...] = (
    MeasuredCheck(
        id="rec.trend",
        table="unified_transactions",
        column="order_revenue",
        measure=_less_revenue,
        unit=CheckUnit.MONEY,
        warn_above=0.05,
        meaning="Revenue that the build before had and this one has not.",
        advice="Look whether a file was replaced by a shorter one.",
    ),
    MeasuredCheck(
        id="rec.trend.rows",
        table="every table that had rows",
        measure=_fewer_rows,
        warn_above=0.05,
        meaning="Rows that the build before had and this one has not.",
        advice="Look whether a file was replaced by a shorter one.",
    ),
    MeasuredCheck(
        id="null.rate",
        table="every table that had rows",
        measure=_emptier_columns,
        unit=CheckUnit.COLUMNS,
        warn_above=0,
        meaning="Columns whose share of NULL rose by ten points or more since the build before.",
        advice="Look whether a column was renamed or left out of the last export.",
    ),
)

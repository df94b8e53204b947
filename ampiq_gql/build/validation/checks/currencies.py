"""Database checks of currencies: sums of different ones mean nothing (5.2, 11.8)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import sqlalchemy as sa

from ampiq_gql.build.validation.declarations import Check, Measured, MeasuredCheck
from ampiq_gql.build.validation.inputs import Inputs
from ampiq_gql.build.validation.models import Part
from ampiq_gql.warehouse import AnySelect

__all__ = ["CHECKS"]


def _by_source(inputs: Inputs) -> AnySelect:
    """Count the orders of each source by currency; without one they are in the site's."""
    orders = inputs.tables["unified_transactions"]
    currency = sa.func.coalesce(orders.c.currency, inputs.context.currency)
    stated = sa.select(orders.c.datasource, currency.label("currency")).subquery("stated")
    by = (stated.c.datasource, stated.c.currency)
    return sa.select(*by, sa.func.count().label("orders")).group_by(*by).order_by(*by)


def _mixed(inputs: Inputs) -> Iterator[Measured]:
    statement = _by_source(inputs)
    found: dict[str, dict[str, int]] = {}
    for source, currency, orders in inputs.connection.execute(statement):
        found.setdefault(source, {})[currency] = orders
    if not found:
        yield Measured(absent="There are no orders.")
    for source, orders_of in found.items():
        main = max(orders_of, key=lambda currency: (orders_of[currency], currency))
        others = {currency: count for currency, count in orders_of.items() if currency != main}
        yield Measured(
            datasource=source,
            checked=Decimal(sum(orders_of.values())),
            failing=Decimal(sum(others.values())),
            sql=statement,
            parts=_parts(others, sum(orders_of.values())),
        )


def _without_rate(inputs: Inputs) -> Iterator[Measured]:
    """Count the orders in a currency that nothing converts, where there are several.

    Orders of one foreign currency alone add up: the amounts are all of that currency.
    """
    statement = _by_source(inputs)
    orders_of: dict[str, int] = {}
    for _source, currency, orders in inputs.connection.execute(statement):
        orders_of[currency] = orders_of.get(currency, 0) + orders
    if len(orders_of) < 2:
        yield Measured(absent="All orders are in one currency.")
        return
    others = {
        currency: orders
        for currency, orders in orders_of.items()
        if currency != inputs.context.currency
    }
    yield Measured(
        checked=Decimal(sum(orders_of.values())),
        failing=Decimal(sum(others.values())),
        sql=statement,
        parts=_parts(others, sum(orders_of.values())),
    )


def _parts(orders_of: dict[str, int], checked: int) -> tuple[Part, ...]:
    return tuple(
        Part(name=currency, checked=Decimal(checked), failing=Decimal(orders))
        for currency, orders in sorted(orders_of.items())
    )


CHECKS: tuple[Check, ...] = (
    MeasuredCheck(
        id="cur.mixed",
        table="unified_transactions",
        column="currency",
        measure=_mixed,
        warn_above=0,
        meaning="Orders that are not in the main currency of their source.",
        advice="Load each currency as a source of its own, so that it can be seen which is which.",
    ),
    MeasuredCheck(
        id="cur.no_rate",
        table="unified_transactions",
        column="currency",
        measure=_without_rate,
        error_above=0,
        meaning="Orders in another currency than the site's, for which there is no rate.",
        advice="Name a file of exchange rates in the setting `fx_rates` and load again: sums of"
        " several currencies mean nothing.",
    ),
)

"""From questions to statements: all that is asked of one audience becomes one pass.

The ids are worked out once, then each one-row-per-customer source is joined once and every
measure is an aggregate of that pass (design.md §5). The past year comes from the prebuilt
attributes when the day asked is the day of the build, else from the orders of that year
(readings.md 3). Only the audience is new in a question: all else is described once and kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any, TypeAlias

import sqlalchemy as sa

from ampiq_gql.catalog.standard import standard_metadata
from ampiq_gql.errors import Invalid
from ampiq_gql.insights.measures import Measure, Source, source_of, sources_of
from ampiq_gql.warehouse import BUILD_SCHEMA, AnySelect
from dsl.ast import TimeUnit
from dsl.dates import shift

__all__ = ["Question", "statement_for"]

_DAY = timedelta(days=1)

_KEPT = 256

# Of rows, not of ids: all sources have one row per customer, and a count of ids would read them,
# which takes as long as an attribute rule does.
_CUSTOMERS = sa.func.count().label(Measure.CUSTOMERS.value)

_Sources: TypeAlias = Mapping[Source, sa.FromClause]
_Number: TypeAlias = sa.ColumnElement[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Measures asked of an audience on a day; `ids` is one column of ids, None is everyone."""

    ids: AnySelect | None
    measures: frozenset[Measure]
    as_of: date
    build_as_of: date


def statement_for(question: Question) -> AnySelect:
    """Return one statement with one row and one column per measure, named by the measure."""
    sources = _sources(question)
    figures = [
        _CUSTOMERS
        if measure is Measure.CUSTOMERS
        else _figure(measure, sources[source_of(measure)])
        for measure in sorted(question.measures)
    ]
    return sa.select(*figures).select_from(_joined(sources))


def _sources(question: Question) -> _Sources:
    """Return the relations to read, the audience first, since all others hang on it."""
    sources: dict[Source, sa.FromClause] = {Source.CUSTOMERS: _audience(question.ids)}
    for source in sorted(sources_of(question.measures) - {Source.CUSTOMERS}):
        sources[source] = _RELATIONS[source](question)
    return sources


def _joined(sources: _Sources) -> sa.FromClause:
    audience = sources[Source.CUSTOMERS]
    joined = audience
    for source, relation in sources.items():
        if source is not Source.CUSTOMERS:
            joined = joined.outerjoin(relation, relation.c.amperity_id == audience.c.amperity_id)
    return joined


def _audience(ids: AnySelect | None) -> sa.FromClause:
    return _table("merged_customers") if ids is None else ids.cte("segment")


def _year(question: Question) -> sa.FromClause:
    """Return orders, revenue and units of the past year per customer who bought in it."""
    if question.as_of == question.build_as_of:
        return _year_from_attributes()
    return _year_from_orders(question.as_of)


@cache
def _year_from_attributes() -> sa.FromClause:
    attributes = _table("transaction_attributes_extended")
    year = sa.select(
        attributes.c.amperity_id,
        attributes.c.l12m_order_frequency.label("orders"),
        attributes.c.l12m_order_revenue.label("revenue"),
        attributes.c.l12m_total_items.label("items"),
    ).where(attributes.c.l12m_order_frequency > 0)
    return _described(year.cte("past_year"))


@lru_cache(_KEPT)
def _year_from_orders(as_of: date) -> sa.FromClause:
    orders = _table("unified_transactions")
    start, end = _past_year(as_of)
    of_customers = sa.select(
        orders.c.amperity_id,
        sa.func.count(sa.distinct(orders.c.order_id)).label("orders"),
        sa.func.sum(orders.c.order_revenue).label("revenue"),
        sa.func.sum(orders.c.order_quantity).label("items"),
    ).group_by(orders.c.amperity_id)
    year = of_customers.where(
        orders.c.amperity_id.is_not(None),
        # An order that holds only returns or cancellations is no order (data-model.md §2.3); it is
        # the one whose purchase lines sum to nothing.
        orders.c.sum_item_revenue.is_not(None),
        orders.c.order_datetime >= start,
        orders.c.order_datetime < end,
    )
    return _described(year.cte("past_year"))


def _past_year(as_of: date) -> tuple[datetime, datetime]:
    """Return the half-open year that ends with `as_of`: the window of the l12m columns.

    Raises `Invalid` (AS_OF_INVALID) for days at the ends of the calendar, which have none.
    """
    try:
        end = datetime.combine(as_of, time()) + _DAY
        return datetime.combine(shift(as_of, -12, TimeUnit.MONTH), time()) + _DAY, end
    except OverflowError as error:
        message = f"{as_of} has no year before it that a calendar knows."
        raise Invalid("AS_OF_INVALID", message, place="as_of") from error


@cache
def _table(name: str) -> sa.FromClause:
    """Return a standard table under its plain name."""
    return _described(standard_metadata().tables[f"{BUILD_SCHEMA}.{name}"].alias(name))


def _described(kept: sa.FromClause) -> sa.FromClause:
    """Name the columns of what is kept here and now, not in whichever threads come first."""
    _ = kept.c
    return kept


_RELATIONS: Mapping[Source, Callable[[Question], sa.FromClause]] = MappingProxyType(
    {
        Source.YEAR: _year,
        Source.ATTRIBUTES: lambda _: _table("customer_attributes"),
        Source.PREDICTIONS: lambda _: _table("predicted_clv_attributes"),
    }
)


@lru_cache(_KEPT)
def _figure(measure: Measure, source: sa.FromClause) -> sa.Label[Any]:
    """Return the aggregate of any measure but the number of customers."""
    return _AGGREGATES[measure](source).label(measure.value)


def _count_if(condition: sa.ColumnElement[bool]) -> _Number:
    return sa.func.count(sa.case((condition, 1)))


def _rows(source: sa.FromClause) -> _Number:
    return sa.func.count(source.c.amperity_id)


def _sum_of(column: str) -> Callable[[sa.FromClause], _Number]:
    def total(source: sa.FromClause) -> _Number:
        return sa.func.coalesce(sa.cast(sa.func.sum(source.c[column]), sa.Numeric(38, 4)), 0)

    return total


def _is_true(column: str) -> Callable[[sa.FromClause], _Number]:
    return lambda source: _count_if(source.c[column].is_(sa.true()))


def _is_unknown(column: str) -> Callable[[sa.FromClause], _Number]:
    return lambda source: _count_if(source.c[column].is_(None))


def _reachable(attributes: sa.FromClause) -> _Number:
    return _count_if(
        sa.or_(
            attributes.c.contactable_email.is_(sa.true()),
            attributes.c.contactable_phone.is_(sa.true()),
            attributes.c.contactable_address.is_(sa.true()),
        )
    )


_AGGREGATES: Mapping[Measure, Callable[[sa.FromClause], _Number]] = MappingProxyType(
    {
        Measure.ACTIVE_CUSTOMERS: _rows,
        Measure.REVENUE: _sum_of("revenue"),
        Measure.ORDERS: _sum_of("orders"),
        Measure.ITEMS: _sum_of("items"),
        Measure.REACHABLE_CUSTOMERS: _reachable,
        Measure.BY_DIRECT_MAIL: _is_true("contactable_address"),
        Measure.BY_EMAIL: _is_true("contactable_email"),
        Measure.BY_PHONE: _is_true("contactable_phone"),
        Measure.BY_PAID_MEDIA: _is_true("contactable_paid_social"),
        Measure.UNKNOWN_DIRECT_MAIL: _is_unknown("contactable_address"),
        Measure.UNKNOWN_EMAIL: _is_unknown("contactable_email"),
        Measure.UNKNOWN_PHONE: _is_unknown("contactable_phone"),
        Measure.UNKNOWN_PAID_MEDIA: _is_unknown("contactable_paid_social"),
        Measure.PREDICTED_CUSTOMERS: _rows,
        Measure.PREDICTED_REVENUE: _sum_of("predicted_clv_next_365d"),
        Measure.PREDICTED_ORDER_VALUE: _sum_of("predicted_average_order_revenue_next_365d"),
        Measure.PREDICTED_ORDERS: _sum_of("predicted_order_frequency_next_365d"),
    }
)

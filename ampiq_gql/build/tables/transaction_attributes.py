"""transaction_attributes_extended: the purchase history of each purchaser, put together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from ampiq_gql.build.expressions import Value, average, days_between
from ampiq_gql.build.models import BuildContext
from ampiq_gql.build.tables.preferred_values import PREFERENCES
from ampiq_gql.build.windows import Window
from ampiq_gql.build.writing import TableSelect

__all__ = ["HistoryParts", "transaction_attributes_extended"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryParts:
    """What was measured; every purchaser has a row in `measures`, perhaps none elsewhere."""

    measures: sa.FromClause
    preferred: Mapping[str, sa.FromClause]
    returns: sa.FromClause
    rfm: sa.FromClause


def transaction_attributes_extended(
    parts: HistoryParts, windows: Sequence[Window], context: BuildContext
) -> TableSelect:
    """Select one row per person with at least one qualifying order."""
    measures, preferred = parts.measures, parts.preferred
    returns, rfm = parts.returns, parts.rfm
    values: dict[str, Value] = {
        column.name: column for column in measures.columns if column.name != "third_order_datetime"
    }
    values |= dict(_averages(measures, windows))
    values |= dict(_zero_filled(returns))
    for column, (best, number_of) in PREFERENCES.items():
        for window in windows:
            found = preferred.get(column)
            values |= dict(_preference(found, f"{window.prefix}_{best}", is_count=False))
            values |= dict(_preference(found, f"{window.prefix}_{number_of}", is_count=True))
    values |= dict(_several("brand", values["lifetime_purchase_brands"]))
    values |= dict(_several("channel", values["lifetime_purchase_channels"]))
    values |= dict(_days(measures, context.as_of))
    values |= dict(_retention(measures, context))
    values |= {column.name: column for column in rfm.columns if column.name != "amperity_id"}
    joined: sa.FromClause = measures
    for other in (*preferred.values(), returns, rfm):
        joined = joined.outerjoin(other, other.c.amperity_id == measures.c.amperity_id)
    return TableSelect(
        name="transaction_attributes_extended",
        select=sa.select(*(value.label(name) for name, value in values.items())).select_from(
            joined
        ),
        order_by=("amperity_id",),
    )


def _averages(measures: sa.FromClause, windows: Sequence[Window]) -> Iterator[tuple[str, Value]]:
    """Ratios of sums, never averages of ratios."""
    for window in windows:
        prefix = window.prefix
        orders = measures.columns[f"{prefix}_order_frequency"]
        items = measures.columns[f"{prefix}_total_items"]
        revenue = measures.columns[f"{prefix}_order_revenue"]
        net = measures.columns[f"{prefix}_net_order_revenue"]
        yield f"{prefix}_average_order_value", average(revenue, orders)
        yield f"{prefix}_average_num_items", average(items, orders)
        yield f"{prefix}_average_item_price", average(revenue, items)
        yield f"{prefix}_net_order_value", net
        yield f"{prefix}_average_net_item_price", average(net, items)
        if f"{prefix}_order_cost" in measures.c:
            cost = measures.columns[f"{prefix}_order_cost"]
            yield f"{prefix}_average_order_cost", average(cost, orders)


def _zero_filled(table: sa.FromClause) -> Iterator[tuple[str, Value]]:
    """People without a row have nothing, which is 0 and not unknown."""
    for column in table.columns:
        if column.name != "amperity_id":
            yield column.name, sa.func.coalesce(column, 0)


def _preference(
    table: sa.FromClause | None, name: str, *, is_count: bool
) -> Iterator[tuple[str, Value]]:
    if is_count:
        yield name, sa.literal(0) if table is None else sa.func.coalesce(table.columns[name], 0)
    elif table is not None:
        yield name, table.columns[name]


def _several(what: str, count: Value) -> Iterator[tuple[str, Value]]:
    """Unknown when no order says which."""
    yield f"multi_purchase_{what}", sa.case((count > 1, sa.true()), (count == 1, sa.false()))


def _days(measures: sa.FromClause, as_of: date) -> Iterator[tuple[str, Value]]:
    first, second = measures.c.first_order_datetime, measures.c.second_order_datetime
    latest = measures.c.latest_order_datetime
    yield "days_since_latest_order", days_between(latest, sa.literal(as_of))
    yield "first_to_latest_order_days", days_between(first, latest)
    yield "first_to_second_order_days", days_between(first, second)
    yield "one_and_done", measures.c.lifetime_order_frequency == 1


def _retention(measures: sa.FromClause, context: BuildContext) -> Iterator[tuple[str, Value]]:
    rules = context.rules
    first, second = measures.c.first_order_datetime, measures.c.second_order_datetime
    third = measures.c.third_order_datetime
    as_of = sa.literal(context.as_of)
    yield "early_repeat_purchaser", _came_back(first, second, as_of, rules.early_repeat_days)
    yield "first_order_is_retained", _came_back(first, second, as_of, rules.retained_days)
    yield "second_order_is_retained", _came_back(second, third, as_of, rules.retained_days)


def _came_back(order: Value, following: Value, as_of: Value, days: int) -> Value:
    """Say whether the next order came in time; unknown while the time is not over."""
    return sa.case(
        (following.is_not(None), days_between(order, following) <= days),
        (days_between(order, as_of) > days, sa.false()),
    )

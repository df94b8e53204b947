"""Recency, frequency and monetary deciles of those who bought in the last 12 months (3).

1 is low and 10 is high. Ties among people are broken by the text of their id.
"""

from __future__ import annotations

import sqlalchemy as sa

from ampiq_gql.build.expressions import Value
from ampiq_gql.build.models import RfmTies
from ampiq_gql.build.writing import TableSelect
from dsl.compiler.dialects import IdOrder

__all__ = ["ranked_measures", "rfm_scores"]

DECILES = 10


RANKED = (
    "amperity_id", "latest_order_datetime", "l12m_order_frequency", "l12m_order_revenue",
)  # fmt: skip


def ranked_measures(measures: sa.FromClause) -> TableSelect:
    """Select of everybody what the scores are made of."""
    columns = (measures.columns[name] for name in RANKED)
    return TableSelect(name="ranked_measures", select=sa.select(*columns))


def rfm_scores(measures: sa.FromClause, ties: RfmTies) -> TableSelect:
    """Select one row per person with an order in the last 12 months."""
    latest = measures.c.latest_order_datetime
    frequency, revenue = measures.c.l12m_order_frequency, measures.c.l12m_order_revenue
    person = measures.c.amperity_id
    by_id = IdOrder(person)
    orders: dict[str, list[Value]] = {
        "l12m_recency": [latest, frequency, revenue, by_id],
        "l12m_frequency": [frequency, revenue, latest, by_id],
        "l12m_monetary": [revenue, frequency, latest, by_id],
    }
    scores = (
        sa.select(person, *(_score(order, ties).label(name) for name, order in orders.items()))
        .where(frequency >= 1)
        .subquery("scores")
    )
    digits = [sa.cast(scores.columns[name], sa.Text) for name in orders]
    combined = sa.cast(digits[0].concat(digits[1]).concat(digits[2]), sa.BigInteger)
    return TableSelect(
        name="rfm_scores",
        select=sa.select(*scores.columns, combined.label("l12m_rfm_score")),
    )


def _score(order: list[Value], ties: RfmTies) -> Value:
    """Return the decile; fewer than ten people spread over 1 to 10, which NTILE would not do."""
    people = sa.cast(sa.func.count().over(), sa.Numeric(18, 4))
    if ties is RfmTies.SAME:
        rank = sa.func.rank().over(order_by=order[0])
        score = 1 + sa.func.floor(DECILES * (rank - 1) / people)
    else:
        number = sa.func.row_number(type_=sa.BigInteger).over(order_by=order)
        score = sa.case(
            (people < DECILES, sa.func.ceil(DECILES * number / people)),
            else_=sa.func.ntile(DECILES).over(order_by=order),
        )
    return sa.cast(score, sa.BigInteger)

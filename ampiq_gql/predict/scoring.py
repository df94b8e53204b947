"""Score everybody with the active model, a chunk of customers at a time.

Histories are wide and many; what is kept of each customer is a few numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ampiq_gql.predict.customer_ids import Ids
from ampiq_gql.predict.errors import ArtifactUnusable
from ampiq_gql.predict.features import Customers, Floats, read_customers
from ampiq_gql.predict.framing import scoring_cutoff
from ampiq_gql.predict.heads import ThreeHeads
from ampiq_gql.predict.model import ModelCard
from ampiq_gql.predict.prior import Outlook
from ampiq_gql.predict.roster import CHUNK_CUSTOMERS, everybody
from ampiq_gql.progress import Progress
from ampiq_gql.warehouse import Session

__all__ = ["Scored", "score"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """What is published of each customer, in the order of their ids."""

    ids: Ids
    outlook: Outlook
    lifetime_orders: Floats
    days_since_last_order: Floats

    def __len__(self) -> int:
        return len(self.ids)


def score(
    session: Session,
    model: ThreeHeads,
    card: ModelCard,
    progress: Progress,
    *,
    chunk_customers: int = CHUNK_CUSTOMERS,
) -> Scored:
    """Score everybody with a qualifying order; raises `ArtifactUnusable` for missing features."""
    roster = everybody(session, chunk_customers=chunk_customers)
    progress.start("Scoring customers", total=roster.customers)
    parts: list[Scored] = []
    for members in roster.chunks:
        customers = read_customers(
            session,
            cutoff=scoring_cutoff(session.build),
            window_days=card.window_days,
            horizon_days=card.horizon_days,
            members=members,
        )
        _require_features(card, customers.names)
        parts.append(_scored(customers, model.outlook(customers)))
        progress.advance(members.customers)
    return _in_order(parts)


def _in_order(parts: Sequence[Scored]) -> Scored:
    """Put the chunks together by id; engines differ in how they order ids."""
    ids = np.concatenate([part.ids for part in parts])
    order = np.argsort(ids, kind="stable")

    def column(of: Callable[[Scored], Floats]) -> Floats:
        return np.concatenate([of(part) for part in parts])[order]

    return Scored(
        ids=ids[order],
        outlook=Outlook(
            returns=column(lambda part: part.outlook.returns),
            frequency=column(lambda part: part.outlook.frequency),
            order_value=column(lambda part: part.outlook.order_value),
        ),
        lifetime_orders=column(lambda part: part.lifetime_orders),
        days_since_last_order=column(lambda part: part.days_since_last_order),
    )


def _require_features(card: ModelCard, names: tuple[str, ...]) -> None:
    missing = [name for name in card.feature_names if name not in names]
    if missing:
        raise ArtifactUnusable(
            "PRED_FEATURE_MISMATCH",
            f"The model {card.version} wants columns that are no longer made:"
            f" {', '.join(missing[:5])}.",
            place=card.version,
        )


def _scored(customers: Customers, outlook: Outlook) -> Scored:
    return Scored(
        ids=customers.ids,
        outlook=outlook,
        lifetime_orders=customers.lifetime_orders,
        days_since_last_order=customers.days_since_last_order,
    )

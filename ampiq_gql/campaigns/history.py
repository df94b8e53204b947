"""Who was sent what: the recipients that runs of a campaign have written down.

Expressions see recipients up to their day only (`member of campaign`); the history shows all of
them, whatever day the present build stands for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from operator import gt, lt
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from ampiq_gql.campaigns.recipients import RECIPIENTS
from ampiq_gql.catalog import standard_metadata
from ampiq_gql.warehouse import BUILD_SCHEMA, Row, Warehouse
from dsl.catalog import ID_COLUMN
from dsl.compiler.dialects import IdOrder

__all__ = [
    "CampaignHistory", "CampaignRecipient", "RecipientFilter", "RecipientPage", "RecipientPlace",
    "RecipientWindow",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientFilter:
    """Whose recipients; what is None does not filter."""

    campaign_id: str
    run_id: str | None = None
    treatment_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientPlace:
    """Where a recipient stands in the order: by customer, then by the key of the row."""

    customer_id: UUID
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignRecipient:
    """A customer drawn by a run: once for each delivery, or once when nothing was to be sent.

    `has_arrived` is true when that delivery succeeded; never for the control group.
    """

    place: RecipientPlace
    run_id: str
    treatment_id: str
    treatment_name: str
    is_control: bool
    delivery_id: str | None
    has_arrived: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientWindow:
    """At most so many recipients between two places: the first of them, or the last."""

    rows: int
    after: RecipientPlace | None = None
    before: RecipientPlace | None = None
    is_backward: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientPage:
    """Consecutive recipients, and whether there are more on either side."""

    recipients: tuple[CampaignRecipient, ...]
    has_next: bool
    has_previous: bool


class CampaignHistory:
    """Reads recipients of campaigns. Safe to use from many threads."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse

    def recipients(self, wanted: RecipientFilter, window: RecipientWindow) -> RecipientPage:
        """Return one page, by customer id. Raises `NoBuild`."""
        table = _table()
        statement = _recipients(table).where(*_conditions(table, wanted), *_between(table, window))
        order = (IdOrder(table.c[ID_COLUMN]), table.c.pk)
        ordered = statement.order_by(
            *(sa.desc(one) if window.is_backward else one for one in order)
        )
        with self._warehouse.read() as session:
            found = session.rows(ordered.limit(window.rows + 1))
        return _page([_recipient(row) for row in found], window)

    def count(self, wanted: RecipientFilter) -> int:
        """Count the recipients. Raises `NoBuild`."""
        table = _table()
        counted = sa.select(sa.func.count()).select_from(table)
        with self._warehouse.read() as session:
            return session.rows(counted.where(*_conditions(table, wanted)))[0][0]


def _table() -> sa.Table:
    return standard_metadata().tables[f"{BUILD_SCHEMA}.{RECIPIENTS}"]


def _recipients(table: sa.Table) -> sa.Select[*tuple[Any, ...]]:
    column = table.c
    return sa.select(
        column[ID_COLUMN],
        column.pk,
        column.workflow_id,
        column.treatment_id,
        column.treatment_name,
        column.is_control,
        column.target_id,
        column.delivery_datetime.is_not(None),
    )


def _conditions(table: sa.Table, wanted: RecipientFilter) -> list[sa.ColumnElement[bool]]:
    filters = (
        (table.c.campaign_id, wanted.campaign_id),
        (table.c.workflow_id, wanted.run_id),
        (table.c.treatment_id, wanted.treatment_id),
    )
    return [column == value for column, value in filters if value is not None]


def _between(table: sa.Table, window: RecipientWindow) -> Iterator[sa.ColumnElement[bool]]:
    """Yield what holds for rows after the one place and before the other."""
    identity, key = table.c[ID_COLUMN], table.c.pk
    for place, compare in ((window.after, gt), (window.before, lt)):
        if place is not None:
            at = sa.literal(place.customer_id, sa.Uuid())
            same_customer = sa.and_(identity == at, compare(key, place.key))
            yield sa.or_(compare(IdOrder(identity), IdOrder(at)), same_customer)


def _page(found: list[CampaignRecipient], window: RecipientWindow) -> RecipientPage:
    """Cut off the one row more that tells of another page; a place itself is always a row."""
    has_more = len(found) > window.rows
    kept = found[: window.rows]
    if window.is_backward:
        kept.reverse()
    return RecipientPage(
        recipients=tuple(kept),
        has_next=window.before is not None if window.is_backward else has_more,
        has_previous=has_more if window.is_backward else window.after is not None,
    )


def _recipient(row: Row) -> CampaignRecipient:
    customer_id, key, run_id, treatment_id, name, is_control, delivery_id, has_arrived = row
    return CampaignRecipient(
        place=RecipientPlace(customer_id=customer_id, key=key),
        run_id=run_id,
        treatment_id=treatment_id,
        treatment_name=name,
        is_control=is_control,
        delivery_id=delivery_id,
        has_arrived=has_arrived,
    )

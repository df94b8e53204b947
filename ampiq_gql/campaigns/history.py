"""Who was sent what: the recipients that runs of a campaign have written down.

Expressions see recipients up to their day only (`member of campaign`); the history shows all of
them, whatever day the present build stands for.
"""

from __future__ import annotations

from dataclasses import dataclass
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
class RecipientPage:
    """Consecutive recipients, and whether there are more."""

    recipients: tuple[CampaignRecipient, ...]
    has_next_page: bool


class CampaignHistory:
    """Reads recipients of campaigns. Safe to use from many threads."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse

    def recipients(
        self, wanted: RecipientFilter, *, rows: int, after: RecipientPlace | None = None
    ) -> RecipientPage:
        """Return up to `rows` recipients that come after a place. Raises `NoBuild`."""
        table = _table()
        statement = _recipients(table).where(*_conditions(table, wanted))
        if after is not None:
            statement = statement.where(_beyond(table, after))
        ordered = statement.order_by(IdOrder(table.c[ID_COLUMN]), table.c.pk)
        with self._warehouse.read() as session:
            found = session.rows(ordered.limit(rows + 1))
        return RecipientPage(
            recipients=tuple(map(_recipient, found[:rows])), has_next_page=len(found) > rows
        )

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


def _beyond(table: sa.Table, place: RecipientPlace) -> sa.ColumnElement[bool]:
    identity = table.c[ID_COLUMN]
    at = sa.literal(place.customer_id, sa.Uuid())
    same_customer = sa.and_(identity == at, table.c.pk > place.key)
    return sa.or_(IdOrder(identity) > IdOrder(at), same_customer)


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

"""Database checks of people: everyone once, and nobody two things at a time (5.2)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import sqlalchemy as sa

from ampiq_gql.build.validation.declarations import (
    Check,
    Condition,
    Measured,
    MeasuredCheck,
    Relation,
    RowCheck,
)
from ampiq_gql.build.validation.inputs import Absent, Inputs, Rows
from ampiq_gql.build.validation.models import CheckUnit
from ampiq_gql.build.validation.relations import build_rows, build_table, key_columns
from ampiq_gql.build.validation.texts import is_blank

__all__ = ["CHECKS"]

PEOPLE = build_rows("merged_customers")
LARGEST_CLUSTER = 64
"""More records than this are hardly one person (9.5)."""


def _same_people(inputs: Inputs) -> Iterator[Measured]:
    """Count the people of every table that must hold them all."""
    counts = {
        name: sa.select(sa.func.count()).select_from(inputs.tables[name]).scalar_subquery()
        for name in ("merged_customers", "customer_360", "customer_attributes")
    }
    ids = inputs.tables["unified_customers"].c.amperity_id
    counts["unified_customers"] = sa.select(sa.func.count(sa.distinct(ids))).scalar_subquery()
    statement = sa.select(*(count.label(name) for name, count in counts.items()))
    expected, *found = inputs.connection.execute(statement).one()
    for name, number in zip(list(counts)[1:], found, strict=True):
        yield Measured(
            table=name,
            checked=Decimal(expected),
            failing=Decimal(abs(number - expected)),
            sql=statement,
        )


def _with_history(inputs: Inputs) -> Rows | Absent:
    """Return what everyone is said to be, beside the number of their orders."""
    rows = build_table(inputs, "customer_attributes")
    if isinstance(rows, Absent):
        return rows
    history = inputs.tables["transaction_attributes_extended"]
    joined = rows.clause.outerjoin(history, history.c.amperity_id == rows["amperity_id"])
    orders = sa.func.coalesce(history.c.lifetime_order_frequency, 0).label("orders")
    statement = sa.select(rows["amperity_id"], rows["is_purchaser"], rows["is_prospect"], orders)
    return Rows(statement.select_from(joined).subquery("people_and_orders"))


def _in_households(inputs: Inputs) -> Rows | Absent:
    """Return everyone with their household."""
    if not inputs.has_rows("merged_households"):
        return Absent(reason="Households are off: merged_households is empty.")
    people, households = (inputs.tables[name] for name in ("customer_360", "merged_households"))
    joined = people.outerjoin(households, households.c.amperity_id == people.c.amperity_id)
    statement = sa.select(people.c.amperity_id, households.c.household_id).select_from(joined)
    return Rows(statement.subquery("people_and_households"))


def _clusters(inputs: Inputs) -> Rows | Absent:
    """Return every person with the number of records, and of names among them."""
    rows = build_table(inputs, "unified_coalesced")
    if isinstance(rows, Absent):
        return rows
    names = [rows[name] for name in ("given_name", "surname", "full_name")]
    named = sa.or_(*(sa.not_(is_blank(name)) for name in names))
    statement = sa.select(
        rows["amperity_id"],
        sa.func.count().label("records"),
        sa.func.count(1).filter(named).label("named_records"),
    )
    grouped = statement.where(rows["amperity_id"].is_not(None)).group_by(rows["amperity_id"])
    return Rows(grouped.subquery("clusters"))


ATTRIBUTES = Relation(
    table="customer_attributes",
    select=_with_history,
    keys=key_columns("customer_attributes", "amperity_id"),
)
HOUSEHOLDS = Relation(
    table="customer_360",
    select=_in_households,
    keys=key_columns("customer_360", "amperity_id"),
)
CLUSTERS = Relation(
    table="unified_coalesced",
    select=_clusters,
    keys=key_columns("unified_coalesced", "amperity_id"),
    reads=("unified_coalesced",),
)


def _conflict(rows: Rows) -> sa.ColumnElement[bool]:
    is_purchaser, is_prospect = (
        sa.func.coalesce(rows[name], sa.false()) for name in ("is_purchaser", "is_prospect")
    )
    return (is_purchaser & is_prospect) | (is_prospect & (rows["orders"] > 0))


def _is_zero(column: str) -> Condition:
    return lambda rows: rows[column] == 0


CHECKS: tuple[Check, ...] = (
    MeasuredCheck(
        id="id.c360_count",
        table="every table of all people",
        measure=_same_people,
        error_above=0,
        meaning="People that merged_customers has and another table of all people has not, or the"
        " reverse.",
        advice="Build again: the tables are not of one build.",
    ),
    RowCheck(
        id="ca.conflict",
        rows=ATTRIBUTES,
        error_above=0,
        fails=_conflict,
        meaning="People who are purchaser and prospect at once, or prospects with orders.",
        advice="Build again: the classification and the purchase history are not of one build.",
    ),
    RowCheck(
        id="ca.complete",
        rows=PEOPLE,
        column="address_completion",
        fails=lambda rows: rows["address_completion"] < 4,
        part_by="address_completion",
        meaning="People without a complete address, by the number of its parts that are known.",
        advice="Street, city, state and postal code make an address that can be written to.",
    ),
    *(
        RowCheck(
            id="ca.complete",
            rows=PEOPLE,
            column=f"{contact}_completion",
            fails=_is_zero(f"{contact}_completion"),
            meaning=f"People without {word}.",
            advice="Collect or load it: these people are not reached that way.",
        )
        for contact, word in (("email", "an email address"), ("phone", "a phone number"))
    ),
    RowCheck(
        id="ca.household",
        rows=HOUSEHOLDS,
        column="household_id",
        fails=lambda rows: rows["household_id"].is_(None),
        meaning="People without a household.",
        advice="A household needs a full address and a surname.",
    ),
    RowCheck(
        id="id.cluster",
        rows=CLUSTERS,
        unit=CheckUnit.KEYS,
        warn_above=0.001,
        fails=lambda rows: rows["records"] > LARGEST_CLUSTER,
        meaning=f"People made of more than {LARGEST_CLUSTER} records.",
        advice="One email, phone or key is probably shared by many: put it on the bad-values list.",
    ),
    RowCheck(
        id="id.cluster.blank_names",
        rows=CLUSTERS,
        unit=CheckUnit.KEYS,
        fails=lambda rows: rows["named_records"] == 0,
        meaning="People none of whose records has a name.",
        advice="Names make letters personal and matches safer: map them where they are known.",
    ),
    RowCheck(
        id="id.cluster.singletons",
        rows=CLUSTERS,
        unit=CheckUnit.KEYS,
        fails=lambda rows: rows["records"] == 1,
        meaning="People made of one record alone.",
        advice="Many of them in several sources mean that records of one person did not meet.",
    ),
)

"""The tables that the rules read: finished tables of the build, and what is put together of them.

While a build is made and when it is explained later, these are the same tables, so that one
declaration serves both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import sqlalchemy as sa

from ampiq_gql.build.expressions import Value, is_purchase
from ampiq_gql.build.models import BuildRules
from ampiq_gql.build.tables.consent import consent_answers
from ampiq_gql.catalog import standard_table
from ampiq_gql.catalog.standard import column_type
from dsl.compiler.dialects import Holds, IdOrder

__all__ = ["CONSENTS", "FlagInputs", "FlagSources"]

PEOPLE, HISTORY = "merged_customers", "transaction_attributes_extended"
LINES, RECORDS = "unified_itemized_transactions", "unified_coalesced"
HOUSEHOLDS = "merged_households"
NEEDED: Mapping[str, tuple[str, ...]] = {
    PEOPLE: (
        "amperity_id", "customer_id", "given_name", "surname", "full_name", "email", "phone",
        "address", "address2", "city", "state", "postal",
        *(f"{group}_completion" for group in ("name", "address", "email", "phone")),
    ),
    HISTORY: (
        "amperity_id", "first_order_datetime", "latest_order_datetime", "days_since_latest_order",
        "lifetime_order_revenue", "lifetime_order_frequency", "early_repeat_purchaser",
    ),
    LINES: ("amperity_id", "product_description", "is_return", "is_cancellation"),
}  # fmt: skip
"""The columns that the rules read."""

CONSENTS = {
    "email": ("email_opt_status", "is_email_opted_in"),
    "phone": ("sms_opt_status", "is_sms_opted_in"),
}
"""Contact -> the table of answers, and the column with the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagSources:
    """What the sources brought at all; kept with the build.

    `consents` are the contacts about which there are answers (`email`, `phone`).
    """

    consents: tuple[str, ...] = ()
    has_descriptions: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagInputs:
    """The relations that the rules name; every one has `amperity_id` and at most one row per id."""

    as_of: date
    rules: BuildRules
    sources: FlagSources
    people: sa.FromClause
    history: sa.FromClause
    spenders: sa.Subquery
    clusters: sa.Subquery
    gifts: sa.Subquery | None
    consents: Mapping[str, sa.FromClause]
    households: sa.Subquery | None = None

    @classmethod
    def of(
        cls,
        tables: Mapping[str, sa.FromClause],
        as_of: date,
        rules: BuildRules,
        sources: FlagSources,
    ) -> FlagInputs:
        """Put the inputs together of tables of a build, by their names.

        Columns that nothing filled may be left out of them, and so may tables that the rules can
        do without: those of records, of households and of consent.
        """
        people = _whole(tables, PEOPLE)
        history = _whole(tables, HISTORY)
        return cls(
            as_of=as_of,
            rules=rules,
            sources=sources,
            people=people,
            history=history,
            spenders=_spenders(history),
            clusters=_clusters(tables.get(RECORDS), people, rules),
            gifts=_gifts(_whole(tables, LINES), rules) if sources.has_descriptions else None,
            consents={
                contact: consent_answers(
                    tables[CONSENTS[contact][0]], CONSENTS[contact][1], rules.consent_brand
                )
                for contact in sources.consents
            },
            households=_households(tables.get(HOUSEHOLDS), history),
        )

    def joined(self) -> sa.FromClause:
        """Return all of them side by side: one row per person."""
        found: sa.FromClause = self.people
        others = [self.history, self.spenders, self.clusters, *self.consents.values()]
        others += [one for one in (self.gifts, self.households) if one is not None]
        for other in others:
            found = found.outerjoin(other, other.c.amperity_id == self.people.c.amperity_id)
        return found

    def is_above(self, share: float) -> sa.ColumnElement[bool]:
        """Say whether somebody spent more than the interpolated percentile of all who spent.

        Nobody's sum lies between the two that it is interpolated from, so places decide, exactly.
        """
        below = self.spenders.c.place - sa.literal(1, sa.BigInteger)
        return below > _place(share, self.spenders)

    def percentile(self, share: float) -> Mapping[str, Value]:
        """Return what the percentile is made of: the sums around it, and how far between them."""
        ranked = _ranked(self.history)
        place = _place(share, ranked)
        position = ranked.c.number - 1
        lower = sa.select(sa.func.max(ranked.c.revenue)).where(position <= place)
        upper = sa.select(sa.func.min(ranked.c.revenue)).where(position >= place)
        whole = sa.select(sa.func.max(place) - sa.func.floor(sa.func.max(place)))
        return {
            "lower": lower.scalar_subquery(),
            "upper": upper.scalar_subquery(),
            "between": whole.select_from(ranked).scalar_subquery(),
        }


def _place(share: float, ranked: sa.Subquery) -> Value:
    """Return the place of the percentile among the purchasers, counted from 0."""
    limit = sa.literal(Decimal(str(share)), sa.Numeric(9, 6))
    return limit * (ranked.c.purchasers - sa.literal(1, sa.BigInteger))


def _spenders(history: sa.FromClause) -> sa.Subquery:
    """Select how many purchasers spent less than each, and how many there are."""
    return sa.select(
        history.c.amperity_id,
        sa.func.rank(type_=sa.BigInteger)
        .over(order_by=history.c.lifetime_order_revenue)
        .label("place"),
        sa.func.count().over().label("purchasers"),
    ).subquery("spenders")


def _ranked(history: sa.FromClause) -> sa.Subquery:
    """Select the sums in their order, each with its number from 1."""
    return sa.select(
        history.c.lifetime_order_revenue.label("revenue"),
        sa.func.row_number(type_=sa.BigInteger)
        .over(order_by=history.c.lifetime_order_revenue)
        .label("number"),
        sa.func.count().over().label("purchasers"),
    ).subquery("ranked")


def _whole(tables: Mapping[str, sa.FromClause], name: str) -> sa.FromClause:
    """Return the table with all columns that the rules read; those that it lacks are NULL."""
    table = tables[name]
    lacking = [column for column in NEEDED[name] if column not in table.c]
    if not lacking:
        return table
    kinds = {column.name: column_type(column) for column in standard_table(name).columns}
    there = [table.c[column] for column in NEEDED[name] if column in table.c]
    empty = (sa.cast(sa.null(), kinds[column]).label(column) for column in lacking)
    return sa.select(*there, *empty).subquery(f"whole_{name}")


def _clusters(
    records: sa.FromClause | None, people: sa.FromClause, rules: BuildRules
) -> sa.Subquery:
    """Select the people of whom there are so many records that nobody can be one person."""
    if records is None:
        none = sa.select(people.c.amperity_id, sa.literal(0, sa.BigInteger).label("record_count"))
        return none.where(sa.false()).subquery("large_clusters")
    count = sa.func.count()
    return (
        sa.select(records.c.amperity_id, count.label("record_count"))
        .where(records.c.amperity_id.is_not(None))
        .group_by(records.c.amperity_id)
        .having(count > rules.reseller_records)
        .subquery("large_clusters")
    )


def _households(households: sa.FromClause | None, history: sa.FromClause) -> sa.Subquery | None:
    """Select the household of each person, and the person's place in it by what was spent."""
    if households is None:
        return None
    member = households.c.amperity_id
    spent = history.c.lifetime_order_revenue
    place = sa.func.row_number(type_=sa.BigInteger).over(
        partition_by=households.c.household_id,
        order_by=(spent.is_(None), spent.desc(), IdOrder(member)),
    )
    return (
        sa.select(member, households.c.household_size, place.label("place"))
        .select_from(households.outerjoin(history, history.c.amperity_id == member))
        .subquery("households")
    )


def _gifts(lines: sa.FromClause, rules: BuildRules) -> sa.Subquery:
    """Select who bought something whose description speaks of a gift, and what it was."""
    description = sa.func.lower(lines.c.product_description)
    speaks = sa.or_(*(Holds(description, sa.literal(word)) for word in rules.gift_words))
    excepted = [sa.not_(Holds(description, sa.literal(text))) for text in rules.gift_exceptions]
    return (
        sa.select(
            lines.c.amperity_id,
            sa.func.count().label("gift_lines"),
            sa.func.min(lines.c.product_description).label("gift_description"),
        )
        .where(lines.c.amperity_id.is_not(None), is_purchase(lines), speaks, *excepted)
        .group_by(lines.c.amperity_id)
        .subquery("gift_givers")
    )

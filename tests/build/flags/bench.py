"""A bare DuckDB with the tables that rules read, filled row by row.

Whatever is asked, the stored value and the explained one must be the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import sqlalchemy as sa
from sqlalchemy.schema import CreateSchema

from ampiq_gql.build.flags import FlagInputs, FlagSources, declared_flags
from ampiq_gql.build.flags.explaining import FlagExplanation, conditions, explained
from ampiq_gql.build.models import BuildRules
from ampiq_gql.build.tables.customer_attributes import customer_attributes
from ampiq_gql.catalog import standard_metadata

AS_OF = date(2026, 6, 30)
SPACE = UUID("8f6d3b0e-0000-4000-8000-000000000002")
GROUPS = ("name", "address", "email", "phone")
LOOKED_AT = {
    "merged_customers": (
        "given_name", "surname", "full_name", "email", "phone", "address", "address2", "city",
        "state", "postal", *(f"{group}_completion" for group in GROUPS),
    ),
    "transaction_attributes_extended": (
        "first_order_datetime", "latest_order_datetime", "days_since_latest_order",
        "lifetime_order_revenue", "lifetime_order_frequency", "early_repeat_purchaser",
    ),
    "unified_itemized_transactions": ("product_description", "is_return", "is_cancellation"),
    "unified_coalesced": (),
    "email_opt_status": ("is_email_opted_in",),
    "sms_opt_status": ("is_sms_opted_in",),
}  # fmt: skip
"""The columns that rules read: a table of the build has up to 150."""

Row = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Person:
    """A person, with whatever a rule may look at."""

    profile: Row = field(default_factory=dict)
    history: Row | None = None
    lines: Sequence[Row] = ()
    records: int = 1
    email_answers: Sequence[bool | None] = ()
    sms_answers: Sequence[bool | None] = ()


def days_ago(days: int) -> datetime:
    return datetime.combine(AS_OF - timedelta(days=days), datetime.min.time())


def bought(
    *, first: int = 100, latest: int | None = None, revenue: str = "10", orders: int = 1,
    early: bool | None = None,
) -> Row:  # fmt: skip
    """A purchase history; `first` and `latest` are days before the build."""
    since = first if latest is None else latest
    return {
        "first_order_datetime": days_ago(first),
        "latest_order_datetime": days_ago(since),
        "days_since_latest_order": since,
        "lifetime_order_revenue": revenue,
        "lifetime_order_frequency": orders,
        "early_repeat_purchaser": early,
    }


def all_flags(
    people: Sequence[Person], *, rules: BuildRules | None = None, has_descriptions: bool = True
) -> list[dict[str, FlagExplanation]]:
    """Return the explained flags of each person, which must be those that are stored."""
    sources = FlagSources(
        consents=tuple(
            contact
            for contact, has_any in (
                ("email", any(one.email_answers for one in people)),
                ("phone", any(one.sms_answers for one in people)),
            )
            if has_any
        ),
        has_descriptions=has_descriptions,
    )
    tables = {name: _table(name, columns) for name, columns in LOOKED_AT.items()}
    with sa.create_engine("duckdb:///:memory:").begin() as connection:
        connection.execute(CreateSchema("c360"))
        for table in tables.values():
            table.create(connection)
        for number, person in enumerate(people):
            _insert(connection, tables, uuid5(SPACE, str(number)), person)
        inputs = FlagInputs.of(tables, AS_OF, rules or BuildRules(), sources)
        flags = declared_flags(inputs)
        found = {
            row[0]: {one.name: one for one in explained(flags, row[1:], frozenset())}
            for row in connection.execute(conditions(inputs, flags))
        }
        for row in connection.execute(customer_attributes(inputs).select).mappings():
            for name, one in found[row["amperity_id"]].items():
                assert one.value == row[name], name
    return [found[uuid5(SPACE, str(number))] for number in range(len(people))]


def flag(name: str, person: Person, *others: Person, **options: Any) -> FlagExplanation:
    """Return one flag of the person, in the company of others."""
    return all_flags([person, *others], **options)[0][name]


def _table(name: str, columns: Sequence[str]) -> sa.Table:
    standard = standard_metadata().tables[f"c360.{name}"]
    wanted = ("amperity_id", *columns)
    kept = (sa.Column(column, standard.columns[column].type) for column in wanted)
    return sa.Table(name, sa.MetaData(schema="c360"), *kept)


def _insert(
    connection: sa.Connection, tables: Mapping[str, sa.Table], key: UUID, person: Person
) -> None:
    rows: dict[str, Sequence[Row]] = {
        "merged_customers": [{**_completions(person.profile), **person.profile}],
        "transaction_attributes_extended": [person.history] if person.history else [],
        "unified_itemized_transactions": person.lines,
        "unified_coalesced": [{}] * person.records,
        "email_opt_status": [{"is_email_opted_in": answer} for answer in person.email_answers],
        "sms_opt_status": [{"is_sms_opted_in": answer} for answer in person.sms_answers],
    }
    for name, members in rows.items():
        if members:
            values = [{"amperity_id": key, **row} for row in members]
            connection.execute(tables[name].insert(), values)


def _completions(profile: Row) -> dict[str, int]:
    parts = sum(profile.get(part) is not None for part in ("address", "city", "state", "postal"))
    names = profile.get("full_name") or (profile.get("given_name") and profile.get("surname"))
    known = {contact: int(profile.get(contact) is not None) for contact in ("email", "phone")}
    known |= {"address": parts, "name": int(bool(names))}
    return {f"{group}_completion": number for group, number in known.items()}

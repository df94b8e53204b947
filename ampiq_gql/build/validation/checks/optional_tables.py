"""Database checks of consent, email events, loyalty and calendars; most shops lack some (5.2)."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from ampiq_gql.build.expressions import Value
from ampiq_gql.build.validation.declarations import Check, Condition, Relation, RowCheck
from ampiq_gql.build.validation.inputs import Absent, Inputs, Rows
from ampiq_gql.build.validation.models import CheckUnit, SampleColumn
from ampiq_gql.build.validation.relations import build_rows, build_table, keys_of

__all__ = ["CHECKS"]

EVENT_TYPES = ("Open", "Click", "Sent", "Optin", "Bounce", "Converted", "Unsubscribe")
EVENTS = build_rows("unified_email_events")
LOYALTY = build_rows("unified_loyalty")
LOYALTY_EVENTS = build_rows("unified_loyalty_events")


def _answers(table: str, contact: str, program: str, answer: str) -> Relation:
    """Return every address or number once per brand, region and program, with its answers."""
    group = ("brand", "region", program)

    def select(inputs: Inputs) -> Rows | Absent:
        rows = build_table(inputs, table)
        if isinstance(rows, Absent):
            return rows
        said = sa.case((rows[answer], 1), else_=0)
        columns = [_normalised(rows[contact]), *(rows[name] for name in group)]
        statement = sa.select(
            *columns[1:],
            sa.func.min(sa.cast(rows["amperity_id"], sa.Text)).label("amperity_id"),
            sa.func.min(said).label("lowest"),
            sa.func.max(said).label("highest"),
        ).group_by(*columns)
        return Rows(statement.subquery("answers"))

    keys = tuple(SampleColumn(name=name) for name in ("amperity_id", *group))
    return Relation(table=table, select=select, keys=keys)


def _conflicting(table: str, contact: str, program: str, answer: str) -> Check:
    return RowCheck(
        id="opt.conflict",
        rows=_answers(table, contact, program, answer),
        column=answer,
        unit=CheckUnit.KEYS,
        warn_above=0,
        fails=lambda rows: rows["lowest"] != rows["highest"],
        meaning=f"Values of {contact} with two answers for the same brand, region and program.",
        advice="The most restrictive answer is used: load the latest answer alone.",
    )


def _event_addresses(inputs: Inputs) -> Rows | Absent:
    """Return every address of the events once, with the edges of the people who have it."""
    events = build_table(inputs, "unified_email_events")
    if isinstance(events, Absent):
        return events
    people = inputs.tables["merged_customers"]
    used = sa.select(_normalised(events["email"]).label("email")).distinct().subquery("used")
    person = sa.cast(people.c.amperity_id, sa.Text)
    statement = (
        sa.select(
            sa.func.min(person).label("amperity_id"), sa.func.max(person).label("last_person")
        )
        .select_from(used.join(people, _normalised(people.c.email) == used.c.email))
        .group_by(used.c.email)
    )
    return Rows(statement.subquery("people_of_addresses"))


EVENT_ADDRESSES = Relation(
    table="unified_email_events",
    select=_event_addresses,
    keys=(SampleColumn(name="amperity_id"),),
)


def _calendar_days(inputs: Inputs) -> Rows | Absent:
    """Return the days of orders, with the calendar's row where there is one."""
    days = build_table(inputs, "fiscal_calendar")
    if isinstance(days, Absent):
        return days
    ordered = sa.cast(inputs.tables["unified_transactions"].c.order_datetime, sa.Date)
    of_orders = sa.select(ordered.label("order_date")).distinct().subquery("days_of_orders")
    joined = of_orders.outerjoin(days.clause, days["calendar_date"] == of_orders.c.order_date)
    statement = sa.select(of_orders.c.order_date, days["calendar_date"]).select_from(joined)
    return Rows(statement.where(of_orders.c.order_date.is_not(None)).subquery("days"))


CALENDAR_DAYS = Relation(
    table="fiscal_calendar",
    select=_calendar_days,
    keys=(SampleColumn(name="order_date"),),
)


def _normalised(contact: Value) -> Value:
    return sa.func.lower(sa.func.trim(contact))


def _is_event(*words: str) -> Condition:
    return lambda rows: sa.func.lower(rows["event_type"]).in_(words)


def _lacks(*columns: str) -> Condition:
    return lambda rows: sa.or_(*(rows[column].is_(None) for column in columns))


def _loyalty_events() -> Iterator[Check]:
    for name, words, columns in (
        ("accrual", ("accrual",), ("accrual_amount", "accrual_datetime")),
        ("redemption", ("redemption",), ("redemption_amount", "redemption_datetime")),
        ("tier", ("tier change", "tier_change"), ("current_tier", "previous_tier")),
    ):
        yield RowCheck(
            id=f"loy.{name}",
            rows=LOYALTY_EVENTS,
            warn_above=0,
            checked=_is_event(*words),
            fails=_lacks(*columns),
            meaning=f"Loyalty events of kind {words[0]} without {' or '.join(columns)}.",
            advice=f"Fill {' and '.join(columns)} at the source: the event says nothing without.",
        )


CHECKS: tuple[Check, ...] = (
    _conflicting("email_opt_status", "email", "email_program", "is_email_opted_in"),
    _conflicting("sms_opt_status", "phone", "sms_program", "is_sms_opted_in"),
    RowCheck(
        id="em.event_type",
        rows=EVENTS,
        column="event_type",
        warn_above=0,
        fails=lambda rows: sa.not_(sa.func.coalesce(rows["event_type"], "").in_(EVENT_TYPES)),
        part_by="event_type",
        meaning=f"Email events whose type is none of {', '.join(EVENT_TYPES)}.",
        advice="Spell the type as in the list: other events are not counted.",
    ),
    RowCheck(
        id="em.unique_brand",
        rows=keys_of("unified_email_events", "email", "brand", "event_type", "event_datetime",
                     "send_id"),
        unit=CheckUnit.KEYS,
        warn_above=0.01,
        fails=lambda rows: rows["copies"] > 1,
        meaning="Email events of one address, brand, type, time and send that come more than once.",
        advice="Load each event once: repeated events raise opens and clicks.",
    ),
    RowCheck(
        id="em.many_ids",
        rows=EVENT_ADDRESSES,
        unit=CheckUnit.KEYS,
        warn_above=0.01,
        fails=lambda rows: rows["amperity_id"] != rows["last_person"],
        meaning="Addresses of email events that several people have.",
        advice="The events of such an address count for each of them: look whether they are one"
        " person.",
    ),
    RowCheck(
        id="loy.unique",
        rows=keys_of("unified_loyalty", "loyalty_id"),
        unit=CheckUnit.KEYS,
        warn_above=0,
        fails=lambda rows: rows["copies"] > 1,
        meaning="Loyalty ids of several profiles.",
        advice="A loyalty id belongs to one profile: load the latest one alone.",
    ),
    RowCheck(
        id="loy.opt_missing",
        rows=LOYALTY,
        column="is_opted_in",
        warn_above=0,
        fails=lambda rows: rows["is_opted_in"].is_(None),
        meaning="Loyalty profiles that do not say whether they may be contacted.",
        advice="Unknown is not consent: these members are not contacted.",
    ),
    *_loyalty_events(),
    RowCheck(
        id="cal.unique",
        rows=keys_of("fiscal_calendar", "calendar_date"),
        unit=CheckUnit.KEYS,
        error_above=0,
        fails=lambda rows: rows["copies"] > 1,
        meaning="Days that the fiscal calendar has more than once.",
        advice="Leave one row per day: orders of that day would count more than once.",
    ),
    RowCheck(
        id="cal.missing",
        rows=CALENDAR_DAYS,
        column="calendar_date",
        unit=CheckUnit.KEYS,
        warn_above=0,
        fails=lambda rows: rows["calendar_date"].is_(None),
        meaning="Days with orders that the fiscal calendar lacks.",
        advice="Add the days to the calendar: these orders have no fiscal period.",
    ),
)  # fmt: skip

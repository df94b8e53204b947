"""The customers of the synthetic shop: profiles with gaps, and the consent they gave."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from ampiq_gql.demo import vocabulary as words
from ampiq_gql.demo.synthetic.dimensions import (
    AS_OF,
    END,
    HISTORY_DAYS,
    MEAN_PACE,
    MEAN_STAY,
    SEED,
    STORES,
)
from ampiq_gql.demo.synthetic.values import after_start, numbered, row
from ampiq_gql.warehouse.generation import Draws, Element, item, maybe, series

__all__ = ["customers", "email_consent", "shoppers", "sms_consent"]


def shoppers(count: int) -> sa.Select[Any]:
    """Return per customer what their orders have in common, and how many they are."""
    people = series(count, "customer")
    draws = Draws(SEED, people.c.customer)
    arrival = draws.uniform("arrival")
    # Both in shares of the history: nobody is seen after its end.
    active: Element = sa.func.least(
        draws.exponential("stay") * MEAN_STAY, 1 - arrival, type_=sa.Double()
    )
    orders = sa.func.floor(draws.exponential("pace") * MEAN_PACE * active)
    columns = {
        "customer": people.c.customer,
        "customer_id": numbered("C", people.c.customer, 9),
        "orders": sa.cast(orders, sa.BigInteger()),
        "arrival": arrival,
        "active": active,
        "brand": draws.weighted("brand", words.BRANDS),
        "store_id": numbered("", draws.below("store", STORES), 4),
    }
    return row(columns, people)


def customers(shoppers: sa.Table) -> sa.Select[Any]:
    """Return the profiles."""
    draws = _draws(shoppers)
    place = draws.below("place", len(words.PLACES))
    has_name = draws.happens("has name", 0.97)
    has_city = draws.happens("has city", 0.96)
    given_name = draws.one_of("given name", words.GIVEN_NAMES)
    surname = draws.one_of("surname", words.SURNAMES)
    city, state, postal = ([place[part] for place in words.PLACES] for part in range(3))
    columns = {
        "customer_id": shoppers.c.customer_id,
        "given_name": maybe(has_name, given_name),
        "surname": maybe(has_name, surname),
        "full_name": maybe(has_name, given_name + " " + surname),
        "title": draws.weighted("title", {"Ms": 30, "Mr": 30, "Dr": 3, None: 40}),
        "company": maybe(draws.happens("company", 0.02), surname + " LLC"),
        "email": maybe(_has_email(draws), _email(shoppers)),
        "phone": maybe(_has_phone(draws), _phone(shoppers)),
        "address": maybe(draws.happens("has street", 0.9), _street(draws)),
        "address2": maybe(draws.happens("has unit", 0.1), "Unit 2"),
        "city": maybe(has_city, item(city, place)),
        "state": maybe(has_city, item(state, place)),
        "postal": maybe(
            draws.happens("has postal", 0.94),
            item(postal, place) + sa.cast(draws.below("postal", 90) + 10, sa.Text()),
        ),
        "country": sa.literal("US", sa.Text()),
        "birthdate": maybe(draws.happens("has birthdate", 0.7), _birthdate(draws)),
        "gender": draws.weighted("gender", {"F": 50, "M": 44, "X": 2, None: 10}),
        "loyalty_id": maybe(draws.happens("loyal", 0.42), numbered("L", shoppers.c.customer, 9)),
        "create_dt": _first_day(shoppers),
        "update_dt": sa.literal(END, sa.DateTime()),
    }
    return row(columns, shoppers)


def email_consent(shoppers: sa.Table) -> sa.Select[Any]:
    """Return what customers with an e-mail address said to being written to."""
    draws = _draws(shoppers)
    columns = {
        "email": _email(shoppers),
        "is_email_opted_in": draws.happens("email consent", 0.63),
        "email_frequency": draws.one_of("email frequency", ("daily", "weekly", "monthly")),
        "language_preference": _language(draws),
        "update_dt": _first_day(shoppers),
    }
    was_asked = draws.happens("asked about email", 0.9)
    return row(columns, shoppers).where(_has_email(draws), was_asked)


def sms_consent(shoppers: sa.Table) -> sa.Select[Any]:
    """Return what customers with a telephone said to being sent messages."""
    draws = _draws(shoppers)
    columns = {
        "phone": _phone(shoppers),
        "is_sms_opted_in": draws.happens("sms consent", 0.48),
        "sms_frequency": draws.one_of("sms frequency", ("weekly", "monthly")),
        "language_preference": _language(draws),
        "update_dt": _first_day(shoppers),
    }
    return row(columns, shoppers).where(_has_phone(draws), draws.happens("asked about sms", 0.8))


def _draws(shoppers: sa.Table) -> Draws:
    return Draws(SEED, shoppers.c.customer)


def _has_email(draws: Draws) -> sa.ColumnElement[bool]:
    return draws.happens("has email", 0.84)


def _has_phone(draws: Draws) -> sa.ColumnElement[bool]:
    return draws.happens("has phone", 0.66)


def _email(shoppers: sa.Table) -> Element:
    return sa.func.lower(shoppers.c.customer_id, type_=sa.Text()) + "@example.com"


def _phone(shoppers: sa.Table) -> Element:
    # The area code 555 is nobody's: ten million numbers that ring nowhere.
    return numbered("+1555", shoppers.c.customer, 7)


def _language(draws: Draws) -> Element:
    return draws.weighted("language", {"en": 8, "es": 2})


def _street(draws: Draws) -> Element:
    house = sa.cast(draws.below("house", 990) + 10, sa.Text())
    return house + " " + draws.one_of("street", words.STREETS) + " Street"


def _birthdate(draws: Draws) -> Element:
    youngest = sa.literal(AS_OF - timedelta(days=18 * 365), sa.Date())
    return sa.cast(youngest - sa.cast(draws.below("age", 62 * 365), sa.Integer()), sa.Date())


def _first_day(shoppers: sa.Table) -> Element:
    """Return when the customer came: any moment of the history."""
    return after_start(shoppers.c.arrival * HISTORY_DAYS)

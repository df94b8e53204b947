"""customer_attributes: reachability, consent, classification and life cycle of each person (4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa

from ampiq_gql.build.expressions import Value, days_between, is_purchase
from ampiq_gql.build.models import BuildContext, BuildRules
from ampiq_gql.build.writing import TableSelect

__all__ = ["Consent", "customer_attributes", "gift_givers"]

CHURN_NAMES = ("Active", "Cooling down", "At risk", "Highly at risk", "Lost")


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """Answers per contact: a table with `contact` and `is_opted_in`, None when there is none."""

    email: sa.Table | None
    phone: sa.Table | None


def gift_givers(lines: sa.Table, rules: BuildRules) -> TableSelect:
    """Select who bought something whose description speaks of a gift."""
    select = (
        sa.select(lines.c.amperity_id)
        .where(
            lines.c.amperity_id.is_not(None),
            is_purchase(lines),
            sa.func.lower(lines.c.product_description).contains(rules.gift_word, autoescape=True),
        )
        .distinct()
    )
    return TableSelect(name="gift_givers", select=select)


def customer_attributes(
    merged: sa.Table,
    history: sa.Table,
    consent: Consent,
    givers: sa.Table | None,
    context: BuildContext,
) -> TableSelect:
    """Select one row per person."""
    joined: sa.FromClause = merged.outerjoin(history, history.c.amperity_id == merged.c.amperity_id)
    spenders = _spenders(history)
    joined = joined.outerjoin(spenders, spenders.c.amperity_id == merged.c.amperity_id)
    for contact, table in (("email", consent.email), ("phone", consent.phone)):
        if table is not None and contact in merged.c:
            joined = joined.outerjoin(table, table.c.contact == merged.columns[contact])
    if givers is not None:
        joined = joined.outerjoin(givers, givers.c.amperity_id == merged.c.amperity_id)
    values: dict[str, Value] = {"amperity_id": merged.c.amperity_id}
    values |= dict(_reachability(merged, consent))
    values |= dict(_life_cycle(history, context))
    values |= dict(_classes(merged, history, spenders, context.rules))
    if givers is not None:
        values["is_gift_giver"] = givers.c.amperity_id.is_not(None)
    return TableSelect(
        name="customer_attributes",
        select=sa.select(*(value.label(name) for name, value in values.items())).select_from(
            joined
        ),
        order_by=("amperity_id",),
    )


def _reachability(merged: sa.Table, consent: Consent) -> Iterator[tuple[str, Value]]:
    """Without consent tables completion decides, with them only the answer (readings.md 7)."""
    answers = {"email": consent.email, "phone": consent.phone}
    names = {"email": "is_opted_into_email", "phone": "is_opted_into_sms"}
    for contact, table in answers.items():
        if table is None or contact not in merged.c:
            yield f"contactable_{contact}", merged.columns[f"{contact}_completion"] == 1
        else:
            yield f"contactable_{contact}", table.c.is_opted_in
            yield names[contact], table.c.is_opted_in
    yield "contactable_address", merged.c.address_completion == 4
    has_contact = (merged.c.email_completion > 0) | (merged.c.phone_completion > 0)
    yield "contactable_paid_social", has_contact
    has_any = has_contact | (merged.c.name_completion > 0) | (merged.c.address_completion > 0)
    yield "contactable_global", has_any
    yield "is_no_pii_amperity_id", sa.not_(has_any)


def _life_cycle(history: sa.Table, context: BuildContext) -> Iterator[tuple[str, Value]]:
    rules, as_of = context.rules, sa.literal(context.as_of)
    has_bought = history.c.amperity_id.is_not(None)
    yield "is_purchaser", has_bought
    yield "is_prospect", sa.not_(has_bought)
    since_first = days_between(history.c.first_order_datetime, as_of)
    since_latest = history.c.days_since_latest_order
    yield (
        "historical_purchaser_lifecycle_status",
        sa.case(
            (sa.not_(has_bought), "Prospect"),
            (since_first <= rules.new_days, "New"),
            (since_latest <= rules.active_days, "Active"),
            (since_latest <= rules.lapsed_days, "Lapsed"),
            else_="Dormant",
        ),
    )
    steps = zip(rules.churn_days, CHURN_NAMES, strict=True)
    yield "churn_trigger", sa.case(*((since_latest <= days, name) for days, name in steps))


def _classes(
    merged: sa.Table, history: sa.Table, spenders: sa.Subquery, rules: BuildRules
) -> Iterator[tuple[str, Value]]:
    yield "is_outlier", sa.func.coalesce(_is_outlier(spenders, rules.outlier_share), sa.false())
    yield (
        "is_reseller",
        sa.func.coalesce(
            history.c.early_repeat_purchaser
            & (history.c.lifetime_order_frequency > rules.reseller_orders),
            sa.false(),
        ),
    )
    yield "is_business", _has_word(merged, rules.business_words)
    yield "is_test_account", _is_test(merged, rules.test_words)
    if rules.own_email_domains and "email" in merged.c:
        domain = sa.func.split_part(sa.func.lower(merged.c.email), "@", 2)
        yield "is_employee", domain.in_(rules.own_email_domains)


def _spenders(history: sa.Table) -> sa.Subquery:
    """Select how many purchasers spent less than each, and how many there are."""
    return sa.select(
        history.c.amperity_id,
        sa.func.rank(type_=sa.BigInteger)
        .over(order_by=history.c.lifetime_order_revenue)
        .label("place"),
        sa.func.count().over().label("purchasers"),
    ).subquery("spenders")


def _is_outlier(spenders: sa.Subquery, share: float) -> Value:
    """Say whether somebody spent more than the interpolated percentile of all who spent.

    Nobody's sum lies between the two that it is interpolated from, so places decide, exactly.
    """
    below = spenders.c.place - sa.literal(1, sa.BigInteger)
    limit = sa.literal(Decimal(str(share)), sa.Numeric(9, 6))
    return below > limit * (spenders.c.purchasers - sa.literal(1, sa.BigInteger))


def _has_word(merged: sa.Table, words: tuple[str, ...]) -> Value:
    """Compare whole words: `Incan` is no company."""
    names = [name for name in ("given_name", "surname", "address", "address2") if name in merged.c]
    if not names:
        return sa.cast(sa.null(), sa.Boolean)
    parts = [sa.func.coalesce(merged.columns[name], "") for name in names]
    text: Value = sa.literal(" ")
    for part in parts:
        text = text.concat(part).concat(" ")
    plain = sa.func.translate(sa.func.lower(text), ".,;:/-()", "        ")
    return sa.or_(*(plain.contains(f" {word} ", autoescape=True) for word in words))


def _is_test(merged: sa.Table, words: tuple[str, ...]) -> Value:
    tests: list[sa.ColumnElement[bool]] = [
        sa.func.lower(merged.columns[name]).in_(words)
        for name in ("given_name", "surname", "full_name")
        if name in merged.c
    ]
    if "email" in merged.c:
        email = sa.func.lower(merged.c.email)
        tests += [email.startswith(word, autoescape=True) for word in words]
    if not tests:
        return sa.cast(sa.null(), sa.Boolean)
    return sa.or_(*(sa.func.coalesce(test, sa.false()) for test in tests))

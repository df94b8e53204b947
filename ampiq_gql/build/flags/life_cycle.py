"""Where somebody stands as a purchaser, by days since the first and the latest order (§4)."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from ampiq_gql.build.expressions import Value, days_between
from ampiq_gql.build.flags.inputs import FlagInputs
from ampiq_gql.build.flags.model import Evidence, Flag, Looked, Outcome, Words

__all__ = ["CHURN_NAMES", "churn_start", "life_cycle_flags"]

CHURN_NAMES = ("Active", "Cooling down", "At risk", "Highly at risk", "Lost")


def life_cycle_flags(inputs: FlagInputs) -> Iterator[Flag]:
    """Yield whether somebody buys, and how long ago."""
    yield _purchaser(inputs, "is_purchaser", is_one=True)
    yield _purchaser(inputs, "is_prospect", is_one=False)
    yield _status(inputs)
    yield _churn(inputs)


def churn_start(inputs: FlagInputs) -> Value:
    """Return when the present churn status began: midnight of the first day that it holds for."""
    since = inputs.history.c.days_since_latest_order
    latest = sa.cast(inputs.history.c.latest_order_datetime, sa.Date)
    starts = [0, *(days + 1 for days in inputs.rules.churn_days)]
    steps = zip(inputs.rules.churn_days, starts, strict=False)
    cases = ((since <= days, latest + sa.literal(start, sa.Integer)) for days, start in steps)
    return sa.cast(sa.case(*cases), sa.DateTime)


def _purchaser(inputs: FlagInputs, name: str, *, is_one: bool) -> Flag:
    bought = Outcome(
        value=is_one,
        condition=inputs.history.c.amperity_id.is_not(None),
        words=lambda seen: f"{seen.shown('orders')} orders up to the day of the build",
    )
    return Flag(
        name=name,
        outcomes=(bought,),
        otherwise=not is_one,
        otherwise_words=lambda _: "there are no orders up to the day of the build",
        evidence={"orders": Looked(value=inputs.history.c.lifetime_order_frequency)},
    )


def _status(inputs: FlagInputs) -> Flag:
    rules, history = inputs.rules, inputs.history
    since_first = days_between(history.c.first_order_datetime, sa.literal(inputs.as_of))
    since_latest = history.c.days_since_latest_order
    steps = (
        ("New", since_first, "first", rules.new_days),
        ("Active", since_latest, "latest", rules.active_days),
        ("Lapsed", since_latest, "latest", rules.lapsed_days),
    )
    return Flag(
        name="historical_purchaser_lifecycle_status",
        outcomes=(
            Outcome(
                value="Prospect",
                condition=history.c.amperity_id.is_(None),
                words=lambda _: "there are no orders up to the day of the build",
            ),
            *(
                Outcome(value=name, condition=since <= days, words=_within(which, days))
                for name, since, which, days in steps
            ),
        ),
        otherwise="Dormant",
        otherwise_words=_beyond("latest", rules.lapsed_days),
        evidence={
            "first": Looked(value=history.c.first_order_datetime),
            "first_days": Looked(value=since_first),
            "latest": Looked(value=history.c.latest_order_datetime),
            "latest_days": Looked(value=since_latest),
        },
    )


def _churn(inputs: FlagInputs) -> Flag:
    since, days = inputs.history.c.days_since_latest_order, inputs.rules.churn_days

    def neither(seen: Evidence) -> str:
        if not seen.has("latest"):
            return "there are no orders up to the day of the build"
        return _beyond("latest", days[-1])(seen)

    return Flag(
        name="churn_trigger",
        outcomes=tuple(
            Outcome(value=name, condition=since <= limit, words=_within("latest", limit))
            for name, limit in zip(CHURN_NAMES, days, strict=True)
        ),
        otherwise=None,
        otherwise_words=neither,
        evidence={
            "latest": Looked(value=inputs.history.c.latest_order_datetime),
            "latest_days": Looked(value=since),
        },
    )


def _within(which: str, days: int) -> Words:
    def words(seen: Evidence) -> str:
        ago = f"{seen.shown(f'{which}_days')} days before the day of the build"
        return f"the {which} order was on {seen.shown(which)}, {ago}, within {days}"

    return words


def _beyond(which: str, days: int) -> Words:
    def words(seen: Evidence) -> str:
        ago = f"{seen.shown(f'{which}_days')} days before the day of the build"
        return f"the {which} order was on {seen.shown(which)}, {ago}, more than {days}"

    return words

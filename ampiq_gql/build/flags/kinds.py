"""What kind of customer somebody is: business, employee, test account, gift giver, reseller (§4).

Words and exceptions are settings. Names and addresses are compared by whole words, domains whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import partial

import sqlalchemy as sa

from ampiq_gql.build.expressions import Value
from ampiq_gql.build.flags.inputs import FlagInputs
from ampiq_gql.build.flags.model import Evidence, Flag, Looked, Outcome
from dsl.compiler.dialects import Holds, StartsWith

__all__ = ["kind_flags"]

PEOPLE = "merged_customers"
BUSINESS_FIELDS = ("given_name", "surname", "address", "address2")
TEST_FIELDS = ("given_name", "surname", "full_name")
PUNCTUATION = '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\r\n'
"""What parts words, beside the blank. An apostrophe does not: O'Floor is one word."""


def kind_flags(inputs: FlagInputs) -> Iterator[Flag]:
    """Yield the classifications."""
    yield _outlier(inputs)
    yield _reseller(inputs)
    yield _business(inputs)
    yield _test_account(inputs)
    yield _employee(inputs)
    yield _gift_giver(inputs)


def _outlier(inputs: FlagInputs) -> Flag:
    share = inputs.rules.outlier_share

    def above(seen: Evidence) -> str:
        return _revenue(seen, "is above", share)

    def below(seen: Evidence) -> str:
        if not seen.has("revenue"):
            return "there are no orders up to the day of the build"
        return _revenue(seen, "is not above", share)

    return Flag(
        name="is_outlier",
        outcomes=(Outcome(value=True, condition=inputs.is_above(share), words=above),),
        otherwise=False,
        otherwise_words=below,
        evidence=_spending(inputs, share),
    )


def _spending(inputs: FlagInputs, share: float) -> dict[str, Looked]:
    revenue = Looked(value=inputs.history.c.lifetime_order_revenue)
    limit = {name: Looked(value=part) for name, part in inputs.percentile(share).items()}
    return {"revenue": revenue, **limit}


def _revenue(seen: Evidence, verdict: str, share: float) -> str:
    lower, upper = seen.number("lower"), seen.number("upper")
    limit = lower + (upper - lower) * seen.number("between")
    percentile = f"{(Decimal(str(share)) * 100).normalize():f}th percentile of purchasers"
    return f"lifetime revenue {seen.shown('revenue')} {verdict} {limit:,.2f}, the {percentile}"


def _reseller(inputs: FlagInputs) -> Flag:
    rules, history = inputs.rules, inputs.history
    is_large = inputs.clusters.c.amperity_id.is_not(None) & inputs.is_above(rules.reseller_share)
    buys_often = history.c.early_repeat_purchaser & (
        history.c.lifetime_order_frequency > rules.reseller_orders
    )

    def many_records(seen: Evidence) -> str:
        count = f"{seen.shown('records')} records are more than {rules.reseller_records}"
        return f"{count}, and {_revenue(seen, 'is above', rules.reseller_share)}"

    def many_orders(seen: Evidence) -> str:
        count = f"{seen.shown('orders')} orders are more than {rules.reseller_orders}"
        return f"{count}, and the second came within {rules.early_repeat_days} days of the first"

    return Flag(
        name="is_reseller",
        outcomes=(
            Outcome(value=True, condition=is_large, words=many_records),
            Outcome(value=True, condition=buys_often, words=many_orders),
        ),
        otherwise=False,
        otherwise_words=lambda _: (
            f"not more than {rules.reseller_orders} orders with an early second one, and not more"
            f" than {rules.reseller_records} records with revenue of a reseller"
        ),
        evidence={
            "records": Looked(value=inputs.clusters.c.record_count),
            "orders": Looked(value=history.c.lifetime_order_frequency),
            **_spending(inputs, rules.reseller_share),
        },
    )


def _business(inputs: FlagInputs) -> Flag:
    rules = inputs.rules
    outcomes = [
        Outcome(
            value=True,
            condition=_has_word(inputs.people.c[field], word, rules.business_exceptions),
            words=partial(_says_word, field=field, word=word),
        )
        for field in BUSINESS_FIELDS
        for word in rules.business_words
    ]
    return _of_fields(inputs, "is_business", BUSINESS_FIELDS, outcomes, "a word of a business")


def _says_word(seen: Evidence, *, field: str, word: str) -> str:
    return f"{field} contains the word {seen.part(word, of=field)}"


def _has_word(field: Value, word: str, exceptions: Sequence[str]) -> sa.ColumnElement[bool]:
    """Compare whole words: `Incan` is no company. A field with an excepted phrase says nothing."""
    plain = _plain(field)
    # Few texts have the word in any form, and only of those the words are taken apart.
    longest = max(word.split(), key=len)
    might = Holds(sa.func.lower(field), sa.literal(longest))
    found = Holds(plain, sa.literal(f" {word} "))
    excepted = (Holds(plain, sa.literal(f" {phrase} ")) for phrase in exceptions)
    return sa.and_(might, found, *(sa.not_(one) for one in excepted))


def _plain(field: Value) -> Value:
    text = sa.literal(" ").concat(sa.func.lower(field)).concat(" ")
    return sa.func.translate(text, PUNCTUATION, " " * len(PUNCTUATION), type_=sa.Text)


def _test_account(inputs: FlagInputs) -> Flag:
    rules, people = inputs.rules, inputs.people
    outcomes = [
        Outcome(
            value=True,
            condition=sa.and_(
                sa.func.lower(sa.func.trim(people.c[field])).in_(rules.test_words),
                _is_not_excepted(people.c[field], rules.test_exceptions),
            ),
            words=partial(_says_is, field=field),
        )
        for field in TEST_FIELDS
    ]
    email = sa.func.lower(people.c.email)
    outcomes += [
        Outcome(
            value=True,
            condition=sa.and_(
                StartsWith(email, sa.literal(word)),
                _is_not_excepted(people.c.email, rules.test_exceptions),
            ),
            words=partial(_says_begins, word=word),
        )
        for word in rules.test_words
    ]
    fields = (*TEST_FIELDS, "email")
    return _of_fields(inputs, "is_test_account", fields, outcomes, "the name of a test")


def _says_is(seen: Evidence, *, field: str) -> str:
    return f"{field} is {seen.shown(field)}"


def _says_begins(seen: Evidence, *, word: str) -> str:
    return f"the email address begins with {seen.part(word, of='email')}"


def _is_not_excepted(field: Value, exceptions: Sequence[str]) -> sa.ColumnElement[bool]:
    if not exceptions:
        return sa.true()
    return sa.func.lower(sa.func.trim(field)).not_in(exceptions)


def _of_fields(
    inputs: FlagInputs, name: str, fields: Sequence[str], outcomes: Sequence[Outcome], what: str
) -> Flag:
    """Without any of the fields nothing is known; else one hit is enough."""
    values = [inputs.people.c[field] for field in fields]
    listed = ", ".join(fields)
    unknown = Outcome(
        value=None,
        condition=sa.and_(*(value.is_(None) for value in values)),
        words=lambda _: f"nothing is known of {listed}",
    )
    return Flag(
        name=name,
        outcomes=(unknown, *outcomes),
        otherwise=False,
        otherwise_words=lambda _: f"none of {listed} has {what}",
        evidence={
            field: Looked(value=value, column=(PEOPLE, field))
            for field, value in zip(fields, values, strict=True)
        },
    )


def _employee(inputs: FlagInputs) -> Flag:
    """Compare what is behind the last @ as a whole: notacme.com is not acme.com."""
    email, domains = inputs.people.c.email, inputs.rules.own_email_domains
    evidence = {"email": Looked(value=email, column=(PEOPLE, "email"))}
    if not domains:
        return Flag(
            name="is_employee",
            outcomes=(),
            otherwise=None,
            otherwise_words=lambda _: "the site has not said which email domains are its own",
            evidence=evidence,
        )
    address = sa.func.lower(sa.func.trim(email))
    excepted = inputs.rules.employee_exceptions
    exceptions = [
        Outcome(
            value=False,
            condition=address.in_(excepted),
            words=lambda seen: f"{seen.shown('email')} is on the list of exceptions",
        )
    ]
    return Flag(
        name="is_employee",
        outcomes=(
            Outcome(
                value=None, condition=email.is_(None), words=lambda _: "there is no email address"
            ),
            *(exceptions if excepted else ()),
            *(
                Outcome(
                    value=True,
                    condition=address.endswith(f"@{domain}", autoescape=True),
                    words=partial(_says_domain, domain=domain),
                )
                for domain in domains
            ),
        ),
        otherwise=False,
        otherwise_words=lambda _: f"the email address is at none of {', '.join(domains)}",
        evidence=evidence,
    )


def _says_domain(_: Evidence, *, domain: str) -> str:
    return f"the domain of the email address is {domain}, one of the site's own"


def _gift_giver(inputs: FlagInputs) -> Flag:
    words = " or ".join(f"“{word}”" for word in inputs.rules.gift_words)
    if inputs.gifts is None:
        return Flag(
            name="is_gift_giver",
            outcomes=(),
            otherwise=None,
            otherwise_words=lambda _: "no descriptions of products were loaded",
        )

    def bought(seen: Evidence) -> str:
        lines = f"{seen.shown('lines')} bought lines speak of {words}"
        return f"{lines}, such as {seen.shown('description')}"

    return Flag(
        name="is_gift_giver",
        outcomes=(
            Outcome(value=True, condition=inputs.gifts.c.amperity_id.is_not(None), words=bought),
        ),
        otherwise=False,
        otherwise_words=lambda _: f"no bought line speaks of {words}",
        evidence={
            "lines": Looked(value=inputs.gifts.c.gift_lines),
            "description": Looked(
                value=inputs.gifts.c.gift_description,
                column=("unified_itemized_transactions", "product_description"),
            ),
        },
    )

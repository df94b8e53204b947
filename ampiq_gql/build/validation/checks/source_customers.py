"""Input checks of customers files: emails and phones, source by source (5.1)."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from ampiq_gql.build.expressions import Value
from ampiq_gql.build.validation.declarations import AggregateCheck, Check, Relation, RowCheck
from ampiq_gql.build.validation.inputs import Absent, Inputs, Rows
from ampiq_gql.build.validation.models import CheckUnit
from ampiq_gql.build.validation.relations import source_rows
from ampiq_gql.build.validation.texts import is_blank, is_filled
from ampiq_gql.ingest import SourceKind
from ampiq_gql.ingest.patterns import matches

__all__ = ["CHECKS"]

CUSTOMERS = source_rows(SourceKind.CUSTOMERS, is_additive=False)

EMAIL = "^[^@[:space:][:cntrl:]]+@[^@[:space:][:cntrl:]]+[.][^@.[:space:][:cntrl:]]+$"
LONGEST_EMAIL = 254
"""RFC 5321, 4.5.3.1.3: a path has 256 characters, two of which are its brackets."""

PHONE = "^[+]?([-() ./]*[0-9]){7,15}[-() ./]*$"
"""At least 7 digits, and at most the 15 of E.164; signs that people put between them are fine."""

NORTH_AMERICAN = "^([+]|00)1"
NORTH_AMERICAN_NUMBER = "^([+]|00)1([-() ./]*[0-9]){10}[-() ./]*$"


def _is_email(email: Value) -> sa.ColumnElement[bool]:
    return matches(email, EMAIL) & (sa.func.char_length(email) <= LONGEST_EMAIL)


def _unusual_length(rows: Rows) -> sa.ColumnElement[bool]:
    return sa.not_(matches(sa.func.trim(rows["phone"]), NORTH_AMERICAN_NUMBER))


def _is_north_american(rows: Rows) -> sa.ColumnElement[bool]:
    return matches(sa.func.trim(rows["phone"]), NORTH_AMERICAN)


def _normalised(rows: Rows, column: str) -> Value:
    return sa.func.lower(sa.func.trim(rows[column]))


def _across_sources(column: str) -> Relation:
    """Return every value once, with the first and last source that has it."""

    def select(inputs: Inputs) -> Rows | Absent:
        source = inputs.source(SourceKind.CUSTOMERS)
        if not source.has(column):
            return Absent(reason=f"No file of customers brought {column}.")
        rows = Rows(source.table, source)
        first, last = (edge(rows["datasource"]) for edge in (sa.func.min, sa.func.max))
        edges = inputs.connection.execute(sa.select(first, last)).one()
        if edges[0] == edges[1]:
            return Absent(reason="All customers come from one source.")
        value = _normalised(rows, column)
        statement = sa.select(first.label("first_source"), last.label("last_source"))
        grouped = statement.where(is_filled(rows[column])).group_by(value)
        return Rows(grouped.subquery(f"sources_of_{column}"))

    return Relation(table=SourceKind.CUSTOMERS.value, select=select)


def _contact(column: str, word: str) -> Iterator[Check]:
    yield RowCheck(
        id=f"in.{column}.missing",
        rows=CUSTOMERS,
        column=column,
        needs=(column,),
        fails=lambda rows: is_blank(rows[column]),
        meaning=f"Customer records without {word}.",
        advice=f"Map the column that holds {word}, or accept that these people are not reached"
        " that way.",
    )
    yield AggregateCheck(
        id=f"in.{column}.unique",
        rows=CUSTOMERS,
        column=column,
        needs=(column,),
        total=lambda rows: sa.func.count(1).filter(is_filled(rows[column])),
        surplus=lambda rows: (
            sa.func.count(1).filter(is_filled(rows[column]))
            - sa.func.count(sa.distinct(_normalised(rows, column))).filter(is_filled(rows[column]))
        ),
        meaning=f"Customer records whose {column} another record of the source has already.",
        advice=f"Many shared values of {column} mean duplicate records, or one contact that is used"
        " for many people.",
    )
    yield RowCheck(
        id=f"in.{column}.shared",
        rows=_across_sources(column),
        column=column,
        unit=CheckUnit.KEYS,
        fails=lambda rows: rows["first_source"] != rows["last_source"],
        meaning=f"Values of {column} that several sources have.",
        advice="Sources that share contacts describe the same people: few shared values mean that"
        " their records will not meet.",
    )


CHECKS: tuple[Check, ...] = (
    *_contact("email", "an email address"),
    RowCheck(
        id="in.email.format",
        rows=CUSTOMERS,
        column="email",
        needs=("email",),
        warn_above=0.05,
        checked=lambda rows: is_filled(rows["email"]),
        fails=lambda rows: sa.not_(_is_email(sa.func.trim(rows["email"]))),
        meaning="Emails that are not `local@domain.tld`, have control characters or more than 254"
        " characters.",
        advice="Correct the addresses at the source: nothing can be sent to them.",
    ),
    *_contact("phone", "a phone number"),
    RowCheck(
        id="in.phone.format",
        rows=CUSTOMERS,
        column="phone",
        needs=("phone",),
        warn_above=0.05,
        checked=lambda rows: is_filled(rows["phone"]),
        fails=lambda rows: sa.not_(matches(sa.func.trim(rows["phone"]), PHONE)),
        meaning="Phone numbers that are not 7 to 15 digits.",
        advice="Correct the numbers at the source: keep digits, with + and the country code first.",
    ),
    RowCheck(
        id="in.phone.length",
        rows=CUSTOMERS,
        column="phone",
        needs=("phone",),
        checked=_is_north_american,
        fails=_unusual_length,
        meaning="North American numbers (+1) without exactly 10 digits after the country code.",
        advice="Look whether digits were cut off or an extension was added.",
    ),
)

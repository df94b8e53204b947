"""email_opt_status and sms_opt_status: consent per address and number, tied to its people."""

from __future__ import annotations

import sqlalchemy as sa

from ampiq_gql.build.expressions import Value
from ampiq_gql.build.sources import SourceTable
from ampiq_gql.build.writing import TableSelect
from ampiq_gql.ingest.columns import spec_of

__all__ = ["consent_answers", "opt_status"]


def opt_status(
    source: SourceTable, merged: sa.FromClause, contact: str, forms: sa.FromClause | None
) -> TableSelect:
    """Select every answer with each person who has that address or number.

    `forms` are those of numbers that are written otherwise than in the common form
    (`build.phone_forms`); None for addresses, which are compared without regard to case.
    """
    table = source.table
    joined: sa.FromClause = table
    values: dict[str, Value] = {}
    if contact in merged.c:
        asked, answered = merged.columns[contact], table.columns[contact]
        people: sa.FromClause = merged
        if forms is None:
            is_same = _normalised(asked) == _normalised(answered)
        else:
            people = _numbers(merged, contact, forms)
            of_answers = forms.alias("forms_of_answers")
            joined = table.outerjoin(of_answers, of_answers.c.written == answered)
            is_same = people.c.number == sa.func.coalesce(of_answers.c.form, answered)
        joined = joined.outerjoin(people, is_same)
        values["amperity_id"] = people.c.amperity_id
    for column in spec_of(source.kind).columns:
        if source.has(column.name) and column.name != "update_dt":
            values[column.name] = table.columns[column.name]
    return TableSelect(
        name=table.name,
        select=sa.select(*(value.label(name) for name, value in values.items())).select_from(
            joined
        ),
        order_by=("amperity_id",) if "amperity_id" in values else (),
    )


def _numbers(merged: sa.FromClause, contact: str, forms: sa.FromClause) -> sa.Subquery:
    """Select the numbers of people in the common form."""
    of_people, asked = forms.alias("forms_of_people"), merged.columns[contact]
    number = sa.func.coalesce(of_people.c.form, asked).label("number")
    joined = merged.outerjoin(of_people, of_people.c.written == asked)
    return sa.select(merged.c.amperity_id, number).select_from(joined).subquery("numbers")


def consent_answers(answers: sa.FromClause, answer: str, brand: str = "") -> sa.Subquery:
    """Select per person whether all answers about their contact are yes, of a table of the build.

    Those given to another `brand` do not count, those given to none do. Without a brand the most
    restrictive answer of all counts; unknown is not consent (§4, §10).
    """
    yes = sa.func.coalesce(answers.c[answer], sa.false())
    refusals = sa.func.count(sa.case((sa.not_(yes), 1)))
    return (
        sa.select(
            answers.c.amperity_id,
            (refusals == 0).label("is_opted_in"),
            sa.func.count().label("answers"),
            refusals.label("refusals"),
        )
        .where(answers.c.amperity_id.is_not(None), *_given_to(answers, brand))
        .group_by(answers.c.amperity_id)
        .subquery(f"answers_of_{answers.name}" if isinstance(answers, sa.Table) else "answers")
    )


def _given_to(answers: sa.FromClause, brand: str) -> tuple[sa.ColumnElement[bool], ...]:
    """Keep the answers to the brand, whatever its case, and those to none."""
    if not brand or "brand" not in answers.c:
        return ()
    named = sa.func.nullif(sa.func.trim(answers.c.brand), "")
    return (sa.or_(named.is_(None), sa.func.lower(named) == brand.strip().lower()),)


def _normalised(contact: Value) -> Value:
    """Compare addresses without regard to case."""
    return sa.func.lower(sa.func.trim(contact))

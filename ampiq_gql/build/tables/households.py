"""merged_households: people of the same full address and surname (§4, is_primary_buyer_household).

Addresses are compared without case, periods, commas and repeated blanks. Who has no street, city,
state or postal code, or no surname, is in no household.
"""

from __future__ import annotations

import sqlalchemy as sa

from ampiq_gql.build.expressions import Value
from ampiq_gql.build.writing import TableSelect
from ampiq_gql.warehouse.ids import DigestUuid, IdText

__all__ = ["merged_households"]

NEEDED = ("surname", "address", "city", "state", "postal")
FURTHER = ("address2", "country")
"""Parts of a full address that need not be there; a flat of its own is a household of its own."""

PARTED_BY = " \x1f "
"""Nothing that addresses hold; the blanks beside it fold with those of the parts."""


def merged_households(people: sa.FromClause) -> TableSelect | None:
    """Select one row per person with a household; None when nobody can have one."""
    if not all(name in people.c for name in NEEDED):
        return None
    parts: list[Value] = [people.c[name] for name in NEEDED]
    parts += [sa.func.coalesce(people.c[name], "") for name in FURTHER if name in people.c]
    whole = parts[0]
    for part in parts[1:]:
        whole = whole.concat(PARTED_BY).concat(part)
    keyed = (
        sa.select(people.c.amperity_id, DigestUuid(_standardised(whole)).label("household"))
        .where(*(people.c[name].is_not(None) for name in NEEDED))
        .subquery("keyed")
    )
    size = sa.func.count(type_=sa.BigInteger).over(partition_by=keyed.c.household)
    return TableSelect(
        name="merged_households",
        select=sa.select(
            keyed.c.amperity_id,
            IdText(keyed.c.household).label("household_id"),
            size.label("household_size"),
        ),
        order_by=("amperity_id",),
    )


def _standardised(text: Value) -> Value:
    """Return a text in upper case, without periods and commas, one blank between words.

    Replaced one by one: `translate` took five times as long for all of them at once (DuckDB 1.5).
    """
    words = sa.func.upper(text, type_=sa.Text)
    # Pairs of marks fold any run of blanks into one.
    for found, put in ((".", " "), (",", " "), (" ", "<>"), ("><", ""), ("<>", " ")):
        words = sa.func.replace(words, found, put, type_=sa.Text)
    return sa.func.trim(words, type_=sa.Text)

"""Phone numbers that are written otherwise than in the common form, each with that form.

`(312) 555-0123` in a customers file and `+13125550123` in a file of consent are one number. Numbers
are read by a library in this process; what is in the common form already does not pass through it.
"""

from __future__ import annotations

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.schema import CreateTable

from ampiq_gql.ingest.patterns import matches
from ampiq_gql.plugin.phone_numbers import E164, international_numbers
from ampiq_gql.warehouse import load_arrow, settle

__all__ = ["write_phone_forms"]


def write_phone_forms(connection: sa.Connection, written: sa.Subquery, region: str) -> sa.Table:
    """Keep `written` and `form` of the numbers in the one column of `written`, in a scratch table.

    National numbers are of `region`; texts that are no number keep theirs without separators.
    """
    (phone,) = written.columns
    others = sa.select(phone).where(phone.is_not(None), sa.not_(matches(phone, E164))).distinct()
    texts = pa.array(list(connection.execute(others).scalars()), pa.string())
    forms = sa.Table(
        "phone_forms",
        sa.MetaData(),
        sa.Column("written", sa.Text),
        sa.Column("form", sa.Text),
        prefixes=["TEMPORARY"],
    )
    connection.execute(CreateTable(forms))
    if len(texts):
        columns = {"written": texts, "form": international_numbers(texts, region)}
        load_arrow(connection, forms, pa.table(columns).to_reader())
    settle(connection, forms)
    return forms

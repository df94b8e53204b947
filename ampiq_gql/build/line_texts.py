"""How the texts of order lines travel: as codes where their values are few (`repeated_texts`).

Lines are the longest table, and most of their columns are texts of a handful of values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from ampiq_gql.build.expressions import Value
from ampiq_gql.build.models import BuildContext
from ampiq_gql.build.sources import Sources
from ampiq_gql.ingest import SourceKind
from ampiq_gql.ingest.columns import PRODUCT_COLUMNS, ValueType
from ampiq_gql.warehouse import AnySelect
from ampiq_gql.warehouse.repeated_texts import RepeatedText, repeated_text

__all__ = ["INHERITED", "NEVER_MISSING", "LineTexts", "look_at_texts"]

INHERITED = (
    "currency", "purchase_brand", "purchase_channel", "digital_channel", "store_id",
    "payment_method",
)  # fmt: skip
"""Texts that a line takes from its order when it has none."""

NEVER_MISSING = ("datasource", "currency")
"""Texts that every line has, so that one value among them is the value of all lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineTexts:
    """The texts by the names of their columns."""

    texts: Mapping[str, RepeatedText]

    def coded(self, name: str, value: Value) -> Value:
        """Return the value of a column as it travels."""
        text = self.texts.get(name)
        return value if text is None else sa.cast(value, text.code)

    @property
    def constants(self) -> Mapping[str, str]:
        """Return the texts that are the same on all lines, and so need not travel at all."""
        found = ((name, self.texts[name]) for name in NEVER_MISSING if name in self.texts)
        return {name: text.only for name, text in found if text.only is not None}


def look_at_texts(
    connection: sa.Connection, sources: Sources, catalog: sa.FromClause, context: BuildContext
) -> LineTexts:
    """Look at the values that the columns have in the sources of lines."""
    texts = [column.name for column in PRODUCT_COLUMNS if column.type is ValueType.TEXT]
    found: dict[str, RepeatedText] = {}
    for name in ("datasource", "product_id", *INHERITED, *texts):
        selects = list(_values(name, sources, catalog))
        if name == "currency" and selects:
            selects.append(sa.select(sa.literal(context.currency).label(name)))
        if selects:
            found[name] = repeated_text(connection, name, sa.select(sa.union(*selects).subquery()))
    return LineTexts(texts=found)


def _values(name: str, sources: Sources, catalog: sa.FromClause) -> Iterator[AnySelect]:
    for kind in (SourceKind.ORDER_ITEMS, SourceKind.ORDERS):
        source = sources[kind]
        if source.has_rows and name in source.table.c:
            yield sa.select(source.table.c[name])
    if sources[SourceKind.PRODUCTS].has_rows and name in catalog.c:
        yield sa.select(catalog.c[name])

"""Which tables and columns of the user's stand for ours: by names, confirmed or found by values.

Tables are found by their names, or else by those of their columns; columns by the very rules that
`ampiq ingest --inspect` goes by, from a bounded sample of each table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ampiq_gql.attach.checking import REQUIRED, fits
from ampiq_gql.attach.mapping import AttachMapping, TableMapping
from ampiq_gql.attach.models import ATTACHED, CUSTOMERS, LINES, ORDERS, PRODUCTS
from ampiq_gql.catalog import StandardTable, standard_table
from ampiq_gql.ingest import SourceKind
from ampiq_gql.ingest.columns import ColumnSpec, KindSpec, spec_of
from ampiq_gql.ingest.headers import normalise_name
from ampiq_gql.ingest.kinds import guess_kind
from ampiq_gql.ingest.looks import ColumnLook
from ampiq_gql.ingest.mapping import FileMapping
from ampiq_gql.ingest.proposals import EXACT, Proposal, question_about
from ampiq_gql.ingest.proposals import propose as propose_columns
from ampiq_gql.warehouse import FoundTable
from dsl.catalog import ID_COLUMN

__all__ = ["AttachProposal", "ColumnProposal", "Looks", "propose"]

_TABLE_NAMES = {
    CUSTOMERS: ("merged_customers", "customer_360", "customers", "customer", "clients", "client",
                "people", "persons", "contacts", "users", "members", "accounts", "kunden"),
    ORDERS: ("unified_transactions", "orders", "order", "transactions", "sales", "purchases",
             "sales_orders", "bestellungen"),
    LINES: ("unified_itemized_transactions", "order_items", "order_item", "order_lines",
            "order_line", "order_details", "line_items", "orderitems", "orderlines",
            "transaction_items", "sales_items", "positionen"),
    PRODUCTS: ("unified_product_catalog", "products", "product", "articles", "items", "skus",
               "produkte", "artikel"),
}  # fmt: skip
_KINDS = {
    CUSTOMERS: SourceKind.CUSTOMERS,
    ORDERS: SourceKind.ORDERS,
    LINES: SourceKind.ORDER_ITEMS,
    PRODUCTS: SourceKind.PRODUCTS,
}
_NEEDED = (CUSTOMERS, ORDERS)
_CUSTOMER_KEY = "customer_id"

SHOWN_TABLES = 5

LIKELY = 0.5
"""Less: the values contradict the name, and what is not needed is better left out."""

Looks = Callable[[FoundTable], Sequence[ColumnLook]]
"""Looks at a sample of a table, column by column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnProposal:
    """A column of ours, and the column of the user's table that stands for it."""

    table: str
    column: str
    source: str
    source_column: str
    confidence: float
    reason: str
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachProposal:
    """What would be attached; `questions` must be answered by a mapping file before it is."""

    schema: str
    columns: tuple[ColumnProposal, ...]
    questions: tuple[str, ...]

    def mapping(self) -> AttachMapping:
        """Return the proposal as a mapping."""
        tables: dict[str, dict[str, str]] = {}
        sources = {one.table: one.source for one in self.columns}
        for one in self.columns:
            tables.setdefault(one.table, {})[one.column] = one.source_column
        return AttachMapping(
            schema_name=self.schema,
            tables={
                name: TableMapping(source=sources[name], columns=columns)
                for name, columns in tables.items()
            },
        )


def propose(schema: str, found: Sequence[FoundTable], looks: Looks) -> AttachProposal:
    """Return what names and values suggest; tables that suggest nothing are left out."""
    candidates = _candidates(found)
    columns = tuple(
        column
        for name, sources in candidates.items()
        if sources
        for column in _of_table(name, sources[0], looks(sources[0]))
    )
    return AttachProposal(
        schema=schema, columns=columns, questions=tuple(_questions(candidates, columns))
    )


def _candidates(found: Sequence[FoundTable]) -> Mapping[str, Sequence[FoundTable]]:
    """Return which tables could stand for each of ours, the likeliest first."""
    by_name = {normalise_name(table.name): table for table in found}
    chosen: dict[str, list[FoundTable]] = {}
    for name in ATTACHED:
        named = next((by_name[one] for one in _TABLE_NAMES[name] if one in by_name), None)
        chosen[name] = [] if named is None else [named]
    taken = {table.name for tables in chosen.values() for table in tables}
    kinds = {one.name: guess_kind(list(one.columns)) for one in found if one.name not in taken}
    return {
        name: tables or [one for one in found if kinds.get(one.name) is _KINDS[name]]
        for name, tables in chosen.items()
    }


def _of_table(
    name: str, source: FoundTable, looks: Sequence[ColumnLook]
) -> Iterator[ColumnProposal]:
    """Yield the columns of one table: the key of the customer first, ours in their order."""
    standard = standard_table(name)
    chosen = _chosen(standard, spec_of(_KINDS[name]), source, looks)
    key = chosen.get(ID_COLUMN) or chosen.get(_CUSTOMER_KEY)
    if key is not None and name != PRODUCTS:
        chosen = {ID_COLUMN: key} | chosen
    for ours, proposal in chosen.items():
        if standard.column(ours) is not None:
            yield ColumnProposal(
                table=name,
                column=ours,
                source=source.name,
                source_column=proposal.header,
                confidence=proposal.confidence,
                reason=proposal.reason,
                samples=proposal.samples,
            )


def _chosen(
    standard: StandardTable, spec: KindSpec, source: FoundTable, looks: Sequence[ColumnLook]
) -> dict[str, Proposal]:
    """Return proposals by our columns: of those that fit, and else what is needed by its name."""

    def can_hold(look: ColumnLook, column: ColumnSpec) -> bool:
        ours = standard.column(column.name)
        return ours is None or fits(ours, source.columns[look.header])

    fitting = propose_columns(looks, spec, FileMapping(), can_hold)
    anyhow = propose_columns(looks, spec, FileMapping())
    needed = (*REQUIRED[standard.name], _CUSTOMER_KEY)
    chosen = {one.column: one for one in anyhow if one.column in needed}
    chosen |= {
        one.column: one
        for one in fitting
        if one.column and (one.confidence >= LIKELY or one.column in needed)
    }
    exact = {normalise_name(look.header): look for look in looks}
    for column in standard.columns:
        look = exact.get(column.name)
        # What files bring was judged above, by its values too.
        if look is not None and spec.column(column.name) is None:
            chosen[column.name] = _by_name(look, column.name)
    order = [ID_COLUMN, _CUSTOMER_KEY, *(column.name for column in standard.columns)]
    return {name: chosen[name] for name in dict.fromkeys(order) if name in chosen}


def _by_name(look: ColumnLook, column: str) -> Proposal:
    return Proposal(
        header=look.header,
        column=column,
        type=look.type,
        confidence=EXACT,
        reason="its name",
        samples=look.samples,
    )


def _questions(
    candidates: Mapping[str, Sequence[FoundTable]], columns: Sequence[ColumnProposal]
) -> Iterator[str]:
    """Yield what must be answered: tables that are missing or unsure, and needed columns."""
    for name, tables in candidates.items():
        if not tables and name in _NEEDED:
            yield f"Which table stands for {name}?"
        if len(tables) > 1:
            names = ", ".join(table.name for table in tables[:SHOWN_TABLES])
            yield f"Which table stands for {name}: {names}?"
        own = {one.column: one for one in columns if one.table == name}
        for needed in REQUIRED[name] if tables else ():
            found = own.get(needed)
            yield from question_about(
                f"{name}.{needed}",
                f"{found.source}.{found.source_column}" if found else None,
                found.confidence if found else 0.0,
                found.reason if found else "",
            )

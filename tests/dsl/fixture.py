"""A small customer-360 for the language: its catalog, and rows that customers are made of.

Columns are chosen so that every type and unit occurs, in tables of one and of many rows.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypeAlias

import sqlalchemy as sa

from dsl import AsOf, check, compile_ids
from dsl.catalog import DataType, Grain, ListKind, Unit

Row: TypeAlias = dict[str, Any]
Data: TypeAlias = dict[str, list[Row]]

AS_OF = date(2026, 6, 30)
_NAMES: dict[uuid.UUID, str] = {}
_NAMESPACE = uuid.UUID("6f1f3f5e-5a0e-4d7b-9d4e-1b1f0f3d9a11")


def person(name: str) -> uuid.UUID:
    """Return the id of the customer that a test calls by a short name."""
    id_ = uuid.uuid5(_NAMESPACE, name)
    _NAMES[id_] = name
    return id_


# --- the catalog ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class FixtureColumn:
    name: str
    type: DataType
    element: sa.ColumnElement[object]
    label: str = ""
    unit: Unit | None = None
    is_pii: bool = False
    completion: float | None = None
    known_values: frozenset[str] | None = None
    is_snapshot: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FixtureTable:
    name: str
    grain: Grain
    columns: Sequence[FixtureColumn]
    selectable: sa.Table
    lookup_rank: int
    event_time_name: str | None = None
    newest_event_on: date | None = None

    @property
    def label(self) -> str:
        return self.name.removeprefix("file.").replace("_", " ").title()

    @property
    def id_column(self) -> sa.ColumnElement[object] | None:
        return self.selectable.c.get("amperity_id")

    @property
    def event_time(self) -> FixtureColumn | None:
        return None if self.event_time_name is None else self.column(self.event_time_name)

    def column(self, name: str) -> FixtureColumn | None:
        return next((each for each in self.columns if each.name == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class FixtureSegment:
    name: str
    text: str
    is_active: bool = True

    @property
    def id(self) -> str:
        return f"id of {self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FixtureList:
    name: str
    kind: ListKind
    selectable: sa.Table

    @property
    def id_column(self) -> sa.ColumnElement[object]:
        return self.selectable.c.amperity_id


@dataclass(frozen=True, slots=True, kw_only=True)
class FixtureCatalog:
    tables: Sequence[FixtureTable]
    build_as_of: date = AS_OF
    currency: str = "USD"
    week_start: int = 1
    segments: Sequence[FixtureSegment] = ()
    lists: Sequence[FixtureList] = field(default_factory=tuple)
    order_columns: frozenset[str] = frozenset()
    files: Sequence[FixtureTable] = ()

    def table(self, name: str) -> FixtureTable | None:
        known = (*self.tables, *self.files)
        labels = {f"file.{file.label}".casefold(): file for file in self.files}
        return next((each for each in known if each.name == name), labels.get(name))

    def segment(self, name: str) -> FixtureSegment | None:
        return next((s for s in self.segments if s.name.casefold() == name.casefold()), None)

    def member_list(self, kind: ListKind, name: str) -> FixtureList | None:
        matching = (each for each in self.lists if each.kind is kind)
        return next((each for each in matching if each.name.casefold() == name.casefold()), None)

    def names(self, kind: ListKind) -> Sequence[str]:
        if kind is ListKind.SEGMENT:
            return [each.name for each in self.segments]
        return [each.name for each in self.lists if each.kind is kind]

    def with_segments(self, **texts: str) -> FixtureCatalog:
        """Return the catalog with active segments of these names and texts."""
        segments = [FixtureSegment(name=name, text=text) for name, text in texts.items()]
        return replace(self, segments=[*self.segments, *segments])

    def with_lists(self, *lists: FixtureList) -> FixtureCatalog:
        """Return the catalog with these lists, too."""
        return replace(self, lists=(*self.lists, *lists))

    def with_column(self, table: str, column: str, **changes: Any) -> FixtureCatalog:
        """Return the catalog with what it knows of one column changed."""
        found = self.table(table)
        assert found is not None
        columns = [
            replace(each, **changes) if each.name == column else each for each in found.columns
        ]
        return self._with_table(replace(found, columns=columns))

    def with_order_columns(self, names: Iterable[str]) -> FixtureCatalog:
        """Return the catalog that knows in which columns purchase lines are like their orders."""
        return replace(self, order_columns=frozenset(names))

    def with_newest_event(self, table: str, day: date) -> FixtureCatalog:
        """Return the catalog that knows the day of the table's newest row."""
        found = self.table(table)
        assert found is not None
        return self._with_table(replace(found, newest_event_on=day))

    def _with_table(self, table: FixtureTable) -> FixtureCatalog:
        tables = [table if each.name == table.name else each for each in self.tables]
        return replace(self, tables=tables)


# --- its tables -----------------------------------------------------------------------------------

_SQL_TYPES: Mapping[DataType, sa.types.TypeEngine[Any]] = {
    DataType.STRING: sa.Text(),
    DataType.BOOLEAN: sa.Boolean(),
    DataType.DATE: sa.Date(),
    DataType.DATETIME: sa.DateTime(),
    DataType.INTEGER: sa.BigInteger(),
    DataType.DECIMAL: sa.Numeric(18, 4),
    DataType.FLOAT: sa.Double(),
}
_WORDS: Mapping[str, tuple[DataType, Mapping[str, Any]]] = {
    "text": (DataType.STRING, {}),
    "pii": (DataType.STRING, {"is_pii": True}),
    "flag": (DataType.BOOLEAN, {}),
    "date": (DataType.DATE, {}),
    "time": (DataType.DATETIME, {}),
    "count": (DataType.INTEGER, {"unit": Unit.COUNT}),
    "money": (DataType.DECIMAL, {"unit": Unit.MONEY}),
    "ratio": (DataType.DECIMAL, {"unit": Unit.RATIO}),
    "percent": (DataType.DECIMAL, {"unit": Unit.PERCENT}),
    "float": (DataType.FLOAT, {}),
}
_ONE, _MANY = Grain.ONE, Grain.MANY
_TABLES: Sequence[tuple[str, Grain, int, str | None, Mapping[str, str]]] = (
    (
        "customer_360", _ONE, 0, None,
        {"city": "text", "state": "text", "postal": "text", "email": "pii", "gender": "text",
         "birthdate": "date", "is_vip": "flag"},
    ),
    (
        "customer_attributes", _ONE, 1, None,
        {"contactable_email": "flag", "is_opted_into_email": "flag"},
    ),
    (
        "transaction_attributes_extended", _ONE, 2, None,
        {"lifetime_order_frequency": "count", "lifetime_order_revenue": "money",
         "l12m_order_revenue": "money", "ly12m_order_revenue": "money",
         "lifetime_discount_percent": "percent", "first_order_datetime": "time",
         "latest_order_datetime": "time", "one_and_done": "flag",
         "first_order_purchase_channel": "text", "latest_order_purchase_channel": "text",
         "days_since_latest_order": "count", "l12m_recency": "count", "l12m_frequency": "count",
         "l12m_monetary": "count", "l12m_rfm_score": "count"},
    ),
    (
        "predicted_clv_attributes", _ONE, 3, None,
        {"predicted_clv_next_365d": "money", "predicted_probability_of_return": "ratio",
         "predicted_score": "float"},
    ),
    ("merged_customers", _ONE, 4, None, {"city": "text", "country": "text"}),
    (
        "unified_itemized_transactions", _MANY, 9, "order_datetime",
        {"order_id": "text", "order_datetime": "time", "product_id": "text",
         "product_category": "text", "product_color": "text", "purchase_brand": "text",
         "purchase_channel": "text", "store_id": "text", "is_return": "flag",
         "is_cancellation": "flag", "item_quantity": "count", "item_revenue": "money",
         "currency": "text"},
    ),
    (
        "unified_transactions", _MANY, 9, "order_datetime",
        {"order_id": "text", "order_datetime": "time", "purchase_brand": "text",
         "purchase_channel": "text", "store_id": "text", "currency": "text",
         "order_revenue": "money", "purchase_line_count": "count"},
    ),
    (
        "unified_loyalty", _MANY, 9, None,
        {"current_tier": "text", "is_opted_in": "flag", "current_balance": "count",
         "tier_expires_on": "date"},
    ),
    ("email_engagement_summary", _MANY, 9, None, {"email_opens": "count"}),
)  # fmt: skip
_FILES: Sequence[tuple[str, Grain, int, str | None, Mapping[str, str]]] = (
    ("file.ratings", _ONE, 300, None, {"score": "count", "city": "text"}),
    (
        "file.survey_2026", _MANY, 300, None,
        {"answer": "text", "stars": "count", "answered_on": "date", "phone": "pii"},
    ),
)  # fmt: skip
_WITHOUT_ID = "email_engagement_summary"
_SNAPSHOTS = ("days_since_", "l12m_", "ly12m_", "predicted_")

METADATA = sa.MetaData(schema="c360")


def _table(
    name: str, grain: Grain, rank: int, event_time: str | None, columns: Mapping[str, str]
) -> FixtureTable:
    is_required = grain is Grain.ONE and not name.startswith("file.")
    id_column = [sa.Column("amperity_id", sa.Uuid(), nullable=not is_required)]
    types = {column: _WORDS[word] for column, word in columns.items()}
    selectable = sa.Table(
        name,
        METADATA,
        *(id_column if name != _WITHOUT_ID else []),
        *(sa.Column(column, _SQL_TYPES[type_]) for column, (type_, _) in types.items()),
    )
    described = [
        FixtureColumn(
            name=column,
            type=type_,
            element=selectable.c[column],
            label=column.replace("_", " ").title(),
            is_snapshot=column.startswith(_SNAPSHOTS),
            **facts,
        )
        for column, (type_, facts) in types.items()
    ]
    if name != _WITHOUT_ID:
        element = selectable.c.amperity_id
        described.insert(
            0, FixtureColumn(name="amperity_id", type=DataType.STRING, element=element)
        )
    return FixtureTable(
        name=name,
        grain=grain,
        columns=described,
        selectable=selectable,
        lookup_rank=rank,
        event_time_name=event_time,
    )


CATALOG = FixtureCatalog(
    tables=[_table(*table) for table in _TABLES], files=[_table(*file) for file in _FILES]
)


# --- rows -----------------------------------------------------------------------------------------


def customers(*names: str) -> Data:
    """Return data of customers who are known by nothing but their ids."""
    ids: list[Row] = [{"amperity_id": person(name)} for name in names]
    return {"merged_customers": list(ids), "customer_360": list(ids)}


@dataclass(slots=True)
class Warehouse:
    """A database with the fixture's tables; it knows what it holds."""

    connection: sa.Connection
    data: Data = field(default_factory=dict, repr=False)

    def fill(self, data: Data) -> None:
        """Put the rows in place of all others."""
        for table in METADATA.sorted_tables:
            if self.data.get(table.name):
                self.connection.execute(sa.delete(table))
            if rows := data.get(table.name):
                blank = dict.fromkeys(table.c.keys())
                self.connection.execute(sa.insert(table), [blank | row for row in rows])
        self.data = data

    def ids(
        self, text: str, catalog: FixtureCatalog = CATALOG, as_of: AsOf | None = None
    ) -> frozenset[uuid.UUID]:
        """Run an expression; no id may come twice."""
        checked = check(text, catalog, as_of or AsOf.on(AS_OF))
        assert checked.segment is not None, checked.diagnostics
        found = list(self.connection.scalars(compile_ids(checked.segment)))
        assert len(found) == len(set(found))
        return frozenset(found)

    def names(self, text: str, catalog: FixtureCatalog = CATALOG, as_of: AsOf | None = None) -> str:
        """Run an expression; the short names of its customers, in order, between blanks."""
        return " ".join(sorted(_NAMES[id_] for id_ in self.ids(text, catalog, as_of)))

"""What works with the data that are there, what works in part, and what to supply (1.3).

Read off the profile that every build carries, so asking costs next to nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ampiq_gql.catalog import ColumnEntry, StatedClasses, TableEntry
from ampiq_gql.catalog.loading import read_catalog
from ampiq_gql.warehouse import Warehouse

__all__ = [
    "Feature", "FeatureReadiness", "FeatureService", "FeatureState", "Lack", "LackingColumn",
    "readiness",
]  # fmt: skip

SPARSE_BELOW = 0.05
"""A column that so few rows fill says too little of a shop."""

DAYS_OF_HISTORY = 4 * 365
FEWEST_CATEGORIES, MOST_CATEGORIES = 20, 2_000
PEOPLE, ORDERS, LINES = (
    "merged_customers", "unified_transactions", "unified_itemized_transactions",
)  # fmt: skip


class Feature(StrEnum):
    """What a site can do with its data."""

    SEGMENTS = "segments"
    INSIGHTS = "insights"
    CAMPAIGNS = "campaigns"
    PREDICTIONS = "predictions"


class FeatureState(StrEnum):
    """How much of a feature works."""

    READY = "ready"
    DEGRADED = "degraded"
    MISSING = "missing"


class Lack(StrEnum):
    """What is wrong with a column."""

    ABSENT = "absent"
    EMPTY = "empty"
    BELOW_THRESHOLD = "below_threshold"


@dataclass(frozen=True, slots=True, kw_only=True)
class LackingColumn:
    """A column that a feature misses, and a sentence that says what to supply."""

    table: str
    column: str
    lack: Lack
    is_essential: bool
    supply: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureReadiness:
    """How far a feature is, in a sentence, and every column that it misses."""

    feature: Feature
    state: FeatureState
    sentence: str
    lacking: tuple[LackingColumn, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Need:
    """What features read; of several `columns` one is enough.

    The `essential` features do not work at all without.
    """

    table: str
    columns: tuple[str, ...]
    features: frozenset[Feature]
    supply: str
    essential: frozenset[Feature] = frozenset()


_S, _I, _C, _P = Feature.SEGMENTS, Feature.INSIGHTS, Feature.CAMPAIGNS, Feature.PREDICTIONS


def _need(
    table: str,
    columns: str,
    features: Sequence[Feature],
    supply: str,
    essential: Sequence[Feature] = (),
) -> _Need:
    return _Need(
        table=table,
        columns=tuple(columns.split()),
        features=frozenset(features),
        essential=frozenset(essential),
        supply=supply,
    )


NEEDS: tuple[_Need, ...] = (
    _need(PEOPLE, "amperity_id", tuple(Feature), "Load a file of customers, or orders that name"
          " their customers.", essential=tuple(Feature)),
    _need(PEOPLE, "email phone address", (_C,), "Load an email address, a phone number or an"
          " address of people.", essential=(_C,)),
    _need(PEOPLE, "given_name", (_C, _P), "Load the first names of customers."),
    _need(PEOPLE, "surname", (_P,), "Load the last names of customers."),
    _need(PEOPLE, "email", (_C, _I, _P), "Load the email addresses of customers."),
    _need(PEOPLE, "phone", (_C, _I, _P), "Load the phone numbers of customers."),
    _need(PEOPLE, "address", (_C, _I), "Load the street addresses of customers."),
    _need(PEOPLE, "city", (_C, _P), "Load the cities of customers."),
    _need(PEOPLE, "postal", (_C, _P), "Load the postal codes of customers."),
    _need(PEOPLE, "state", (_C, _I, _P), "Load the states or provinces of customers."),
    _need(PEOPLE, "country", (_C, _I, _P), "Load the countries of customers."),
    _need(PEOPLE, "birthdate", (_P,), "Load the birthdates of customers."),
    _need(PEOPLE, "gender", (_I, _P), "Load the genders of customers."),
    _need(PEOPLE, "loyalty_id", (_I,), "Load the loyalty numbers of customers."),
    _need(ORDERS, "order_id", (_S, _C, _I, _P), "Load orders.", essential=(_I, _P)),
    _need(ORDERS, "amperity_id", (_S, _C, _I, _P), "Load orders that name their customers.",
          essential=(_I, _P)),
    _need(ORDERS, "order_datetime", (_S, _C, _I, _P), "Load orders with their dates.",
          essential=(_I, _P)),
    _need(ORDERS, "sum_item_revenue", (_S, _I, _P), "Load the amounts of orders or of their"
          " lines.", essential=(_I, _P)),
    _need(ORDERS, "order_quantity", (_I, _P), "Load the quantities of orders or of their lines."),
    _need(ORDERS, "order_discount_amount", (_I, _P), "Load the discounts of orders."),
    _need(ORDERS, "store_id", (_I, _P), "Load the store of each order."),
    _need(ORDERS, "purchase_brand", (_C, _I, _P), "Load the brand of each order, where you sell"
          " under several."),
    _need(ORDERS, "purchase_channel", (_C, _I, _P), "Load the channel of each order, such as"
          " online or store."),
    _need(ORDERS, "digital_channel", (_C, _I, _P), "Load where online orders came from, such as"
          " email or search."),
    _need(LINES, "product_id", (_S, _C, _P), "Load order lines with their products."),
    _need(LINES, "product_category", (_S, _C, _I, _P), "Load a product catalog with categories."),
    _need(LINES, "item_discount_amount", (_I,), "Load the discounts or list prices of lines."),
)  # fmt: skip
"""The columns of section 1.3; a revenue that nobody stated is 0, so its unrounded sum is asked."""


class FeatureService:
    """Tells what works with the current build."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse

    def features(self) -> tuple[FeatureReadiness, ...]:
        """Return every feature; all are missing before the first build."""
        build = self._warehouse.current_build()
        if build is None:
            return readiness({}, date.min)
        with self._warehouse.read() as session:
            tables = read_catalog(session, StatedClasses({})).tables_by_name
            return readiness(tables, session.build.as_of)


def readiness(tables: Mapping[str, TableEntry], as_of: date) -> tuple[FeatureReadiness, ...]:
    """Return how far every feature is with these tables, as of a day of the site."""
    lacking = [(need, lack) for need in NEEDS for lack in _lacking(need, tables)]
    return tuple(
        _readiness(
            feature,
            [
                LackingColumn(
                    table=need.table,
                    column=column,
                    lack=lack,
                    is_essential=feature in need.essential,
                    supply=need.supply,
                )
                for need, (column, lack) in lacking
                if feature in need.features
            ]
            + (list(_thin(tables, as_of)) if feature is Feature.PREDICTIONS else []),
        )
        for feature in Feature
    )


def _lacking(need: _Need, tables: Mapping[str, TableEntry]) -> Iterator[tuple[str, Lack]]:
    """Yield what is wrong with a column that is needed, with all of them where one is enough."""
    found = [(column, _lack(tables.get(need.table), column)) for column in need.columns]
    if all(lack is not None for _, lack in found):
        yield from ((column, lack) for column, lack in found if lack is not None)


def _lack(table: TableEntry | None, name: str) -> Lack | None:
    column = table.column(name) if table else None
    if table is None or column is None:
        return Lack.ABSENT
    if not table.rows or not column.completion:
        return Lack.EMPTY
    return Lack.BELOW_THRESHOLD if column.completion < SPARSE_BELOW else None


def _thin(tables: Mapping[str, TableEntry], as_of: date) -> Iterator[LackingColumn]:
    """Yield what models need more of: years of orders, and neither few nor too many categories."""
    moment, category = (
        _filled(tables, *place)
        for place in ((ORDERS, "order_datetime"), (LINES, "product_category"))
    )
    if moment is not None and moment.minimum is not None:
        days = (as_of - date.fromisoformat(moment.minimum[:10])).days
        if days < DAYS_OF_HISTORY:
            yield _below(
                moment, f"Load older orders: there are {days:,} days of them, and four years let"
                " models learn the most."
            )  # fmt: skip
    number = None if category is None else category.distinct
    if category is None or number is None:
        return
    if not FEWEST_CATEGORIES <= number <= MOST_CATEGORIES:
        yield _below(
            category,
            f"Sort products into {FEWEST_CATEGORIES} to {MOST_CATEGORIES:,} categories for"
            f" affinities: there are {number:,}.",
        )


def _filled(tables: Mapping[str, TableEntry], table: str, name: str) -> ColumnEntry | None:
    entry = tables.get(table)
    return entry.column(name) if entry and _lack(entry, name) is None else None


def _below(column: ColumnEntry, supply: str) -> LackingColumn:
    return LackingColumn(
        table=column.table_name,
        column=column.name,
        lack=Lack.BELOW_THRESHOLD,
        is_essential=False,
        supply=supply,
    )


def _readiness(feature: Feature, lacking: Sequence[LackingColumn]) -> FeatureReadiness:
    name = feature.value.capitalize()
    if any(column.is_essential for column in lacking):
        state = FeatureState.MISSING
        first = next(column for column in lacking if column.is_essential)
        sentence = f"{name} cannot work yet: {_continued(first.supply)}"
    elif lacking:
        state = FeatureState.DEGRADED
        names = ", ".join(dict.fromkeys(column.column for column in lacking))
        sentence = f"{name} work, and would tell more with {names}."
    else:
        state = FeatureState.READY
        sentence = f"{name} have all that they need."
    return FeatureReadiness(
        feature=feature, state=state, sentence=sentence, lacking=tuple(lacking)
    )  # fmt: skip


def _continued(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]

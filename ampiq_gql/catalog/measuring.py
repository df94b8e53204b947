"""Measures one table, reading each of its columns as few times as the answers allow.

One statement gives the rows, and of every column how many are filled, its bounds and its sum.
Columns whose values repeat: one grouping each, which gives the values, their number and, where all
are listed, everything else. Of what is left, one fused statement for as many columns as memory
allows. Personal data: counts only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from math import sqrt
from typing import Any, TypeAlias

import sqlalchemy as sa

from ampiq_gql.catalog.access import AccessClass, highest
from ampiq_gql.catalog.blanks import blank_rows, blank_tests, white_rows
from ampiq_gql.catalog.data_types import data_type_of
from ampiq_gql.catalog.naming import describe_by_name
from ampiq_gql.catalog.profiles import PERCENTILES, ColumnProfile, TableProfile
from ampiq_gql.catalog.standard import StandardColumn, standard_tables
from ampiq_gql.catalog.summaries import (
    FIRST_DAY,
    Counted,
    counted_summary,
    mean_of,
    quantiles_of,
    shown,
    shown_values,
)
from ampiq_gql.warehouse import AnySelect, Row
from ampiq_gql.warehouse.functions import HASH_SHARE, DiscreteQuantiles, InHashShare
from dsl.catalog import ID_COLUMN, DataType, Grain

__all__ = ["Ask", "profile_table"]

EXACT_BELOW_ROWS = 10_000_000
"""Larger tables get estimates of distinct counts, except for the customer's id and the groups."""

ENOUGH_IN_SHARE = 4_096
"""Fewer values in the share would make the estimate worse than 1.6 %, and counting all is cheap."""

EXACT_QUANTILES_BELOW_ROWS = 250_000
"""Of larger tables the quantiles are those of one order, or customer, in `HASH_SHARE`: their ranks
are off by less than a percentage point, and exact ones would cost as much as all the rest."""

SAMPLED_BY = ("order_id", ID_COLUMN)

LISTED_VALUES = 1_000
TOP_VALUES = 20
HARDLY_REPEATING = 0.5
"""Columns with more values than this share of the rows have none that anybody would pick."""

HARDLY_REPEATING_TEXT = 0.4
"""The same of texts: the ids of orders on lines come about twice each."""

SAMPLED_ROWS = 20_000
SAMPLED_CELLS = 500_000
"""Wide tables are looked at in fewer rows: counting 140 columns took 1.4 s of processor time."""

CELLS_PER_COUNT = 5_000_000
"""Distinct counts keep the values in memory: few columns of a large table at a time."""

Ask: TypeAlias = Callable[[AnySelect], Sequence[Row]]
"""Runs a statement: over the connection of a build or over a session."""

_TEXT = frozenset({DataType.STRING, DataType.BOOLEAN})


@dataclass(frozen=True, slots=True)
class _Facts:
    """What is known of one column so far; `sum` of days counts from `FIRST_DAY`."""

    filled: int = 0
    distinct: int = 0
    distinct_error: float | None = None
    minimum: Any = None
    maximum: Any = None
    sum: Any = None
    values: tuple[Counted, ...] = ()
    blanks: int = 0
    whitespace: int = 0
    quantiles: tuple[Any, ...] = ()

    @property
    def lists_all(self) -> bool:
        return 0 < self.distinct == len(self.values) <= LISTED_VALUES

    @property
    def is_constant(self) -> bool:
        return self.filled > 0 and self.minimum is not None and self.minimum == self.maximum


@dataclass(frozen=True, slots=True)
class _Measuring:
    """One table while it is measured."""

    table: sa.Table
    ask: Ask
    rows: int
    described: Mapping[str, StandardColumn]
    facts: dict[str, _Facts] = field(default_factory=dict)

    def open_names(self) -> list[str]:
        """Name the columns that hold several values, or perhaps."""
        return [name for name, facts in self.facts.items() if facts.filled and not facts.values]

    def is_restricted(self, name: str) -> bool:
        return self.described[name].is_pii

    def has_quantiles(self, name: str) -> bool:
        return self.described[name].type not in _TEXT and not self.is_restricted(name)

    @property
    def sampled_by(self) -> str | None:
        """The column by which a large table is sampled; None when all its rows are looked at."""
        if self.rows < EXACT_QUANTILES_BELOW_ROWS:
            return None
        return next((name for name in SAMPLED_BY if name in self.table.columns), None)


def profile_table(
    table: sa.Table,
    ask: Ask,
    classes: Mapping[str, AccessClass] | None = None,
    *,
    is_empty: bool = False,
    listed: Mapping[str, Sequence[Counted]] | None = None,
) -> TableProfile:
    """Measure one table; `classes` of columns count where they are higher than the declared.

    Of a table that is known to be empty nothing is asked, of columns that are `listed` no values.
    """
    found = classes or {}
    described = {
        column.name: _describe(table, column, found.get(column.name)) for column in table.columns
    }
    rows, facts = _nothing(described) if is_empty else _bounds(table, described, ask)
    measuring = _Measuring(table, ask, rows, described, facts)
    if rows:
        _take_listed(measuring, listed or {})
        _group_repeating(measuring)
        _count_the_rest(measuring)
    return TableProfile(
        name=table.name,
        rows=rows,
        grain=_grain(table, facts),
        newest_event_on=_newest_event(table, facts),
        columns=tuple(_column_profile(one, facts[name]) for name, one in described.items()),
    )


def _describe(table: sa.Table, column: sa.Column[Any], found: AccessClass | None) -> StandardColumn:
    standard = standard_tables().get(table.name)
    known = standard.column(column.name) if standard else None
    described = known or describe_by_name(column.name, data_type_of(column.type))
    if found is None:
        return described
    return replace(described, access=highest((described.access, found)))


# --- rows, bounds and sums -----------------------------------------------------------------------


def _nothing(described: Mapping[str, StandardColumn]) -> tuple[int, dict[str, _Facts]]:
    return 0, {name: _Facts(filled=0) for name in described}


def _bounds(
    table: sa.Table, described: Mapping[str, StandardColumn], ask: Ask
) -> tuple[int, dict[str, _Facts]]:
    """Return the number of rows, and the first facts of every column, in one pass."""
    ordered = [name for name, one in described.items() if one.type not in _TEXT]
    figures: list[sa.ColumnElement[Any]] = [sa.func.count()]
    figures += [sa.func.count(table.columns[name]) for name in described]
    for name in ordered:
        column = table.columns[name]
        figures += [sa.func.min(column), sa.func.max(column), sa.func.sum(_amount(column))]
    ((rows, *found),) = ask(sa.select(*figures).select_from(table))
    filled = dict(zip(described, found, strict=False))
    facts = {name: _Facts(filled=count) for name, count in filled.items()}
    for name, (low, high, total) in zip(ordered, _triples(found[len(described) :]), strict=True):
        known = replace(facts[name], minimum=low, maximum=high, sum=total)
        facts[name] = _settled(known) if known.is_constant else known
    return rows, facts


def _settled(facts: _Facts) -> _Facts:
    """Tell everything of a column with one value."""
    value = Counted(facts.minimum, facts.filled)
    return replace(facts, distinct=1, values=(value,))


def _amount(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    """Return what can be added up: the number itself, of days and times their distance in days."""
    if data_type_of(column.type) not in (DataType.DATE, DataType.DATETIME):
        return column
    return sa.type_coerce(sa.cast(column, sa.Date) - sa.literal(FIRST_DAY), sa.BigInteger)


def _triples(figures: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (figures[start : start + 3] for start in range(0, len(figures), 3))


# --- columns whose values repeat -----------------------------------------------------------------


def _take_listed(measuring: _Measuring, listed: Mapping[str, Sequence[Counted]]) -> None:
    """Believe lists of texts that account for every filled row."""
    for name, values in listed.items():
        known = measuring.facts[name]
        is_whole = sum(counted.rows for counted in values) == known.filled
        if is_whole and not measuring.is_restricted(name):
            facts = replace(known, distinct=len(values), values=tuple(values))
            measuring.facts[name] = replace(
                facts, blanks=blank_rows(values), whitespace=white_rows(values)
            )


def _group_repeating(measuring: _Measuring) -> None:
    for name, differing in _repeating(measuring).items():
        known = measuring.facts[name]
        # More than can be listed: the most frequent ones alone are kept.
        limit = LISTED_VALUES if differing <= LISTED_VALUES else TOP_VALUES
        column = measuring.table.columns[name]
        measuring.facts[name] = _group(column, known, measuring.ask, limit)


def _repeating(measuring: _Measuring) -> Mapping[str, int]:
    """Return columns whose values repeat, with the number of values in the first rows.

    Nobody picks an order by its id. Grouping a column in which hardly a value repeats costs more
    than all the others together, so the first rows decide.
    """
    names = [
        name
        for name in measuring.open_names()
        if name != ID_COLUMN and not measuring.is_restricted(name)
    ]
    if not names:
        return {}
    table = measuring.table
    size = max(LISTED_VALUES, min(SAMPLED_ROWS, SAMPLED_CELLS // len(names)))
    sample = sa.select(*(table.columns[name] for name in names)).limit(size).subquery()
    ((rows, *differing),) = measuring.ask(
        sa.select(sa.func.count(), *(sa.func.count(sa.distinct(sample.c[name])) for name in names))
    )
    return {
        name: number
        for name, number in zip(names, differing, strict=True)
        if number <= max(LISTED_VALUES, rows * _most_values(measuring.described[name]))
    }


def _most_values(column: StandardColumn) -> float:
    return HARDLY_REPEATING_TEXT if column.type is DataType.STRING else HARDLY_REPEATING


def _group(column: sa.Column[Any], known: _Facts, ask: Ask, limit: int) -> _Facts:
    """Add the most frequent values, as many as the limit, and how many there are in all."""
    groups = (
        sa.select(column.label("value"), sa.func.count().label("members"))
        .where(column.is_not(None))
        .group_by(column)
        .subquery("groups")
    )
    value, members = groups.c.value, groups.c.members
    is_text = data_type_of(column.type) is DataType.STRING
    blanks = [sa.func.sum(sa.case((test, members), else_=0)) for test in blank_tests(value)]
    statement = (
        sa.select(
            value,
            members,
            sa.func.count().over(),
            *(total.over() for total in blanks if is_text),
        )
        .order_by(members.desc(), value)
        .limit(limit)
    )
    found = ask(statement)
    distinct, *empty = found[0][2:]
    values = tuple(Counted(value, rows) for value, rows, *_ in found)
    blank, white = map(int, empty) if empty else (0, 0)
    return replace(known, distinct=distinct, values=values, blanks=blank, whitespace=white)


# --- what is left --------------------------------------------------------------------------------


def _count_the_rest(measuring: _Measuring) -> None:
    """Count the values of the columns that were not grouped, and find the quantiles."""
    names = [name for name in measuring.facts if _is_open(measuring, name)]
    size = max(1, CELLS_PER_COUNT // measuring.rows)
    for start in range(0, len(names), size):
        chunk = [_Question.about(measuring, name) for name in names[start : start + size]]
        figures = [figure for question in chunk for figure in question.figures]
        if not figures:
            continue
        ((*found,),) = measuring.ask(sa.select(*figures).select_from(measuring.table))
        answers = iter(found)
        for question in chunk:
            facts = question.answered([next(answers) for _ in question.figures])
            measuring.facts[question.name] = facts
    _estimate_quantiles(measuring, names)
    for name in [name for name in names if _is_too_rough(measuring.facts[name])]:
        exact = sa.select(sa.func.count(sa.distinct(measuring.table.columns[name])))
        ((distinct,),) = measuring.ask(exact)
        measuring.facts[name] = replace(
            measuring.facts[name], distinct=distinct, distinct_error=None
        )


def _estimate_quantiles(measuring: _Measuring, names: Sequence[str]) -> None:
    """Find the quantiles of a large table in a share of its rows, all of them in one statement."""
    share = measuring.sampled_by
    names = [name for name in names if measuring.has_quantiles(name)]
    if share is None or not names:
        return
    columns = (measuring.table.columns[name] for name in names)
    figures = [DiscreteQuantiles(column, *PERCENTILES) for column in columns]
    ((*found,),) = measuring.ask(
        sa.select(*figures).where(InHashShare(measuring.table.columns[share]))
    )
    for name, quantiles in zip(names, found, strict=True):
        measuring.facts[name] = replace(measuring.facts[name], quantiles=tuple(quantiles or ()))


def _is_open(measuring: _Measuring, name: str) -> bool:
    facts = measuring.facts[name]
    if not facts.filled or facts.lists_all:
        return False
    return not facts.values or measuring.has_quantiles(name)


def _is_too_rough(facts: _Facts) -> bool:
    return facts.distinct_error is not None and facts.distinct < ENOUGH_IN_SHARE * HASH_SHARE


@dataclass(frozen=True, slots=True)
class _Question:
    """What is still asked of one column, as figures of a fused statement."""

    name: str
    known: _Facts
    is_exact: bool
    has_blanks: bool
    has_quantiles: bool
    figures: tuple[sa.ColumnElement[Any], ...]

    @classmethod
    def about(cls, measuring: _Measuring, name: str) -> _Question:
        column, known = measuring.table.columns[name], measuring.facts[name]
        is_exact = measuring.rows < EXACT_BELOW_ROWS or name == ID_COLUMN
        is_text = measuring.described[name].type is DataType.STRING and name != ID_COLUMN
        has_quantiles = measuring.sampled_by is None and measuring.has_quantiles(name)
        figures: list[sa.ColumnElement[Any]] = []
        if not known.values:
            figures.append(_distinct(column, is_exact=is_exact))
        has_blanks = is_text and not known.values
        if has_blanks:
            figures += [sa.func.count(sa.case((test, 1))) for test in blank_tests(column)]
        if has_quantiles:
            figures.append(DiscreteQuantiles(column, *PERCENTILES))
        return cls(name, known, is_exact, has_blanks, has_quantiles, tuple(figures))

    def answered(self, answers: list[Any]) -> _Facts:
        facts = self.known
        if not facts.values:
            facts = _with_distinct(facts, answers.pop(0), is_exact=self.is_exact)
        if self.has_blanks:
            facts = replace(facts, blanks=answers.pop(0), whitespace=answers.pop(0))
        return replace(facts, quantiles=tuple(answers.pop(0))) if self.has_quantiles else facts


def _distinct(column: sa.Column[Any], *, is_exact: bool) -> sa.ColumnElement[int]:
    value = column if is_exact else sa.case((InHashShare(column), column))
    return sa.func.count(sa.distinct(value))


def _with_distinct(facts: _Facts, counted: int, *, is_exact: bool) -> _Facts:
    if is_exact:
        return replace(facts, distinct=counted)
    error = sqrt((1 - 1 / HASH_SHARE) / max(counted, 1))
    return replace(facts, distinct=counted * HASH_SHARE, distinct_error=error)


# --- what the facts say --------------------------------------------------------------------------


def _grain(table: sa.Table, facts: Mapping[str, _Facts]) -> Grain | None:
    """Tell whether any customer has two rows; of an empty table, what it should be."""
    if ID_COLUMN not in table.columns:
        return None
    ids = facts[ID_COLUMN]
    if ids.filled == 0:
        standard = standard_tables().get(table.name)
        return standard.grain if standard else Grain.MANY
    return Grain.ONE if ids.distinct == ids.filled else Grain.MANY


def _newest_event(table: sa.Table, facts: Mapping[str, _Facts]) -> date | None:
    standard = standard_tables().get(table.name)
    if standard is None or standard.event_time is None:
        return None
    newest = facts[standard.event_time].maximum
    return newest.date() if isinstance(newest, datetime) else None


def _column_profile(column: StandardColumn, facts: _Facts) -> ColumnProfile:
    counted = ColumnProfile(
        name=column.name,
        type=column.type,
        access=column.access,
        filled=facts.filled,
        distinct=facts.distinct,
        distinct_error=facts.distinct_error,
        blanks=facts.blanks,
        whitespace=facts.whitespace,
    )
    if column.is_pii or column.is_id:
        return counted
    summary = counted_summary(facts.values) if facts.lists_all else None
    has_order = column.type not in _TEXT
    listed = facts.values if column.type is DataType.STRING and facts.lists_all else ()
    return replace(
        counted,
        minimum=shown(facts.minimum if summary is None else summary.minimum),
        maximum=shown(facts.maximum if summary is None else summary.maximum),
        values=shown_values(listed or facts.values[:TOP_VALUES]),
        lists_all_values=facts.lists_all and _lists(column, facts.values),
        mean=mean_of(column.type, facts.sum, facts.filled) if has_order else None,
        quantiles=quantiles_of(summary.quantiles if summary else facts.quantiles)
        if has_order
        else None,
    )


def _lists(column: StandardColumn, values: Iterable[Counted]) -> bool:
    return column.type is DataType.STRING or len(tuple(values)) <= TOP_VALUES

"""Sets of customers: the boolean layer, rows, ranks and lists, over plain Python data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from math import ceil
from typing import Any
from uuid import UUID

from dsl import ast
from dsl.ast import DateFunction, Quantifier, RowAggregateFunction
from dsl.catalog import DataType, Grain
from dsl.dates import AsOf
from tests.oracle import purchases
from tests.oracle.rows import Row, anniversary, compare, constant, passes, taken

Ids = frozenset[UUID]


@dataclass(frozen=True, slots=True)
class OracleTable:
    """What the interpreter is told of a table."""

    grain: Grain
    types: Mapping[str, DataType]
    event_time: str | None
    lookup_rank: int


@dataclass(slots=True)
class Oracle:
    """One customer-360 on one day."""

    tables: Mapping[str, OracleTable]
    data: Mapping[str, Sequence[Row]]
    as_of: AsOf
    segments: Mapping[str, ast.Segment] = field(default_factory=dict)
    lists: Mapping[str, Ids] = field(default_factory=dict)

    @property
    def universe(self) -> Ids:
        """All customers."""
        return frozenset(row["amperity_id"] for row in self.data.get("merged_customers", ()))

    def ids(self, segment: ast.Segment) -> Ids:
        """The members of a segment."""
        excluded = [self.condition(each) for each in segment.excludes]
        return self.condition(segment.include).difference(*excluded)

    def condition(self, node: ast.Expression) -> Ids:
        """The customers in whom a condition holds; never anyone beyond the universe."""
        match node:
            case ast.AllOf(operands=operands):
                return self.universe.intersection(*map(self.condition, operands))
            case ast.AnyOf(operands=operands):
                return frozenset().union(*map(self.condition, operands))
            case ast.Not(operand=operand):
                return self.universe - self.condition(operand)
            case ast.Everyone():
                return self.universe
            case ast.Member(name=name, is_negated=is_negated):
                members = self._members(name.value) & self.universe
                return self.universe - members if is_negated else members
            case ast.Test(operand=operand, predicate=ast.InRank() as rank):
                return self._rank(operand.column, rank.direction, rank.size, rank.among)
            case ast.Test():
                return self._test(node)
            case ast.RankedBy():
                return self._rank(node.column, node.direction, node.size, node.among)
            case ast.RowQuantified():
                return self._quantified(node)
            case ast.RowCount(table=table, where=where, operator=operator, value=value):
                wanted = constant(value, DataType.INTEGER)
                return self._by_rows(
                    table.text, where, lambda rows: compare(len(rows), operator, wanted)
                )
            case ast.RowAggregate():
                return self._aggregate(node)
            case ast.RfmBound():
                return self._rfm(node)
            case ast.SqlCondition():
                raise AssertionError("the interpreter reads no SQL")
            case _:
                return purchases.behaviour(self, node) & self.universe

    # --- rows -------------------------------------------------------------------------------------

    def rows(self, table: str) -> dict[UUID, list[Row]]:
        """The rows of known customers that have happened by the end of as_of, per customer."""
        time = self.tables[table].event_time
        found: dict[UUID, list[Row]] = {}
        for row in self.data.get(table, ()):
            moment = None if time is None else row.get(time)
            is_later = moment is not None and _day(moment) > self.as_of.day
            if row.get("amperity_id") is not None and not is_later:
                found.setdefault(row["amperity_id"], []).append(row)
        return found

    def row_passes(self, table: str, row: Row, node: ast.Expression | None) -> bool:
        """Whether a row meets a `where (…)`."""
        match node:
            case None:
                return True
            case ast.AllOf(operands=operands):
                return all(self.row_passes(table, row, operand) for operand in operands)
            case ast.AnyOf(operands=operands):
                return any(self.row_passes(table, row, operand) for operand in operands)
            case ast.Not(operand=operand):
                return not self.row_passes(table, row, operand)
            case ast.Test(operand=operand, predicate=predicate):
                type_ = self.tables[table].types[operand.column.column.text]
                return self._passes(partial(_in_row, row), operand, type_, predicate)
            case _:
                raise AssertionError(f"{node} is no test of a row")

    def _passes(
        self,
        values: Callable[[ast.ColumnName], Any],
        operand: ast.Operand,
        type_: DataType,
        predicate: ast.Predicate,
    ) -> bool:
        value = values(operand.column)
        if operand.function is DateFunction.ANNIVERSARY:
            return anniversary(value, predicate, self.as_of)
        if operand.function is not None:
            value, type_ = taken(operand.function, value, self.as_of), DataType.INTEGER
        return passes(value, type_, predicate, values, self.as_of)

    def _test(self, node: ast.Test) -> Ids:
        table = self._table_of(node.operand.column)
        known = self.tables[table]
        if known.grain is Grain.MANY:
            return self._by_rows(table, node, bool)
        type_ = known.types[node.operand.column.column.text]
        return frozenset(
            id_
            for id_ in self.universe
            if self._passes(partial(self._value, id_), node.operand, type_, node.predicate)
        )

    def _value(self, id_: UUID, name: ast.ColumnName) -> Any:
        """The value in the one row that a customer has in the column's table, if any."""
        rows = self.rows(self._table_of(name)).get(id_, [{}])
        return rows[0].get(name.column.text)

    def _table_of(self, name: ast.ColumnName) -> str:
        if name.table is not None:
            return name.table.text
        holders = [key for key, table in self.tables.items() if name.column.text in table.types]
        return min(holders, key=lambda key: self.tables[key].lookup_rank)

    def _by_rows(
        self, table: str, where: ast.Expression | None, test: Callable[[list[Row]], bool]
    ) -> Ids:
        """The customers whose matching rows, perhaps none, pass."""
        rows = self.rows(table)
        return frozenset(
            id_
            for id_ in self.universe
            if test([row for row in rows.get(id_, ()) if self.row_passes(table, row, where)])
        )

    def _quantified(self, node: ast.RowQuantified) -> Ids:
        table = node.table.text
        some = self._by_rows(table, node.where, bool)
        match node.quantifier:
            case Quantifier.ANY:
                return some
            case Quantifier.NO:
                return self.universe - some
            case Quantifier.EVERY:
                failing = ast.Not(operand=node.where, span=node.span)
                return some - self._by_rows(table, failing, bool)

    def _aggregate(self, node: ast.RowAggregate) -> Ids:
        table, column = self._table_of(node.column), node.column.column.text
        type_ = self.tables[table].types[column]

        def test(rows: list[Row]) -> bool:
            measure = _measure(node.function, [row.get(column) for row in rows])
            compared = DataType.INTEGER if type_ is DataType.STRING else type_
            asked = ast.Compare(operator=node.operator, value=node.value, span=node.span)
            return passes(measure, compared, asked, lambda _: None, self.as_of)

        return self._by_rows(table, node.where, test)

    # --- the rest ---------------------------------------------------------------------------------

    def _members(self, name: str) -> Ids:
        segment = self.segments.get(name)
        return self.lists[name] if segment is None else self.ids(segment)

    def _rank(
        self,
        column: ast.ColumnName,
        direction: ast.RankDirection,
        size: ast.RankSize,
        among: ast.Expression | None,
    ) -> Ids:
        scope = self.universe if among is None else self.condition(among)
        values = {id_: value for id_ in scope if (value := self._value(id_, column)) is not None}
        is_top = direction is ast.RankDirection.TOP
        by_id = sorted(values, key=str)
        order = sorted(by_id, key=lambda id_: values[id_], reverse=is_top)
        if not size.is_percent:
            return frozenset(order[: int(size.amount)])
        first = order[: ceil(len(order) * size.amount / 100)]
        return frozenset(id_ for id_ in order if first and _reaches(values, id_, first[-1], is_top))

    def _rfm(self, node: ast.RfmBound) -> Ids:
        table = "transaction_attributes_extended"
        bounds = {
            "l12m_recency": node.recency,
            "l12m_frequency": node.frequency,
            "l12m_monetary": node.monetary,
        }
        rows = self.rows(table)

        def meets(row: Row) -> bool:
            scores = [(row.get(name), bound) for name, bound in bounds.items()]
            return all(
                score is not None and (score >= bound if node.is_floor else score <= bound)
                for score, bound in scores
            )

        return frozenset(id_ for id_ in self.universe if any(map(meets, rows.get(id_, ()))))


def _in_row(row: Row, name: ast.ColumnName) -> Any:
    return row.get(name.column.text)


def _reaches(values: Mapping[UUID, Any], id_: UUID, cut: UUID, is_top: bool) -> bool:
    return bool(values[id_] >= values[cut] if is_top else values[id_] <= values[cut])


def _measure(function: RowAggregateFunction, values: Iterable[Any]) -> Any:
    known = [value for value in values if value is not None]
    match function:
        case RowAggregateFunction.SUM:
            return sum(known, start=Decimal(0))
        case RowAggregateFunction.DISTINCT:
            return len(set(known))
        case _ if not known:
            return None
        case RowAggregateFunction.AVERAGE:
            return sum(known, start=Decimal(0)) / len(known)
        case RowAggregateFunction.MINIMUM:
            return min(known)
        case RowAggregateFunction.MAXIMUM:
            return max(known)


def _day(moment: date | datetime) -> date:
    return moment.date() if isinstance(moment, datetime) else moment

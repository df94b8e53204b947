"""Which columns of tables a result is made of, and which of them only decide about rows.

Works on a resolved query: every column carries the name of its source.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlglot import exp
from sqlglot.optimizer.scope import Scope, traverse_scope

__all__ = ["Traced", "trace"]

_DECIDING: dict[type[exp.Expr], frozenset[str]] = {
    exp.Select: frozenset(
        {"where", "group", "having", "qualify", "order", "limit", "offset", "windows", "distinct"}
    ),
    exp.Join: frozenset({"on", "using"}),
    exp.Window: frozenset({"partition_by", "order"}),
    exp.Filter: frozenset({"expression"}),
    exp.WithinGroup: frozenset({"expression"}),
    exp.Subquery: frozenset({"order", "limit", "offset"}),
    exp.Union: frozenset({"order", "limit", "offset"}),
    exp.Intersect: frozenset({"this", "expression", "order", "limit", "offset"}),
    exp.Except: frozenset({"this", "expression", "order", "limit", "offset"}),
    exp.CountIf: frozenset({"this"}),
}
"""Places whose values are not shown, yet can be guessed from which rows come back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Traced:
    """What `trace` found; `results` says of each column of the result if it is personal data."""

    results: tuple[bool, ...]
    reads: frozenset[tuple[str, str]]
    probes: tuple[str, ...]


def trace(query: exp.Query, personal: frozenset[tuple[str, str]]) -> Traced:
    """Follow all columns of a resolved query to `personal` ones (relation, column)."""
    tracing = _Tracing(personal)
    results: tuple[bool, ...] = ()
    for scope in traverse_scope(query):
        results = tracing.results_of(scope)
    return Traced(
        results=results,
        reads=frozenset(tracing.reads),
        probes=tuple(sorted(tracing.probes)),
    )


@dataclass(slots=True)
class _Tracing:
    """The state of one pass over the scopes, from the innermost out."""

    personal: frozenset[tuple[str, str]]
    reads: set[tuple[str, str]] = field(default_factory=set)
    probes: set[str] = field(default_factory=set)
    _results: dict[int, dict[str, bool]] = field(default_factory=dict)
    _is_personal: dict[int, bool] = field(default_factory=dict)

    def results_of(self, scope: Scope) -> tuple[bool, ...]:
        for column in scope.columns:
            if column.table in scope.sources and id(column) not in self._is_personal:
                self._judge(column, scope.sources[column.table])
        query = scope.expression
        if not isinstance(query, exp.Query):
            raise TypeError(f"A query cannot be a {type(query).__name__}.")
        flags = self._flags(query)
        results = dict(zip(query.named_selects, flags, strict=True))
        self._judge_results_in_order(query, results)
        self._results[id(scope)] = results
        return flags

    def _judge(self, column: exp.Column, source: exp.Expr | Scope) -> None:
        if isinstance(source, Scope):
            is_personal = self._results[id(source)][column.name]
            origin = column.name
        else:
            key = (source.name, column.name)
            self.reads.add(key)
            is_personal = key in self.personal
            origin = ".".join(key)
        self._is_personal[id(column)] = is_personal
        if is_personal and _decides(column):
            self.probes.add(origin)

    def _judge_results_in_order(self, query: exp.Expr, results: dict[str, bool]) -> None:
        """`ORDER BY` may name results instead of columns; those carry no table."""
        order = query.args.get("order")
        for column in order.find_all(exp.Column) if order else ():
            if not column.table and results.get(column.name, False):
                self.probes.add(column.name)

    def _flags(self, query: exp.Expr) -> tuple[bool, ...]:
        """Say of each result if it is personal; branches of a union are judged together."""
        if isinstance(query, exp.SetOperation):
            left, right = self._flags(query.left), self._flags(query.right)
            return tuple(one or other for one, other in zip(left, right, strict=True))
        if isinstance(query, exp.Subquery):
            return self._flags(query.this)
        if not isinstance(query, exp.Select):
            raise TypeError(f"A query cannot be a {type(query).__name__}.")
        return tuple(self._shows_personal(result) for result in query.selects)

    def _shows_personal(self, expression: exp.Expr) -> bool:
        """True when a personal column is in it, other than under a count."""
        if isinstance(expression, exp.Count):
            return False
        if isinstance(expression, exp.Column):
            # A column of a scope that was not reached counts as personal: never the other way.
            return self._is_personal.get(id(expression), True)
        return any(self._shows_personal(part) for part in expression.iter_expressions())


def _decides(column: exp.Column) -> bool:
    """Say if the column's value decides about rows, groups or order, here or further out."""
    node: exp.Expr = column
    is_summed_up = False
    while node.parent is not None:
        parent = node.parent
        if node.arg_key in _DECIDING.get(type(parent), ()):
            return True
        if _merges_rows(parent, node) or (not is_summed_up and _is_grouped_by(parent, node)):
            return True
        if isinstance(parent, exp.Count) and not _is_bare(parent, column):
            return True
        is_summed_up = isinstance(parent, exp.AggFunc) or is_summed_up
        node = parent
    return False


def _merges_rows(query: exp.Expr, part: exp.Expr) -> bool:
    """`SELECT DISTINCT` and `UNION` show how many different values there are."""
    is_shown = (
        part.arg_key == "expressions"
        if isinstance(query, exp.Select)
        else isinstance(query, exp.Union) and part.arg_key in ("this", "expression")
    )
    return is_shown and bool(query.args.get("distinct"))


def _is_grouped_by(query: exp.Expr, part: exp.Expr) -> bool:
    """`GROUP BY ALL` groups by every result that is no aggregate."""
    group = query.args.get("group") if isinstance(query, exp.Select) else None
    return part.arg_key == "expressions" and bool(group and group.args.get("all"))


def _is_bare(count: exp.Count, column: exp.Column) -> bool:
    """`count(email)` and `count(DISTINCT email)` tell no value, `count(CASE …)` does."""
    counted = count.this
    if isinstance(counted, exp.Distinct):
        return any(part is column for part in counted.expressions)
    return counted is column

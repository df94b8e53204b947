"""Syntax trees as JSON, for the builder of front-ends and for the identity of definitions.

Every node is an object: `op` says what it is (`behavior` has a second word beside it), `span` where
it stands, and the rest are its fields under the names of `dsl.ast`. Decimals are texts, dates ISO.
The coding follows the field types of the dataclasses, so a new field needs no code here.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, TypeAlias, Union, get_args, get_origin, get_type_hints

from dsl import ast
from dsl.diagnostics import Span
from dsl.formatter import format_segment
from dsl.literals import plain_number
from dsl.parser import parse

__all__ = ["VERSION", "Json", "TreeJsonError", "definition_hash", "from_json", "to_json"]

VERSION = 1
_MAX_NESTING = 200
_NUMBER = re.compile(r"-?[0-9]{1,38}(\.[0-9]{1,38})?")

Json: TypeAlias = "Mapping[str, Json] | list[Json] | str | int | bool | None"

_OPS: Mapping[str, type[ast.Node]] = {
    "segment": ast.Segment,
    "all": ast.AllOf,
    "any": ast.AnyOf,
    "not": ast.Not,
    "everyone": ast.Everyone,
    "member": ast.Member,
    "test": ast.Test,
    "rows": ast.RowQuantified,
    "count": ast.RowCount,
    "agg": ast.RowAggregate,
    "rank": ast.RankedBy,
    "behavior/has_purchased": ast.HasPurchased,
    "behavior/has_not_purchased": ast.HasNotPurchased,
    "behavior/only_purchased": ast.OnlyPurchased,
    "behavior/first_purchase": ast.FirstPurchase,
    "behavior/first_purchase_of": ast.FirstPurchaseOf,
    "behavior/repeat_purchase": ast.RepeatPurchase,
    "behavior/most_frequent_order": ast.MostFrequentOrder,
    "behavior/total_value": ast.TotalValue,
    "rfm": ast.RfmBound,
    "sql": ast.SqlCondition,
    "operand": ast.Operand,
    "column": ast.ColumnName,
    "name": ast.Name,
    "times": ast.Times,
    "size": ast.RankSize,
    "null_test": ast.NullTest,
    "compare": ast.Compare,
    "between": ast.CompareBetween,
    "text": ast.TextMatch,
    "in_list": ast.InList,
    "in_rank": ast.InRank,
    "in_window": ast.InWindow,
    "bound": ast.DateBound,
    "range": ast.DateRange,
    "rolling": ast.RollingWindow,
    "calendar": ast.CalendarWindow,
    "string": ast.StringLiteral,
    "number": ast.NumberLiteral,
    "money": ast.MoneyLiteral,
    "percent": ast.PercentLiteral,
    "boolean": ast.BooleanLiteral,
    "column_value": ast.ColumnValue,
    "date": ast.DateLiteral,
    "datetime": ast.DateTimeLiteral,
    "anchor": ast.Anchor,
    "offset": ast.Offset,
    "ago": ast.Ago,
    "edge": ast.PeriodEdge,
}
_OP_OF = {kind: op for op, kind in _OPS.items()}
_HINTS: Mapping[type[ast.Node], Mapping[str, object]] = {
    kind: get_type_hints(kind) for kind in _OPS.values()
}


class TreeJsonError(ValueError):
    """The JSON is not that of a syntax tree; the message says where."""


def to_json(tree: ast.Segment) -> dict[str, Json]:
    """Return the tree as JSON, with its version and its spans."""
    return {"v": VERSION, **_node_json(tree, has_spans=True)}


def from_json(data: Mapping[str, Json]) -> ast.Segment:
    """Return the tree of a JSON object. Raises TreeJsonError.

    Spans may be left out, an `include` that is empty is everyone, and a group of one is that one.
    """
    if data.get("v") != VERSION:
        raise TreeJsonError(f"$: version {data.get('v')!r} is not {VERSION}")
    if data.get("include") is None:
        data = {**data, "include": {"op": "everyone"}}
    tree = _node({"excludes": [], **data}, "$", 0)
    if not isinstance(tree, ast.Segment):
        raise TreeJsonError("$: a segment was expected")
    written = parse(format_segment(tree)).tree
    if written is None or not ast.same(tree, written):
        raise TreeJsonError("$: no expression can say this")
    return tree


def definition_hash(tree: ast.Segment) -> str:
    """Return the SHA-256 of what the tree says, wherever its parts stand in their text.

    Names count as they are written: `City` and `city` are two definitions of one audience.
    """
    content = {"v": VERSION, **_node_json(tree, has_spans=False)}
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


# --- writing --------------------------------------------------------------------------------------


def _node_json(node: ast.Node, *, has_spans: bool) -> dict[str, Json]:
    op, _, behavior = _OP_OF[type(node)].partition("/")
    data: dict[str, Json] = {"op": op}
    if behavior:
        data["behavior"] = behavior
    for part in fields(node):
        if part.name != "span":
            data[part.name] = _value_json(getattr(node, part.name), has_spans=has_spans)
    if has_spans:
        data["span"] = [node.span.start, node.span.end]
    return data


def _value_json(value: object, *, has_spans: bool) -> Json:
    match value:
        case ast.Node():
            return _node_json(value, has_spans=has_spans)
        case tuple():
            return [_value_json(item, has_spans=has_spans) for item in value]
        case Decimal():
            return plain_number(value)
        case date():
            return value.isoformat()
        case StrEnum():
            return value.value
        case None | bool() | int() | str():
            return value
        case _:
            raise TypeError(f"{type(value).__name__} has no place in a syntax tree")


# --- reading --------------------------------------------------------------------------------------


def _node(data: Mapping[str, Json], path: str, depth: int) -> ast.Node:
    if depth > _MAX_NESTING:
        raise TreeJsonError(f"{path}: nested too deep")
    op = "/".join(str(data[key]) for key in ("op", "behavior") if key in data)
    kind = _OPS.get(op)
    if kind is None:
        raise TreeJsonError(f"{path}: {op!r} is no part of an expression")
    hints = _HINTS[kind]
    unknown = set(data) - set(hints) - {"v", "op", "behavior"}
    missing = set(hints) - set(data) - {"span"}
    if unknown or missing:
        raise TreeJsonError(f"{path}: fields {sorted(unknown | missing)} do not fit {op!r}")
    parts: dict[str, Any] = {  # each is checked against the type of its field
        name: _part(data[name], hint, f"{path}.{name}", depth + 1)
        for name, hint in hints.items()
        if name != "span"
    }
    return _unwrapped(kind(span=_span(data.get("span"), path), **parts), path)


def _unwrapped(node: ast.Node, path: str) -> ast.Node:
    if not isinstance(node, ast.AllOf | ast.AnyOf) or len(node.operands) > 1:
        return node
    if not node.operands:
        raise TreeJsonError(f"{path}: this group is empty")
    return node.operands[0]


def _part(data: Json, hint: object, path: str, depth: int) -> object:
    """Read a field of that type; anything else is refused."""
    kinds = _kinds(hint)
    if isinstance(data, list) and get_origin(hint) is tuple:
        item = get_args(hint)[0]
        return tuple(_part(one, item, f"{path}[{at}]", depth) for at, one in enumerate(data))
    value = _node(data, path, depth) if isinstance(data, Mapping) else _scalar(data, kinds, path)
    if type(value) not in kinds:
        raise TreeJsonError(f"{path}: {type(value).__name__} has no place here")
    return value


def _scalar(data: Json, kinds: Iterable[type], path: str) -> object:
    if not isinstance(data, str):
        return data
    for kind in kinds:
        try:
            if issubclass(kind, StrEnum):
                return kind(data)
            if issubclass(kind, date):
                return kind.fromisoformat(data)
            if kind is Decimal and _NUMBER.fullmatch(data):
                return Decimal(data)
        except ValueError:
            raise TreeJsonError(f"{path}: {data!r} is no {kind.__name__}") from None
    return data


def _span(data: Json, path: str) -> Span:
    match data:
        case None:
            return Span(0, 0)
        case [int(start), int(end)]:
            return Span(start, end)
        case _:
            raise TreeJsonError(f"{path}.span: two offsets were expected")


def _kinds(hint: object) -> frozenset[type]:
    """The classes of a field's type, through unions."""
    if get_origin(hint) in (Union, UnionType):
        return frozenset().union(*map(_kinds, get_args(hint)))
    if hint is None:
        return frozenset({NoneType})
    return frozenset({hint}) if isinstance(hint, type) else frozenset()

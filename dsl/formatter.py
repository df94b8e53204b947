"""Syntax tree to canonical text: one spelling per meaning, broken over lines at 100 columns.

What fits stands on one line. Else every operand of a chain has its own line that begins with its
joint, groups are indented by two blanks, and `include` and `exclude` begin their own lines.
`parse(format_segment(tree))` gives the same tree again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from dsl import ast, wording
from dsl.comments import Comment
from dsl.literals import quoted

__all__ = ["WIDTH", "format_segment"]

WIDTH = 100
_INDENT = "  "


@dataclass(frozen=True, slots=True)
class _Words:
    """A condition: words, at most one part in parentheses, words again."""

    head: str
    group: ast.Expression | tuple[str, ...] | None = None
    tail: str = ""


_Chain: TypeAlias = ast.AllOf | ast.AnyOf


def format_segment(tree: ast.Segment, comments: Sequence[Comment] = ()) -> str:
    """Return the canonical text, with each comment on its own line before what it preceded."""
    return "\n".join(_Layout(comments).segment(tree))


def _flat(node: ast.Expression) -> str:
    if isinstance(node, _Chain):
        return _joint(node).join(map(_flat_operand, node.operands))
    words = _words(node)
    match words.group:
        case None:
            return words.head
        case tuple() as items:
            return f"{words.head}({', '.join(items)}){words.tail}"
        case group:
            return f"{words.head}({_flat(group)}){words.tail}"


def _flat_operand(node: ast.Expression) -> str:
    return f"({_flat(node)})" if isinstance(node, _Chain) else _flat(node)


def _joint(node: _Chain) -> str:
    return " and " if isinstance(node, ast.AllOf) else " or "


class _Layout:
    """Lines of text, taking the comments along in their order."""

    def __init__(self, comments: Sequence[Comment]) -> None:
        self._comments = sorted(comments, key=lambda comment: comment.before)

    def segment(self, tree: ast.Segment) -> Iterator[str]:
        flat = _flat(tree.include)
        if tree.excludes:
            flat = " exclude ".join([f"include {flat}", *map(_flat, tree.excludes)])
        if len(flat) <= WIDTH and not self._comments and "\n" not in flat:
            yield flat
        elif not tree.excludes:
            yield from self._expression(tree.include, WIDTH)
        else:
            yield from self._clause("include", tree.include)
            for exclude in tree.excludes:
                yield from self._clause("exclude", exclude)
        yield from self._due(None)

    def _clause(self, word: str, node: ast.Expression) -> Iterator[str]:
        yield from self._due(node.span.start)
        if self._fits(node, WIDTH - len(word) - 1):
            yield f"{word} {_flat(node)}"
        else:
            yield word
            yield from self._indented(node, WIDTH)

    def _expression(self, node: ast.Expression, width: int) -> Iterator[str]:
        # The parentheses around a chain may go, and what stands behind the first comes before it.
        first = node.operands[0] if isinstance(node, _Chain) else node
        yield from self._due(first.span.start)
        if self._fits(node, width):
            yield _flat(node)
        elif isinstance(node, _Chain):
            yield from self._chain(node, width)
        else:
            yield from self._broken(_words(node), width)

    def _chain(self, node: _Chain, width: int) -> Iterator[str]:
        lead = ""
        for operand in node.operands:
            yield from self._due(operand.span.start)
            words = _Words("", operand) if isinstance(operand, _Chain) else _words(operand)
            if self._fits(operand, width - len(lead) - 2):
                yield lead + _flat_operand(operand)
            else:
                first, *rest = self._broken(words, width)
                yield lead + first
                yield from rest
            lead = _joint(node).lstrip()

    def _broken(self, words: _Words, width: int) -> Iterator[str]:
        if words.group is None:
            yield words.head
            return
        yield f"{words.head}("
        if isinstance(words.group, tuple):
            yield from (_INDENT + line for line in _filled(words.group, width - len(_INDENT)))
        else:
            yield from self._indented(words.group, width)
        yield f"){words.tail}"

    def _indented(self, node: ast.Expression, width: int) -> Iterator[str]:
        yield from (_INDENT + line for line in self._expression(node, width - len(_INDENT)))

    def _fits(self, node: ast.Expression, width: int) -> bool:
        flat = _flat(node)
        has_comment = bool(self._comments) and self._comments[0].before <= _reach(node)
        return len(flat) <= width and not has_comment

    def _due(self, offset: int | None) -> Iterator[str]:
        """The comments that come before that place of the source; all of them at its end."""
        while self._comments and (offset is None or self._comments[0].before <= offset):
            yield self._comments.pop(0).text


def _reach(node: ast.Expression) -> int:
    """The last place inside of a node that a comment can stand before; later ones follow it."""
    if isinstance(node, _Chain):
        return _reach(node.operands[-1])
    group = _words(node).group
    return node.span.start if group is None or isinstance(group, tuple) else _reach(group)


def _filled(items: Sequence[str], width: int) -> Iterator[str]:
    """As many items on each line as fit."""
    line = ""
    for index, item in enumerate(items):
        piece = item if index == len(items) - 1 else f"{item},"
        if line and len(line) + 1 + len(piece) > width:
            yield line
            line = piece
        else:
            line = f"{line} {piece}" if line else piece
    yield line


# --- conditions -----------------------------------------------------------------------------------


def _words(node: ast.Expression) -> _Words:
    """The words of one condition; chains have none of their own."""
    match node:
        case ast.AllOf() | ast.AnyOf():
            return _Words("", node)
        case ast.Not(operand=operand):
            return _Words("not ", operand)
        case ast.Everyone():
            return _Words("everyone")
        case ast.Member(kind=kind, name=name, is_negated=is_negated):
            return _Words(f"{'not ' if is_negated else ''}member of {kind} {quoted(name.value)}")
        case ast.Test(operand=operand, predicate=predicate):
            return _test(wording.operand(operand), predicate)
        case ast.RfmBound(is_floor=is_floor):
            score = f"{node.recency}-{node.frequency}-{node.monetary}"
            return _Words(f"rfm at {'least' if is_floor else 'most'} {score}")
        case ast.SqlCondition(sql=sql):
            return _Words(f"sql({quoted(sql.value)})")
        case ast.RowQuantified() | ast.RowCount() | ast.RowAggregate() | ast.RankedBy():
            return _row_words(node)
        case _:
            return _behaviour(node)


def _test(operand: str, predicate: ast.Predicate) -> _Words:
    match predicate:
        case ast.NullTest(kind=kind):
            return _Words(f"{operand} {kind}")
        case ast.Compare() | ast.CompareBetween():
            return _Words(f"{operand} {_amount(predicate)}")
        case ast.TextMatch(operator=operator, values=values, match=None):
            return _Words(f"{operand} {operator} {quoted(values[0].value)}")
        case ast.TextMatch(operator=operator, values=values, match=match):
            texts = tuple(quoted(text.value) for text in values)
            return _Words(f"{operand} {operator} {match} ", texts)
        case ast.InList(values=items, is_negated=is_negated):
            return _Words(
                f"{operand} {'not ' if is_negated else ''}in ", tuple(map(wording.value, items))
            )
        case ast.InRank(direction=direction, size=size, among=among):
            return _among(f"{operand} in {direction} {wording.size(size)}", among)
        case ast.InWindow(window=window):
            return _Words(f"{operand} {wording.window(window)}")
        case _:
            assert_never(predicate)


_Rows: TypeAlias = ast.RowQuantified | ast.RowCount | ast.RowAggregate | ast.RankedBy


def _row_words(node: _Rows) -> _Words:
    match node:
        case ast.RowQuantified(quantifier=quantifier, table=table, where=where):
            return _Words(f"{quantifier} {wording.name(table)} where ", where)
        case ast.RowCount(table=table, where=where):
            tail = f" {wording.comparison(node.operator, node.value)}"
            return _where(f"count of {wording.name(table)}", where, tail)
        case ast.RowAggregate(function=function, column=column, where=where):
            tail = f" {wording.comparison(node.operator, node.value)}"
            return _where(f"{function} {wording.column(column)}", where, tail)
        case ast.RankedBy(direction=direction, size=size, column=column, among=among):
            return _among(f"{direction} {wording.size(size)} by {wording.column(column)}", among)
        case _:
            assert_never(node)


_Behaviour: TypeAlias = (
    ast.HasPurchased
    | ast.HasNotPurchased
    | ast.OnlyPurchased
    | ast.FirstPurchase
    | ast.FirstPurchaseOf
    | ast.RepeatPurchase
    | ast.MostFrequentOrder
    | ast.TotalValue
)


def _behaviour(node: _Behaviour) -> _Words:
    match node:
        case ast.HasPurchased(times=times, net_of_returns=is_net):
            return _purchase("has purchased", node, times, is_net)
        case ast.HasNotPurchased():
            return _purchase("has not purchased", node)
        case ast.OnlyPurchased():
            return _purchase("only purchased", node)
        case ast.FirstPurchase():
            return _purchase("first purchase", node)
        case ast.RepeatPurchase():
            return _purchase("repeat purchase", node)
        case ast.MostFrequentOrder(times=times):
            return _purchase("most frequent order", node, times)
        case ast.TotalValue(amount=amount, net_of_returns=is_net):
            return _purchase(f"total value of orders {_amount(amount)}", node, None, is_net)
        case ast.FirstPurchaseOf(where=where, window=window):
            tail = "" if window is None else f" {wording.window(window)}"
            return _Words("first purchase of ", where, tail)
        case _:
            assert_never(node)


def _purchase(
    head: str, node: _Behaviour, times: ast.Times | None = None, is_net: bool = False
) -> _Words:
    if times is not None:
        head = f"{head} {wording.times(times)}"
    if node.window is not None:
        head = f"{head} {wording.window(node.window)}"
    return _where(head, node.where, " net of returns" if is_net else "")


def _where(head: str, where: ast.Expression | None, tail: str) -> _Words:
    return _Words(f"{head}{tail}") if where is None else _Words(f"{head} where ", where, tail)


def _among(head: str, among: ast.Expression | None) -> _Words:
    return _Words(head) if among is None else _Words(f"{head} among ", among)


def _amount(node: ast.Compare | ast.CompareBetween) -> str:
    if isinstance(node, ast.Compare):
        return wording.comparison(node.operator, node.value)
    ends = f"{wording.value(node.low)} and {wording.value(node.high)}"
    return f"{'not ' if node.is_negated else ''}between {ends}"

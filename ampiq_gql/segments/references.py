"""What segments name in their expressions: finding the names in a text, and following a rename."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from ampiq_gql.store.names import name_key
from dsl.ast import Member, Name, Node, Segment
from dsl.catalog import FILE_PREFIX, QUERY_PREFIX, ListKind, list_prefix
from dsl.literals import quoted
from dsl.parser import parse

__all__ = ["mentions", "names_list", "rename_mentions"]


_PREFIXES = {
    ListKind.FILE: FILE_PREFIX,
    ListKind.LIST: FILE_PREFIX,
    ListKind.QUERY: QUERY_PREFIX,
}
_SEGMENTS = frozenset({ListKind.SEGMENT})


def mentions(tree: Segment, kinds: frozenset[ListKind] = _SEGMENTS) -> tuple[Member, ...]:
    """Return every place where the expression names a list of these kinds, as the text goes."""
    members = (node for node in _walk(tree) if isinstance(node, Member))
    named = (member for member in members if member.kind in kinds)
    return tuple(sorted(named, key=lambda member: member.span))


def names_list(text: str, kinds: frozenset[ListKind], names: frozenset[str]) -> bool:
    """Tell whether the expression names a list, as one or by a column, under any of its names.

    `names` are keys of names.
    """
    if not any(kind.value in text.casefold() for kind in kinds):
        return False  # without reading it
    tree = parse(text).tree
    if tree is None:
        return False
    called = [member.name.value for member in mentions(tree, kinds)]
    called += [node.text[len(list_prefix(node.text)) :] for node in _tables(tree, kinds)]
    return any(name_key(name) in names for name in called)


def rename_mentions(
    text: str,
    old: str,
    new: str,
    kinds: frozenset[ListKind] = _SEGMENTS,
    *,
    table: str | None = None,
) -> str:
    """Return the text with the list's new name; comments and layout stay as they are.

    `table` is the list's name as a table, which no rename changes (`query.locals`); None when it is
    none.
    """
    tree = parse(text).tree
    if tree is None:
        return text
    changes = [
        (member.name.span, quoted(new))
        for member in mentions(tree, kinds)
        if name_key(member.name.value) == name_key(old)
    ]
    changes += [
        (node.span, _table_written(list_prefix(node.text), new, table))
        for node in _tables(tree, kinds)
        if table is not None and _is_by_name(node, old, table)
    ]
    for span, written in sorted(changes, reverse=True):
        text = text[: span.start] + written + text[span.end :]
    return text


def _is_by_name(node: Name, old: str, table: str) -> bool:
    """Tell whether a table is called by the name that people gave it, not by that of its own."""
    called = node.text[len(list_prefix(node.text)) :]
    is_own = not node.is_quoted and node.text.casefold() == table
    return name_key(called) == name_key(old) and not is_own


def _table_written(prefix: str, new: str, table: str) -> str:
    """Write a table by its new name, or by its own: nothing stands for a backtick in backticks."""
    return table if "`" in new else f"{prefix}`{new}`"


def _tables(tree: Segment, kinds: frozenset[ListKind]) -> Iterator[Name]:
    """Yield the names of tables that are lists of these kinds: `file.survey`, `query.locals`."""
    prefixes = {_PREFIXES[kind] for kind in kinds if kind in _PREFIXES}
    for node in _walk(tree):
        if isinstance(node, Name) and list_prefix(node.text) in prefixes:
            yield node


def _walk(part: object) -> Iterator[Node]:
    """Visit the node and all below it."""
    if isinstance(part, Node):
        yield part
        for child in fields(part):
            yield from _walk(getattr(part, child.name))
    elif isinstance(part, tuple):
        for child in part:
            yield from _walk(child)

"""What segments name in their expressions: finding the names in a text, and following a rename."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from ampiq_gql.store.names import name_key
from dsl.ast import Member, Name, Node, Segment
from dsl.catalog import FILE_PREFIX, ListKind
from dsl.literals import quoted
from dsl.parser import parse

__all__ = ["mentions", "names_file", "names_list", "rename_mentions"]


_FILES = frozenset({ListKind.FILE, ListKind.LIST})
_SEGMENTS = frozenset({ListKind.SEGMENT})


def mentions(tree: Segment, kinds: frozenset[ListKind] = _SEGMENTS) -> tuple[Member, ...]:
    """Return every place where the expression names a list of these kinds, as the text goes."""
    members = (node for node in _walk(tree) if isinstance(node, Member))
    named = (member for member in members if member.kind in kinds)
    return tuple(sorted(named, key=lambda member: member.span))


def names_list(text: str, kinds: frozenset[ListKind], name: str) -> bool:
    """Tell whether the expression names the list, whatever its case."""
    if not any(kind.value in text.casefold() for kind in kinds):
        return False  # without reading it
    tree = parse(text).tree
    named = () if tree is None else mentions(tree, kinds)
    return any(name_key(member.name.value) == name_key(name) for member in named)


def names_file(text: str, names: frozenset[str]) -> bool:
    """Tell whether the expression names the file, as a list or by a column, under any name.

    `names` are keys of names.
    """
    if not any(kind.value in text.casefold() for kind in _FILES):
        return False  # without reading it
    tree = parse(text).tree
    if tree is None:
        return False
    called = [member.name.value for member in mentions(tree, _FILES)]
    called += [
        node.text.removeprefix(FILE_PREFIX)
        for node in _walk(tree)
        if isinstance(node, Name) and node.text.startswith(FILE_PREFIX)
    ]
    return any(name_key(name) in names for name in called)


def rename_mentions(text: str, old: str, new: str, kinds: frozenset[ListKind] = _SEGMENTS) -> str:
    """Return the text with the list's new name; comments and layout stay as they are."""
    tree = parse(text).tree
    if tree is None:
        return text
    named = mentions(tree, kinds)
    renamed = [member for member in named if name_key(member.name.value) == name_key(old)]
    for member in reversed(renamed):
        span = member.name.span
        text = text[: span.start] + quoted(new) + text[span.end :]
    return text


def _walk(part: object) -> Iterator[Node]:
    """Visit the node and all below it."""
    if isinstance(part, Node):
        yield part
        for child in fields(part):
            yield from _walk(getattr(part, child.name))
    elif isinstance(part, tuple):
        for child in part:
            yield from _walk(child)

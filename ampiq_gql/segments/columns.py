"""Which columns an expression reads, once its names have their meaning."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from dsl.resolved import ColumnRef, InSegment, ResolvedSegment
from dsl.resolved.customers import Orders

__all__ = ["columns_of"]


def columns_of(segment: ResolvedSegment) -> frozenset[tuple[str, str]]:
    """Return table and column of all that the expression reads itself.

    Segments that it names have columns of their own. Orders that stand for their lines are a way
    to be faster, and nothing that anybody named.
    """
    return frozenset((column.table, column.name) for column in _walk(segment.condition))


def _walk(part: object) -> Iterator[ColumnRef]:
    match part:
        case ColumnRef():
            yield part
        case InSegment() | Orders():
            return
        case tuple():
            for member in part:
                yield from _walk(member)
        case _ if is_dataclass(part):
            for one in fields(part):
                if one.repr:  # what is not shown is the SQL of the part
                    yield from _walk(getattr(part, one.name))
        case _:
            return

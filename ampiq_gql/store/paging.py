"""Relay paging by keyset: pages are found by the sort values of a row, never by counting rows.

A cursor carries those values, so it stays good when rows are inserted before it and when its own
row is deleted. Both directions read the same total order, so both walks give the same rows. The
lists of many owners (the runs of each campaign) are paged at once, for the cost of one.
"""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

import orjson
from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from ampiq_gql.errors import Invalid

__all__ = [
    "DEFAULT_PAGE_ROWS", "MAX_PAGE_ROWS", "Ordering", "Page", "PageRequest", "count_by_owner",
    "count_rows", "fetch_page", "fetch_pages",
]  # fmt: skip

DEFAULT_PAGE_ROWS = 50
MAX_PAGE_ROWS = 1000

Row = TypeVar("Row")
Record = TypeVar("Record")
Other = TypeVar("Other")
SortValues = tuple[Any, ...]  # what columns hold: text, numbers and instants


def _refuse(message: str, place: str) -> Invalid:
    return Invalid("PAGE_INVALID", message, place=place)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRequest:
    """Which page: `first` rows after a cursor, or the `last` rows before one.

    Raises `Invalid` (PAGE_INVALID) when the arguments contradict each other or ask for too much.
    """

    first: int | None = None
    after: str | None = None
    last: int | None = None
    before: str | None = None

    def __post_init__(self) -> None:
        if self.first is not None and self.last is not None:
            raise _refuse("A page is either the `first` rows or the `last`, not both.", "last")
        for place, rows in (("first", self.first), ("last", self.last)):
            if rows is not None and not 0 <= rows <= MAX_PAGE_ROWS:
                raise _refuse(
                    f"`{place}` is {rows}; a page has between 0 and {MAX_PAGE_ROWS} rows.", place
                )

    @property
    def is_backward(self) -> bool:
        """The page is counted from the end."""
        return self.last is not None

    @property
    def rows(self) -> int:
        """The most rows that the page may have."""
        if self.last is not None:
            return self.last
        return DEFAULT_PAGE_ROWS if self.first is None else self.first


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[Record]):
    """Consecutive records, a cursor for each, and whether there are more on either side."""

    items: tuple[Record, ...]
    cursors: tuple[str, ...]
    has_next: bool
    has_previous: bool

    def holding(self, items: tuple[Other, ...]) -> Page[Other]:
        """Return the page with other items in the places of its own."""
        return Page(
            items=items,
            cursors=self.cursors,
            has_next=self.has_next,
            has_previous=self.has_previous,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordering:
    """A total order: columns that are never NULL, the last of them unique.

    `name` goes into the cursors, so that a cursor of another order is refused, not misread.
    """

    name: str
    columns: tuple[InstrumentedAttribute[Any], ...]
    is_descending: bool = False

    def clauses(self, *, is_reversed: bool) -> list[ColumnElement[Any]]:
        """Return the ORDER BY of this order, or of its mirror image."""
        if self.is_descending is is_reversed:
            return [column.asc() for column in self.columns]
        return [column.desc() for column in self.columns]

    def beyond(self, values: SortValues, *, is_after: bool) -> ColumnElement[bool]:
        """Return the test for rows strictly after (or before) the row that had these values."""
        is_greater = is_after is not self.is_descending
        test: ColumnElement[bool] = false()
        for column, value in reversed(tuple(zip(self.columns, values, strict=True))):
            step = column > value if is_greater else column < value
            test = or_(step, and_(column == value, test))
        return test

    def at(self, values: SortValues) -> ColumnElement[bool]:
        """Return the test for the very row that had these values."""
        return and_(*(column == value for column, value in zip(self.columns, values, strict=True)))

    def encode(self, values: SortValues) -> str:
        """Return the cursor of a row."""
        plain = [value.isoformat() if isinstance(value, datetime) else value for value in values]
        return urlsafe_b64encode(orjson.dumps([self.name, *plain])).decode().rstrip("=")

    def decode(self, cursor: str, place: str) -> SortValues:
        """Return the sort values in a cursor; raise `Invalid` when it is not one of this order."""
        try:
            padded = cursor + "=" * (-len(cursor) % 4)
            name, *plain = orjson.loads(urlsafe_b64decode(padded.encode("ascii")))
            if name != self.name:
                raise ValueError(name)
            return tuple(
                _typed(column, value) for column, value in zip(self.columns, plain, strict=True)
            )
        except (binascii.Error, TypeError, ValueError) as error:
            raise _refuse(
                f"`{place}` is not a cursor of this list in this order: {cursor!r}.", place
            ) from error


def _typed(column: InstrumentedAttribute[Any], plain: object) -> object:
    """Return a sort value as its column's type; raise ValueError when it cannot be one."""
    expected = column.type.python_type
    if isinstance(plain, str) and issubclass(expected, datetime):
        return _instant(plain)
    if isinstance(plain, str) and issubclass(expected, StrEnum):
        return expected(plain)
    if type(plain) is not expected:
        raise ValueError(f"{plain!r} is no {expected.__name__}")
    return plain


def _instant(text: str) -> datetime:
    value = datetime.fromisoformat(text)
    if value.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    return value


def fetch_page(
    session: Session,
    statement: Select[Row],
    ordering: Ordering,
    request: PageRequest,
    to_record: Callable[[Row], Record],
) -> Page[Record]:
    """Read one page of `statement`, which must bring neither an order nor a limit."""
    between = _Between.of(ordering, request)
    window = statement.add_columns(*ordering.columns).where(*between.conditions())
    window = window.order_by(*ordering.clauses(is_reversed=request.is_backward))
    found = session.execute(window.limit(_wanted_rows(request))).all()

    def has_row(*sides: ColumnElement[bool]) -> bool:
        rows = statement.where(*sides).limit(1).subquery()
        return bool(session.scalar(select(func.count()).select_from(rows)))

    lies_before, lies_after = (any(map(has_row, side)) for side in between.sides())
    return _page(
        [tuple(row) for row in found],
        ordering,
        request,
        to_record,
        lies_before=lies_before,
        lies_after=lies_after,
    )


def fetch_pages(
    session: Session,
    statement: Select[Row],
    owner: InstrumentedAttribute[str],
    owner_ids: frozenset[str],
    ordering: Ordering,
    request: PageRequest,
    to_record: Callable[[Row], Record],
) -> dict[str, Page[Record]]:
    """Read the same page of many lists, one for each owner; the order is unique in each list.

    The number of statements does not grow with that of the owners; all of them are keys.
    """
    between = _Between.of(ordering, request)
    owned = statement.where(owner.in_(owner_ids))
    clauses = ordering.clauses(is_reversed=request.is_backward)
    place = func.row_number().over(partition_by=owner, order_by=clauses).label("place")
    keys = (owner, *ordering.columns)
    ranked = owned.where(*between.conditions()).with_only_columns(*keys, place).subquery()
    at_the_key = and_(*(key == ranked.c[key.key] for key in keys))
    window = owned.join(ranked, at_the_key).add_columns(*ordering.columns, owner)
    window = window.where(ranked.c.place <= _wanted_rows(request)).order_by(*clauses)
    found: dict[str, list[SortValues]] = {owner_id: [] for owner_id in owner_ids}
    for row in session.execute(window):
        *values, owner_id = tuple(row)
        found[owner_id].append(tuple(values))

    def with_row(side: ColumnElement[bool]) -> frozenset[str]:
        return frozenset(session.scalars(owned.where(side).with_only_columns(owner).distinct()))

    before, after = (frozenset().union(*map(with_row, side)) for side in between.sides())
    return {
        owner_id: _page(
            rows,
            ordering,
            request,
            to_record,
            lies_before=owner_id in before,
            lies_after=owner_id in after,
        )
        for owner_id, rows in found.items()
    }


def count_rows(session: Session, statement: Select[Any]) -> int:
    """Count what a list without paging would hold."""
    return session.scalar(select(func.count()).select_from(statement.subquery())) or 0


def count_by_owner(
    session: Session, owner: InstrumentedAttribute[str], owner_ids: frozenset[str]
) -> dict[str, int]:
    """Count the rows of each owner; all of them are keys."""
    counted = select(owner, func.count()).where(owner.in_(owner_ids)).group_by(owner)
    return dict.fromkeys(owner_ids, 0) | {row[0]: row[1] for row in session.execute(counted)}


def _wanted_rows(request: PageRequest) -> int:
    """One row more than asked for tells whether there is another page in the same direction."""
    return request.rows + 1


@dataclass(frozen=True, slots=True)
class _Between:
    """The cursors that a page lies between."""

    ordering: Ordering
    after: SortValues | None
    before: SortValues | None

    @classmethod
    def of(cls, ordering: Ordering, request: PageRequest) -> _Between:
        """Read the cursors of a request."""
        after = None if request.after is None else ordering.decode(request.after, "after")
        before = None if request.before is None else ordering.decode(request.before, "before")
        return cls(ordering, after, before)

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return what holds for rows between the cursors."""
        ends = ((self.after, True), (self.before, False))
        return [
            self.ordering.beyond(values, is_after=is_after)
            for values, is_after in ends
            if values is not None
        ]

    def sides(self) -> tuple[Sequence[ColumnElement[bool]], Sequence[ColumnElement[bool]]]:
        """Return what holds for rows outside, at a cursor or beyond it: before, and after."""
        return self._outside(self.after, is_after=False), self._outside(self.before, is_after=True)

    def _outside(
        self, values: SortValues | None, *, is_after: bool
    ) -> Sequence[ColumnElement[bool]]:
        """Without a cursor on a side nothing can lie there."""
        if values is None:
            return ()
        beyond = self.ordering.beyond(values, is_after=is_after)
        return (or_(self.ordering.at(values), beyond),)


def _page(
    found: Sequence[SortValues],
    ordering: Ordering,
    request: PageRequest,
    to_record: Callable[[Row], Record],
    *,
    lies_before: bool,
    lies_after: bool,
) -> Page[Record]:
    """Put a page together from rows of an item and its sort values, in reading order."""
    has_more = len(found) > request.rows
    kept = list(found[: request.rows])
    if request.is_backward:
        kept.reverse()
    return Page(
        items=tuple(to_record(row[0]) for row in kept),
        cursors=tuple(ordering.encode(row[1:]) for row in kept),
        has_next=lies_after or (has_more and not request.is_backward),
        has_previous=lies_before or (has_more and request.is_backward),
    )

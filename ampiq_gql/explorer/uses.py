"""What uses which column: read off the definitions of segments, queries and campaigns as they are.

A segment uses the columns that its own expression reads; those of segments that it names are
theirs. A draft counts like what runs: it would break as well.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TypeAlias, TypeVar

from ampiq_gql.catalog import WarehouseCatalog
from ampiq_gql.delivery.columns import RowColumns
from ampiq_gql.errors import UserError
from ampiq_gql.explorer.models import ColumnUse, ColumnUserKind
from ampiq_gql.queries.reading import judged
from ampiq_gql.segments import SegmentService
from ampiq_gql.store import Page, PageRequest, Store, UnitOfWork
from ampiq_gql.store.base import utc_now
from ampiq_gql.store.campaigns import CampaignFilter, CampaignRecord
from ampiq_gql.store.destinations import DestinationRecord
from ampiq_gql.store.paging import MAX_PAGE_ROWS
from ampiq_gql.store.queries import QueryFilter, QueryRecord
from ampiq_gql.store.segments import SegmentRecord
from ampiq_gql.warehouse import Dialect, Session
from dsl.catalog import ID_COLUMN

__all__ = ["ColumnKey", "ColumnUses"]

T = TypeVar("T")

ColumnKey: TypeAlias = tuple[str, str]
"""A table and a column of it."""

KEPT_QUERIES = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Definitions:
    """Everything in the store that can use a column."""

    segments: Sequence[SegmentRecord]
    queries: Sequence[QueryRecord]
    campaigns: Sequence[CampaignRecord]
    destinations: Mapping[str, DestinationRecord]


class ColumnUses:
    """Answers for all columns at once. Safe to use from many threads."""

    def __init__(self, store: Store, segments: SegmentService, dialect: Dialect) -> None:
        self._store = store
        self._segments = segments
        self._dialect = dialect
        self._judged: OrderedDict[tuple[str, str], frozenset[ColumnKey]] = OrderedDict()
        self._lock = Lock()

    def all(self, session: Session) -> dict[ColumnKey, tuple[ColumnUse, ...]]:
        """Return what uses each column: segments, queries, campaigns, destinations, by name.

        Each expression and query is read once per build and remembered.
        """
        with self._store.read() as work:
            found = _definitions(work)
        catalog = self._segments.catalog(session)
        of_segment = {
            one.id: self._segments.expression(session, one.text).columns for one in found.segments
        }
        uses: dict[ColumnKey, dict[ColumnUse, None]] = {}
        for segment in found.segments:
            _note(uses, of_segment[segment.id], _use(ColumnUserKind.SEGMENT, segment))
        for query in found.queries:
            columns = _under_names(self._read_by(session, query.text, catalog), catalog)
            _note(uses, columns, _use(ColumnUserKind.QUERY, query))
        by_id = {segment.id: segment for segment in found.segments}
        for campaign in found.campaigns:
            for segment_id in sorted(campaign.definition.segment_ids & by_id.keys()):
                named = _use(ColumnUserKind.CAMPAIGN, campaign, through=by_id[segment_id].name)
                _note(uses, of_segment[segment_id], named)
            sent = _sent(catalog, campaign)
            _note(uses, sent, _use(ColumnUserKind.CAMPAIGN, campaign))
            for destination_id in sorted(campaign.definition.destination_ids):
                if destination := found.destinations.get(destination_id):
                    _note(uses, sent, _use(ColumnUserKind.DESTINATION, destination, campaign.name))
        return {key: tuple(sorted(users, key=_place)) for key, users in uses.items()}

    def _read_by(
        self, session: Session, text: str, catalog: WarehouseCatalog
    ) -> frozenset[ColumnKey]:
        """Return what a query reads; nothing when it is no longer right."""
        key = (session.build.id, text)
        with self._lock:
            if key in self._judged:
                self._judged.move_to_end(key)
                return self._judged[key]
        try:
            reads = judged(text, self._dialect, catalog).reads
        except UserError:
            reads = frozenset()
        with self._lock:
            self._judged[key] = reads
            while len(self._judged) > KEPT_QUERIES:
                self._judged.popitem(last=False)
        return reads


def _under_names(columns: frozenset[ColumnKey], catalog: WarehouseCatalog) -> frozenset[ColumnKey]:
    """Call uploaded files by their names in expressions: queries read the relations behind."""
    names = {file.relation: file.name for file in catalog.uploaded}
    return frozenset((names.get(table, table), column) for table, column in columns)


def _definitions(work: UnitOfWork) -> _Definitions:
    present = QueryFilter(now=utc_now())
    campaigns = tuple(_every(lambda request: work.campaigns.list_page(CampaignFilter(), request)))
    destination_ids = frozenset(
        key for campaign in campaigns for key in campaign.definition.destination_ids
    )
    return _Definitions(
        segments=work.segments.all(),
        queries=tuple(_every(lambda request: work.queries.list_page(present, request))),
        campaigns=campaigns,
        destinations=work.destinations.get_many(destination_ids),
    )


def _every(read: Callable[[PageRequest], Page[T]]) -> Iterator[T]:
    after: str | None = None
    while True:
        page = read(PageRequest(first=MAX_PAGE_ROWS, after=after))
        yield from page.items
        if not page.has_next:
            return
        after = page.cursors[-1]


def _sent(catalog: WarehouseCatalog, campaign: CampaignRecord) -> frozenset[ColumnKey]:
    """Return the columns that go out; nothing when one of them is gone."""
    try:
        columns = RowColumns.choose(catalog, campaign.definition.columns)
    except UserError:
        return frozenset()
    return frozenset((one.table.name, one.column.name) for one in columns.chosen)


def _use(
    kind: ColumnUserKind,
    user: SegmentRecord | QueryRecord | CampaignRecord | DestinationRecord,
    through: str | None = None,
) -> ColumnUse:
    return ColumnUse(kind=kind, id=user.id, name=user.name, through=through)


def _note(
    uses: dict[ColumnKey, dict[ColumnUse, None]], columns: frozenset[ColumnKey], use: ColumnUse
) -> None:
    for key in columns:
        if key[1] != ID_COLUMN:  # everything reads the customer's id
            uses.setdefault(key, {})[use] = None


def _place(use: ColumnUse) -> tuple[int, str, str]:
    return tuple(ColumnUserKind).index(use.kind), use.name.casefold(), use.through or ""

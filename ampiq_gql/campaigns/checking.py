"""Holds a definition against what exists: segments, destinations, columns, permissions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ampiq_gql.campaigns.errors import CampaignInvalid
from ampiq_gql.campaigns.models import IssueLevel, ValidationIssue
from ampiq_gql.campaigns.validation import Subject, definition_issues
from ampiq_gql.delivery import ColumnsRestricted, DestinationService
from ampiq_gql.delivery.columns import RowColumns
from ampiq_gql.errors import Invalid, UserError
from ampiq_gql.segments import SegmentService
from ampiq_gql.store.campaigns import CampaignDefinition
from ampiq_gql.warehouse import Session, Warehouse

__all__ = ["CampaignChecks", "require_no_block"]


class CampaignChecks:
    """Says what is wrong with definitions. Safe to use from many threads."""

    def __init__(
        self, warehouse: Warehouse, segments: SegmentService, destinations: DestinationService
    ) -> None:
        self._warehouse = warehouse
        self._segments = segments
        self._destinations = destinations

    def issues(self, definition: CampaignDefinition) -> tuple[ValidationIssue, ...]:
        """Return what is wrong with a definition, by itself and held against the data."""
        return self.issues_of((definition,))[0]

    def issues_of(
        self, definitions: Sequence[CampaignDefinition]
    ) -> list[tuple[ValidationIssue, ...]]:
        """Return what is wrong with each of the definitions; the store is asked once for all."""
        subjects = self._subjects(definitions)
        with self._warehouse.read() as session:
            return [
                (*definition_issues(subject), *self._data_issues(session, subject))
                for subject in subjects
            ]

    def require_pii(self, definition: CampaignDefinition) -> None:
        """Refuse restricted columns for a destination that wants the permission to read them.

        Raises `ColumnsRestricted`; for callers without the permission.
        """
        (subject,) = self._subjects((definition,))
        destinations = subject.destinations.values()
        if all(one.allows_limited_pii for one in destinations):
            return
        with self._warehouse.read() as session:
            columns = RowColumns.choose(self._segments.catalog(session), definition.columns)
        if columns.pii:
            raise ColumnsRestricted(columns.pii)

    def _subjects(self, definitions: Sequence[CampaignDefinition]) -> list[Subject]:
        segments = self._segments.get_many(_union(one.segment_ids for one in definitions))
        destination_ids = _union(one.destination_ids for one in definitions)
        destinations = self._destinations.get_many(destination_ids)
        available_types = frozenset(one.key for one in self._destinations.types)
        return [
            Subject(
                definition=one,
                segments={key: segments[key] for key in one.segment_ids & segments.keys()},
                destinations={
                    key: destinations[key] for key in one.destination_ids & destinations.keys()
                },
                available_types=available_types,
            )
            for one in definitions
        ]

    def _data_issues(self, session: Session, subject: Subject) -> Iterator[ValidationIssue]:
        for segment in subject.segments.values():
            try:
                self._segments.audience(session, segment)
            except UserError as error:
                yield _blocked(error.code, f'Segment "{segment.name}": {error.message}', None)
        try:
            RowColumns.choose(self._segments.catalog(session), subject.definition.columns)
        except Invalid as error:
            yield _blocked("SOURCE_COLUMN_MISSING", error.message, "columns")


def require_no_block(issues: Sequence[ValidationIssue]) -> None:
    """Raise `CampaignInvalid` with all the issues that block."""
    blocking = [issue for issue in issues if issue.level is IssueLevel.BLOCK]
    if blocking:
        raise CampaignInvalid(blocking)


def _union(parts: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset().union(*parts)


def _blocked(code: str, message: str, path: str | None) -> ValidationIssue:
    return ValidationIssue(code=code, level=IssueLevel.BLOCK, message=message, path=path)

"""Holds a definition against what exists: segments, destinations, columns, permissions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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
        subject = self._subject(definition)
        with self._warehouse.read() as session:
            return (*definition_issues(subject), *self._data_issues(session, subject))

    def require_pii(self, definition: CampaignDefinition) -> None:
        """Refuse restricted columns for a destination that wants the permission to read them.

        Raises `ColumnsRestricted`; for callers without the permission.
        """
        destinations = self._subject(definition).destinations.values()
        if all(one.allows_limited_pii for one in destinations):
            return
        with self._warehouse.read() as session:
            columns = RowColumns.choose(self._segments.catalog(session), definition.columns)
        if columns.pii:
            raise ColumnsRestricted(columns.pii)

    def _subject(self, definition: CampaignDefinition) -> Subject:
        segment_ids = {*definition.include_segment_ids, *definition.exclude_segment_ids}
        destination_ids = {
            destination_id
            for treatment in definition.treatments
            for destination_id in treatment.destination_ids
        }
        return Subject(
            definition=definition,
            segments=self._segments.get_many(frozenset(segment_ids)),
            destinations=self._destinations.get_many(frozenset(destination_ids)),
            available_types=frozenset(one.key for one in self._destinations.types),
        )

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


def _blocked(code: str, message: str, path: str | None) -> ValidationIssue:
    return ValidationIssue(code=code, level=IssueLevel.BLOCK, message=message, path=path)

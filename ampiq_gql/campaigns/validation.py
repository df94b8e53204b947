"""What must hold before a campaign may run, and what deserves a warning (campaigns.md §1.11).

Every check is a function that yields issues; all of them are told at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from ampiq_gql.campaigns.assignment import WHOLE_BP
from ampiq_gql.campaigns.models import IssueLevel, ValidationIssue
from ampiq_gql.store.campaign_runs import CellRecord
from ampiq_gql.store.campaigns import CampaignDefinition
from ampiq_gql.store.destinations import DestinationRecord
from ampiq_gql.store.segments import SegmentRecord

__all__ = ["Subject", "count_issues", "definition_issues"]

MAX_SEGMENTS = 10
SMALL_CONTROL = 100
SMALL_CELL = 50
EMPTY_CONTROL_RISK = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A definition with what it refers to; what is missing no longer exists."""

    definition: CampaignDefinition
    segments: Mapping[str, SegmentRecord]
    destinations: Mapping[str, DestinationRecord]
    available_types: frozenset[str]


def definition_issues(subject: Subject) -> tuple[ValidationIssue, ...]:
    """Return everything that is wrong with the definition itself."""
    return tuple(issue for check in _CHECKS for issue in check(subject))


def count_issues(cells: tuple[CellRecord, ...]) -> Iterator[ValidationIssue]:
    """Warn of sizes from which little can be learnt; `cells` are those of a preview."""
    total = sum(cell.customers for cell in cells)
    if total == 0:
        yield _warn("AUDIENCE_EMPTY_NOW", "Nobody is in the audience at present.")
        return
    for cell in cells:
        if cell.is_control and cell.share_bp:
            yield from _small_control(total, cell.share_bp)
        elif cell.share_bp and total * cell.share_bp / WHOLE_BP < SMALL_CELL:
            yield _warn(
                "CELL_TOO_SMALL", f'"{cell.name}" is expected to have fewer than {SMALL_CELL}.'
            )


def _small_control(total: int, share_bp: int) -> Iterator[ValidationIssue]:
    share = share_bp / WHOLE_BP
    risk = (1 - share) ** total
    if risk > EMPTY_CONTROL_RISK:
        message = f"With {total} customers the control group is empty with a chance of {risk:.1%}."
        yield _warn("CONTROL_TOO_SMALL", message, "controlBp")
    elif total * share < SMALL_CONTROL:
        message = f"The control group is expected to have {total * share:.0f} customers; "
        yield _warn("CONTROL_TOO_SMALL", message + f"{SMALL_CONTROL} tell more.", "controlBp")


def _audience(subject: Subject) -> Iterator[ValidationIssue]:
    definition = subject.definition
    if not definition.include_segment_ids:
        yield _block("NO_AUDIENCE", "No segment is included.", "includeSegmentIds")
    for path, ids in (
        ("includeSegmentIds", definition.include_segment_ids),
        ("excludeSegmentIds", definition.exclude_segment_ids),
    ):
        if len(ids) > MAX_SEGMENTS:
            message = f"There are {len(ids)} segments; at most {MAX_SEGMENTS} are allowed."
            yield _block("TOO_MANY_SEGMENTS", message, path)
        for segment_id in ids:
            segment = subject.segments.get(segment_id)
            if segment is None:
                yield _block("SEGMENT_MISSING", "A segment no longer exists.", path)
            elif not segment.is_active:
                message = f'Segment "{segment.name}" is a draft; activate it first.'
                yield _block("SEGMENT_NOT_ACTIVE", message, path)


def _split(subject: Subject) -> Iterator[ValidationIssue]:
    shares = [
        subject.definition.control_bp,
        *(treatment.share_bp for treatment in subject.definition.treatments),
    ]
    if not subject.definition.treatments:
        yield _block("NO_TREATMENT", "There is no treatment.", "treatments")
    if any(share < 0 for share in shares):
        yield _block("SPLIT_NOT_100", "A share lies below 0 %.", "treatments")
    elif sum(shares) != WHOLE_BP:
        message = f"Control group and treatments make {sum(shares) / 100:g} %, not 100 %."
        yield _block("SPLIT_NOT_100", message, "treatments")


def _names(subject: Subject) -> Iterator[ValidationIssue]:
    seen: set[str] = set()
    for position, treatment in enumerate(subject.definition.treatments):
        path = f"treatments.{position}.name"
        if treatment.name.startswith("_"):
            message = f'"{treatment.name}" begins with an underscore; sending such a name fails.'
            yield _block("TREATMENT_NAME_UNDERSCORE", message, path)
        if not treatment.name:
            yield _block("TREATMENT_NAME_MISSING", "A treatment has no name.", path)
        if treatment.name.casefold() in seen:
            message = f'There are two treatments named "{treatment.name}".'
            yield _block("DUPLICATE_NAME", message, path)
        seen.add(treatment.name.casefold())


def _destinations(subject: Subject) -> Iterator[ValidationIssue]:
    treatments = subject.definition.treatments
    if treatments and not any(treatment.destination_ids for treatment in treatments):
        message = "No treatment has a destination, so nothing would be sent."
        yield _block("NO_DESTINATION_ANYWHERE", message, "treatments")
    for position, treatment in enumerate(treatments):
        path = f"treatments.{position}.destinationIds"
        for destination_id in treatment.destination_ids:
            destination = subject.destinations.get(destination_id)
            if destination is None:
                yield _block("DESTINATION_MISSING", "A destination no longer exists.", path)
            elif destination.type not in subject.available_types:
                message = f'No plugin offers the type of "{destination.name}" at present.'
                yield _block("DESTINATION_DISABLED", message, path)


def _control(subject: Subject) -> Iterator[ValidationIssue]:
    if subject.definition.control_bp == 0:
        message = "Without a control group the lift cannot be measured."
        yield _warn("NO_CONTROL", message, "controlBp")


_CHECKS: tuple[Callable[[Subject], Iterator[ValidationIssue]], ...] = (
    _audience,
    _split,
    _names,
    _destinations,
    _control,
)


def _block(code: str, message: str, path: str | None = None) -> ValidationIssue:
    return ValidationIssue(code=code, level=IssueLevel.BLOCK, message=message, path=path)


def _warn(code: str, message: str, path: str | None = None) -> ValidationIssue:
    return ValidationIssue(code=code, level=IssueLevel.WARN, message=message, path=path)

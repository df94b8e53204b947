"""Who is in a campaign and in which cell, as statements over one session.

Included and excluded sets are read once; draws, cells and counts come from that one pass.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from ampiq_gql.campaigns.assignment import Cell, cells_of, customer_draw, in_cell
from ampiq_gql.segments import SegmentNotFound, SegmentService
from ampiq_gql.store.campaign_runs import CellRecord, FunnelRecord
from ampiq_gql.store.campaigns import CampaignDefinition, CampaignRecord
from ampiq_gql.store.segments import SegmentRecord
from ampiq_gql.warehouse import AnySelect, Session
from dsl.catalog import ID_COLUMN

__all__ = ["CONTROL_ID", "CONTROL_NAME", "CampaignAudience", "CampaignCell"]

CONTROL_ID = "control"
CONTROL_NAME = "Control"
_DRAW = "draw"


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignCell:
    """The control group or a treatment, with its range of draws."""

    treatment_id: str
    name: str
    share_bp: int
    range: Cell

    @property
    def is_control(self) -> bool:
        """These customers receive nothing."""
        return self.treatment_id == CONTROL_ID

    @classmethod
    def all_of(cls, definition: CampaignDefinition) -> tuple[CampaignCell, ...]:
        """Return the cells: the control group first, then the treatments in their order."""
        shares = [definition.control_bp, *(one.share_bp for one in definition.treatments)]
        ids = [CONTROL_ID, *(one.id for one in definition.treatments)]
        names = [CONTROL_NAME, *(one.name for one in definition.treatments)]
        return tuple(
            cls(treatment_id=treatment_id, name=name, share_bp=share, range=cell)
            for treatment_id, name, share, cell in zip(
                ids, names, shares, cells_of(shares), strict=True
            )
        )


@dataclass(frozen=True, slots=True)
class CampaignAudience:
    """The audience of one campaign over one session."""

    candidates: sa.FromClause
    cells: tuple[CampaignCell, ...]

    @classmethod
    def read(
        cls,
        session: Session,
        segments: SegmentService,
        campaign: CampaignRecord,
        records: Mapping[str, SegmentRecord],
    ) -> CampaignAudience:
        """Evaluate the segments once and draw for everybody in them; `records` are those there.

        Raises `SegmentNotFound` and `InvalidExpression`.
        """
        definition = campaign.definition
        meant = _present(records, definition.include_segment_ids)
        included = _union(session, segments, meant).cte("included")
        identity = included.c[ID_COLUMN]
        is_excluded: sa.ColumnElement[bool] = sa.false()
        if definition.exclude_segment_ids:
            left_out = _present(records, definition.exclude_segment_ids)
            excluded = _union(session, segments, left_out)
            is_excluded = identity.in_(excluded.subquery("excluded").select())
        drawn = sa.select(
            identity,
            is_excluded.label("is_excluded"),
            customer_draw(campaign.salt, identity).label(_DRAW),
        )
        return cls(session.materialise("campaign_audience", drawn), CampaignCell.all_of(definition))

    def ids(self, cell: CampaignCell) -> AnySelect:
        """Return the customers of a cell."""
        people = self.candidates.c
        is_in = in_cell(people[_DRAW], cell.range)
        return sa.select(people[ID_COLUMN]).where(sa.not_(people.is_excluded), is_in)

    def count(self, session: Session) -> tuple[FunnelRecord, tuple[CellRecord, ...]]:
        """Count the funnel and all cells in one statement."""
        people = self.candidates.c
        is_assigned = sa.not_(people.is_excluded)
        tests = [sa.and_(is_assigned, in_cell(people[_DRAW], cell.range)) for cell in self.cells]
        statement = sa.select(
            sa.func.count().label("included"),
            _count_if(people.is_excluded).label("excluded"),
            *(_count_if(test).label(f"cell_{number}") for number, test in enumerate(tests)),
        ).select_from(self.candidates)
        ((included, excluded, *sizes),) = session.rows(statement)
        cells = tuple(
            CellRecord(
                treatment_id=cell.treatment_id,
                name=cell.name,
                is_control=cell.is_control,
                share_bp=cell.share_bp,
                customers=size,
            )
            for cell, size in zip(self.cells, sizes, strict=True)
        )
        funnel = FunnelRecord(
            included=included,
            excluded=excluded,
            assigned=included - excluded,
            controls=sum(cell.customers for cell in cells if cell.is_control),
        )
        return funnel, cells


def _present(
    records: Mapping[str, SegmentRecord], segment_ids: Sequence[str]
) -> list[SegmentRecord]:
    if any(segment_id not in records for segment_id in segment_ids):
        raise SegmentNotFound("A segment of the campaign no longer exists.")
    return [records[segment_id] for segment_id in segment_ids]


def _union(
    session: Session, segments: SegmentService, records: Sequence[SegmentRecord]
) -> sa.CompoundSelect[object] | AnySelect:
    """Return the customers who are in any of the segments, each once."""
    parts = [segments.audience(session, record).ids for record in records]
    return parts[0] if len(parts) == 1 else sa.union(*parts)


def _count_if(test: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    """Count rows that pass; a CASE, since FILTER is not known everywhere."""
    return sa.func.count(sa.case((test, 1)))

"""The life of campaigns: made, checked, scheduled, run, copied; every change is audited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ampiq_gql.campaigns import changes
from ampiq_gql.campaigns.assignment import new_salt
from ampiq_gql.campaigns.audience import CampaignAudience
from ampiq_gql.campaigns.checking import CampaignChecks, require_no_block
from ampiq_gql.campaigns.definitions import changed_definition, checked_name, new_definition
from ampiq_gql.campaigns.errors import CampaignRunNotFound
from ampiq_gql.campaigns.models import (
    CampaignPreview,
    CreateCampaign,
    IssueLevel,
    UpdateCampaign,
    ValidationIssue,
)
from ampiq_gql.campaigns.runner import CampaignRunner
from ampiq_gql.campaigns.validation import count_issues
from ampiq_gql.delivery import DeliveryService, IdempotencyKeyReused
from ampiq_gql.segments import SegmentService
from ampiq_gql.settings import Settings
from ampiq_gql.store import Page, PageRequest, Store
from ampiq_gql.store.base import new_id, utc_now
from ampiq_gql.store.campaign_runs import CampaignRunRecord
from ampiq_gql.store.campaigns import (
    CampaignDefinition,
    CampaignFilter,
    CampaignKind,
    CampaignRecord,
    CampaignState,
)
from ampiq_gql.store.deliveries import DeliveryRecord
from ampiq_gql.store.segments import SegmentRecord
from ampiq_gql.warehouse import Warehouse

__all__ = ["CampaignService"]

_EDITABLE = (CampaignState.DRAFT, CampaignState.COMPLETED, CampaignState.ERROR)
_RUNNABLE = (CampaignState.DRAFT, CampaignState.SCHEDULED, CampaignState.ERROR)
_DELETABLE = (CampaignState.DRAFT, CampaignState.SCHEDULED)


class CampaignService:
    """Campaigns and their runs. Safe to use from many threads."""

    def __init__(
        self,
        store: Store,
        warehouse: Warehouse,
        segments: SegmentService,
        delivery: DeliveryService,
        settings: Settings,
    ) -> None:
        self._store = store
        self._warehouse = warehouse
        self._segments = segments
        self._delivery = delivery
        self._checks = CampaignChecks(warehouse, segments, delivery.destinations)
        self._runner = CampaignRunner(store, warehouse, segments, delivery, settings)

    # --- reading -------------------------------------------------------------------------------

    def get(self, campaign_id: str) -> CampaignRecord:
        """Return the campaign. Raises `CampaignNotFound`."""
        with self._store.read() as work:
            return changes.present(work, campaign_id)

    def get_many(self, campaign_ids: frozenset[str]) -> dict[str, CampaignRecord]:
        """Return those of the campaigns that exist, by id."""
        with self._store.read() as work:
            return work.campaigns.get_many(campaign_ids)

    def by_name(self, name: str) -> CampaignRecord | None:
        """Return the campaign of that name, or None."""
        with self._store.read() as work:
            return work.campaigns.by_name(name)

    def page(self, wanted: CampaignFilter, request: PageRequest) -> Page[CampaignRecord]:
        """Return one page of the campaigns, the last changed first."""
        with self._store.read() as work:
            return work.campaigns.list_page(wanted, request)

    def count(self, wanted: CampaignFilter) -> int:
        """Count the campaigns that pass the filter."""
        with self._store.read() as work:
            return work.campaigns.count(wanted)

    def get_run(self, run_id: str) -> CampaignRunRecord:
        """Return the run as it stands. Raises `CampaignRunNotFound`."""
        with self._store.read() as work:
            run = work.campaign_runs.get(run_id)
        if run is None:
            raise CampaignRunNotFound
        return run

    def runs(self, campaign_id: str, request: PageRequest) -> Page[CampaignRunRecord]:
        """Return one page of a campaign's runs, the newest first."""
        with self._store.read() as work:
            return work.campaign_runs.list_page(campaign_id, request)

    def deliveries(self, run_id: str) -> tuple[DeliveryRecord, ...]:
        """Return the deliveries of a run, in the order of their planning."""
        with self._store.read() as work:
            return work.deliveries.of_campaign_run(run_id)

    def preview(self, campaign_id: str) -> CampaignPreview:
        """Count who would be in which cell if it ran now.

        Raises `CampaignInvalid` with what keeps it from running, and `NoBuild`.
        """
        campaign = self.get(campaign_id)
        require_no_block(self._checks.issues(campaign.definition))
        return self._counted(campaign, self._segments.get_many(campaign.definition.segment_ids))

    def validate(self, campaign_id: str) -> tuple[ValidationIssue, ...]:
        """Return everything to mend before it can run, and everything to mind."""
        return self._validated([self.get(campaign_id)])[0]

    def validate_many(self, campaign_ids: frozenset[str]) -> dict[str, tuple[ValidationIssue, ...]]:
        """Validate those of the campaigns that exist; the store is asked once for all."""
        campaigns = self.get_many(campaign_ids)
        return dict(zip(campaigns, self._validated(list(campaigns.values())), strict=True))

    # --- changing ------------------------------------------------------------------------------

    def create(self, wanted: CreateCampaign, actor: str) -> CampaignRecord:
        """Make a draft with a salt of its own. Raises `Invalid` and `CampaignNameTaken`."""
        return self._add(wanted.name, new_definition(wanted), actor, action="campaign.create")

    def copy(self, campaign_id: str, name: str, actor: str) -> CampaignRecord:
        """Make a draft like another campaign; the draw is new, and so are history and state."""
        definition = self.get(campaign_id).definition
        return self._add(name, definition, actor, action="campaign.copy")

    def update(self, wanted: UpdateCampaign, actor: str) -> CampaignRecord:
        """Change the definition; one that has run becomes the draft of its next version.

        What changes nothing leaves revision and state as they are.

        Raises `CampaignRevisionConflict`, `CampaignStateConflict`, `CampaignNameTaken`.
        """
        with self._store.begin() as work:
            before = changes.present(work, wanted.id, wanted.revision)
            changes.require_state("changed", before, _EDITABLE)
            name = before.name if wanted.name is None else checked_name(wanted.name)
            definition = changed_definition(before.definition, wanted)
            if (name, definition) == (before.name, before.definition):
                return before
            after = replace(
                before,
                name=name,
                definition=definition,
                state=CampaignState.DRAFT,
                version=before.version + (before.state is not CampaignState.DRAFT),
            )
            return changes.change(work, after, actor, "campaign.update")

    def schedule(self, campaign_id: str, actor: str, *, revision: int) -> CampaignRecord:
        """Approve a draft for running. Raises `CampaignInvalid` with all that blocks it."""
        require_no_block(self._checks.issues(self.get(campaign_id).definition))
        with self._store.begin() as work:
            before = changes.present(work, campaign_id, revision)
            changes.require_state("scheduled", before, (CampaignState.DRAFT,))
            after = replace(before, state=CampaignState.SCHEDULED)
            return changes.change(work, after, actor, "campaign.schedule")

    def unschedule(self, campaign_id: str, actor: str, *, revision: int) -> CampaignRecord:
        """Take a scheduled campaign back to draft."""
        with self._store.begin() as work:
            before = changes.present(work, campaign_id, revision)
            changes.require_state("unscheduled", before, (CampaignState.SCHEDULED,))
            after = replace(before, state=CampaignState.DRAFT)
            return changes.change(work, after, actor, "campaign.unschedule")

    def delete(self, campaign_id: str, actor: str, *, revision: int) -> CampaignRecord:
        """Delete a campaign that never ran; one that did is history."""
        with self._store.begin() as work:
            before = changes.present(work, campaign_id, revision)
            has_run = work.campaign_runs.next_sequence(campaign_id) > 1
            changes.require_state("deleted", before, () if has_run else _DELETABLE)
            return changes.remove(work, before, actor)

    def run(
        self,
        campaign_id: str,
        actor: str,
        *,
        idempotency_key: str | None = None,
        may_read_pii: bool = True,
    ) -> CampaignRunRecord:
        """Start a run on the present build; returns at once, in state QUEUED.

        A repeated key answers with the first run. Raises `CampaignInvalid`,
        `CampaignStateConflict`, `ColumnsRestricted`, `IdempotencyKeyReused`, `NoBuild`.
        """
        known = self._known_run(campaign_id, idempotency_key)
        if known is not None:
            return known
        campaign = self.get(campaign_id)
        changes.require_state("run", campaign, _RUNNABLE)
        require_no_block(self._checks.issues(campaign.definition))
        if not may_read_pii:
            self._checks.require_pii(campaign.definition)
        run = self._queued(campaign, actor, idempotency_key)
        self._runner.start(run)
        return run

    def stop(self, run_id: str, actor: str) -> CampaignRunRecord:
        """Start no new delivery and cancel those under way; what has arrived stays."""
        run = self.get_run(run_id)
        with self._store.begin() as work:
            for delivery in work.deliveries.of_campaign_run(run_id):
                work.deliveries.request_cancel(delivery.id)
            work.audit.record(actor, "campaign.stop", "campaign", run.campaign_id, {"run": run_id})
        self._delivery.jobs.cancel(run_id)
        return self.get_run(run_id)

    def wait(self, run_id: str, *, timeout_seconds: float | None = None) -> CampaignRunRecord:
        """Wait until this process no longer drives the run, and return how it stands."""
        self._delivery.jobs.wait(run_id, timeout_seconds=timeout_seconds)
        return self.get_run(run_id)

    def resume_unfinished(self) -> tuple[str, ...]:
        """Go on with runs that another process left half done; return their ids."""
        return self._runner.resume_unfinished()

    # --- within --------------------------------------------------------------------------------

    def _validated(self, campaigns: Sequence[CampaignRecord]) -> list[tuple[ValidationIssue, ...]]:
        definitions = [campaign.definition for campaign in campaigns]
        segment_ids = frozenset().union(*(one.segment_ids for one in definitions))
        records = self._segments.get_many(segment_ids)
        found = self._checks.issues_of(definitions)
        return [
            issues
            if any(issue.level is IssueLevel.BLOCK for issue in issues)
            else (*issues, *count_issues(self._counted(campaign, records).cells))
            for campaign, issues in zip(campaigns, found, strict=True)
        ]

    def _counted(
        self, campaign: CampaignRecord, records: Mapping[str, SegmentRecord]
    ) -> CampaignPreview:
        with self._warehouse.read() as session:
            audience = CampaignAudience.read(session, self._segments, campaign, records)
            funnel, cells = audience.count(session)
            return CampaignPreview(
                as_of=session.build.as_of, build_id=session.build.id, funnel=funnel, cells=cells
            )

    def _add(
        self, name: str, definition: CampaignDefinition, actor: str, *, action: str
    ) -> CampaignRecord:
        now = utc_now()
        campaign = CampaignRecord(
            id=new_id(),
            name=checked_name(name),
            kind=CampaignKind.ONE_TIME,
            state=CampaignState.DRAFT,
            definition=definition,
            salt=new_salt(),
            version=1,
            revision=1,
            created_by=actor,
            created_at=now,
            updated_by=actor,
            updated_at=now,
        )
        with self._store.begin() as work:
            changes.add(work, campaign, action)
        return campaign

    def _queued(
        self, campaign: CampaignRecord, actor: str, idempotency_key: str | None
    ) -> CampaignRunRecord:
        """Claim the campaign for a run, if it is still as it was checked."""
        with self._store.begin() as work:
            before = changes.present(work, campaign.id, campaign.revision)
            running = replace(before, state=CampaignState.RUNNING)
            changes.change(work, running, actor, "campaign.run")
            run = CampaignRunRecord(
                id=new_id(),
                campaign_id=campaign.id,
                sequence=work.campaign_runs.next_sequence(campaign.id),
                idempotency_key=idempotency_key,
                version=campaign.version,
                created_by=actor,
                created_at=utc_now(),
            )
            return work.campaign_runs.add(run)

    def _known_run(self, campaign_id: str, key: str | None) -> CampaignRunRecord | None:
        with self._store.read() as work:
            known = work.campaign_runs.by_key(key)
        if known is not None and known.campaign_id != campaign_id:
            raise IdempotencyKeyReused(key or "")
        return known

"""Drives runs of campaigns: one session, so one snapshot, from the draw to the recipients.

Everything in a run follows from the build, the definition and the salt, so a run that broke off
is driven again from its start: deliveries that ended are not repeated, the others go on, and the
recipients' file replaces the one that may be there.
"""

from __future__ import annotations

import hashlib
import logging
import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from ampiq_gql.campaigns import changes
from ampiq_gql.campaigns.audience import CampaignAudience
from ampiq_gql.campaigns.outcomes import campaign_state_after, problem_of, run_state_after
from ampiq_gql.campaigns.recipients import RECIPIENTS, Recipients
from ampiq_gql.delivery.columns import RowColumns
from ampiq_gql.delivery.endings import SnapshotGone
from ampiq_gql.delivery.jobs import JobArguments, Stop
from ampiq_gql.delivery.journal import LEASE
from ampiq_gql.delivery.owner import ProcessOwner
from ampiq_gql.delivery.rows import read_rows
from ampiq_gql.delivery.service import SEND_TIMEOUT_SECONDS, DeliveryService
from ampiq_gql.errors import Fault
from ampiq_gql.segments import SegmentService
from ampiq_gql.settings import Settings
from ampiq_gql.store import Store
from ampiq_gql.store.base import new_id, utc_now
from ampiq_gql.store.campaign_runs import CampaignRunRecord, CampaignRunState
from ampiq_gql.store.campaigns import CampaignRecord, TreatmentRecord
from ampiq_gql.store.deliveries import DeliveryRecord
from ampiq_gql.store.destinations import DestinationRecord
from ampiq_gql.warehouse import Session, Warehouse

__all__ = ["CampaignRunner"]

log = logging.getLogger("ampiq.campaigns")

JOB = "run campaign"

T = TypeVar("T")


class CampaignRunner:
    """Carries out runs. Safe to use from many threads; each run is driven by one."""

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
        self._settings = settings
        delivery.jobs.register(JOB, self._job)

    def start(self, run: CampaignRunRecord) -> None:
        """Begin the run in the background, unless this process drives it already."""
        self._delivery.jobs.start(JOB, run.id, {"run_id": run.id})

    def resume_unfinished(self) -> tuple[str, ...]:
        """Go on with what another process left half done; return the runs' ids."""
        me = ProcessOwner.present()
        with self._store.read() as work:
            found = work.campaign_runs.unfinished()
        left = [run for run in found if me.may_take(run.owner, run.lease_until)]
        for run in left:
            self.start(run)
        return tuple(run.id for run in left)

    def _job(self, arguments: JobArguments, stop: Stop) -> None:
        run = self._claimed(arguments["run_id"])
        if run is None:
            return
        try:
            self._carry_out(run, stop)
        except Exception as error:  # the edge of a job
            log.exception("run %s of campaign %s failed", run.id, run.campaign_id)
            failed = replace(self._reread(run), problem=problem_of(error))
            self._end(failed, CampaignRunState.FAILED)

    def _carry_out(self, run: CampaignRunRecord, stop: Stop) -> None:
        with self._store.read() as work:
            campaign = changes.present(work, run.campaign_id)
        with self._warehouse.read(timeout_seconds=SEND_TIMEOUT_SECONDS) as session:
            run = self._prepared(run, session)
            records = self._segments.get_many(campaign.definition.segment_ids)
            audience = CampaignAudience.read(session, self._segments, campaign, records)
            funnel, cells = audience.count(session)
            run = self._saved(replace(run, funnel=funnel, cells=cells))
            if not funnel.assigned:
                self._end(run, CampaignRunState.SKIPPED)
                return
            run = self._saved(replace(run, state=CampaignRunState.SENDING))
            sent = self._send_all(campaign, run, session, audience, stop=stop)
            if any(one.state.is_unfinished for one in sent):
                self._saved(replace(run, owner=None, lease_until=None))
                return
            outcome = run_state_after(sent)
            if outcome is not CampaignRunState.FAILED:
                self._publish(campaign, run, session, audience, sent=sent)
        self._end(run, outcome)

    def _prepared(self, run: CampaignRunRecord, session: Session) -> CampaignRunRecord:
        """Pin the build. A run that broke off may take a newer one as long as nothing was sent."""
        if run.build_id not in (None, session.build.id) and self._has_sent(run):
            raise SnapshotGone(run.build_id or "")
        return self._saved(
            replace(
                run,
                state=CampaignRunState.PREPARING,
                build_id=session.build.id,
                as_of=session.build.as_of,
                started_at=run.started_at or utc_now(),
            )
        )

    def _has_sent(self, run: CampaignRunRecord) -> bool:
        with self._store.read() as work:
            return any(one.rows_accepted for one in work.deliveries.of_campaign_run(run.id))

    def _send_all(
        self,
        campaign: CampaignRecord,
        run: CampaignRunRecord,
        session: Session,
        audience: CampaignAudience,
        *,
        stop: Stop,
    ) -> tuple[DeliveryRecord, ...]:
        """Send each treatment to each of its destinations, one after the other."""
        names = campaign.definition.columns
        columns = RowColumns.choose(self._segments.catalog(session), names)
        cells = {cell.treatment_id: cell for cell in audience.cells}
        ended = []
        for delivery in self._planned(campaign, run):
            statement = columns.select(
                audience.ids(cells[delivery.treatment_id or ""]).subquery("recipients")
            )
            open_rows = partial(read_rows, session, statement, pii_columns=columns.pii)
            ended.append(self._delivery.send(delivery, open_rows, stop))
            self._saved(run)
        return tuple(ended)

    def _planned(
        self, campaign: CampaignRecord, run: CampaignRunRecord
    ) -> tuple[DeliveryRecord, ...]:
        """Return the run's deliveries, all planned at once before the first is sent."""
        with self._store.begin() as work:
            known = work.deliveries.of_campaign_run(run.id)
            if known:
                return known
            wanted = [
                (treatment, destination_id)
                for treatment in campaign.definition.treatments
                for destination_id in treatment.destination_ids
            ]
            places = work.destinations.get_many(frozenset(place for _, place in wanted))
            for treatment, destination_id in wanted:
                work.deliveries.add(_delivery(campaign, run, treatment, places[destination_id]))
            return work.deliveries.of_campaign_run(run.id)

    def _publish(
        self,
        campaign: CampaignRecord,
        run: CampaignRunRecord,
        session: Session,
        audience: CampaignAudience,
        *,
        sent: tuple[DeliveryRecord, ...],
    ) -> None:
        """Show the recipients to everybody who reads the customer-360 from now on."""
        recipients = Recipients(
            campaign=campaign,
            run=run,
            segment=self._segments.get(campaign.definition.include_segment_ids[0]),
            deliveries=sent,
            time_zone=session.build.time_zone,
        )
        with tempfile.TemporaryDirectory(dir=self._settings.home, prefix=".run-") as folder:
            path = Path(folder) / f"{run.id}.parquet"
            recipients.write(session, audience, path)
            self._warehouse.publish_file(RECIPIENTS, run.id, path)

    # --- bookkeeping ---------------------------------------------------------------------------

    def _claimed(self, run_id: str) -> CampaignRunRecord | None:
        """Take the lease; None when another process has it, or when the run has ended."""
        me = ProcessOwner.present()
        with self._store.begin() as work:
            run = work.campaign_runs.get(run_id)
            if run is None or not run.state.is_unfinished:
                return None
            until = utc_now() + LEASE
            dead = me.dead_among(run.owner)
            if not work.campaign_runs.claim(run_id, owner=str(me), until=until, dead_owners=dead):
                return None
            return work.campaign_runs.get(run_id)

    def _saved(self, run: CampaignRunRecord) -> CampaignRunRecord:
        """Store how far it came, and renew the lease."""
        if run.owner is not None:
            run = replace(run, lease_until=utc_now() + LEASE)
        with self._store.begin() as work:
            work.campaign_runs.save(run)
        return run

    def _reread(self, run: CampaignRunRecord) -> CampaignRunRecord:
        with self._store.read() as work:
            return work.campaign_runs.get(run.id) or run

    def _end(self, run: CampaignRunRecord, state: CampaignRunState) -> None:
        """Come to the last state, and the campaign with it, in one transaction."""
        ended = replace(run, state=state, ended_at=utc_now(), owner=None, lease_until=None)
        with self._store.begin() as work:
            work.campaign_runs.save(ended)
            campaign = changes.present(work, run.campaign_id)
            after = replace(campaign, state=campaign_state_after(state))
            changes.change(work, after, run.created_by, f"campaign.run_{state.lower()}")


def _delivery(
    campaign: CampaignRecord,
    run: CampaignRunRecord,
    treatment: TreatmentRecord,
    destination: DestinationRecord,
) -> DeliveryRecord:
    key = "|".join(("campaign", run.id, treatment.id, destination.id))
    return DeliveryRecord(
        id=new_id(),
        idempotency_key=key,
        request_digest=hashlib.sha256(key.encode()).hexdigest(),
        destination_id=destination.id,
        destination_name=destination.name,
        destination_type=destination.type,
        campaign_run_id=run.id,
        campaign_name=campaign.name,
        treatment_id=treatment.id,
        treatment_name=treatment.name,
        columns=campaign.definition.columns,
        as_of=_pinned(run.as_of),
        build_id=_pinned(run.build_id),
        created_by=run.created_by,
        created_at=utc_now(),
    )


def _pinned(value: T | None) -> T:
    if value is None:
        raise Fault("the run has no build yet")
    return value

"""What a run and its campaign come to, by what their deliveries came to."""

from __future__ import annotations

from collections.abc import Sequence

from ampiq_gql.errors import UserError
from ampiq_gql.store.campaign_runs import CampaignRunState, RunProblem
from ampiq_gql.store.campaigns import CampaignState
from ampiq_gql.store.deliveries import DeliveryRecord, DeliveryState

__all__ = ["campaign_state_after", "problem_of", "run_state_after"]


def run_state_after(deliveries: Sequence[DeliveryRecord]) -> CampaignRunState:
    """Return the state of a run whose deliveries have all ended.

    Deliveries that were skipped, since nobody was in their cell, count for nothing.
    """
    states = {one.state for one in deliveries} - {DeliveryState.SKIPPED}
    if DeliveryState.CANCELLED in states:
        return CampaignRunState.STOPPED
    succeeded = {state for state in states if state.is_success}
    if states - succeeded:
        return CampaignRunState.PARTIAL if succeeded else CampaignRunState.FAILED
    if DeliveryState.SUCCEEDED_WITH_ROW_ERRORS in states:
        return CampaignRunState.SUCCEEDED_WITH_ISSUES
    return CampaignRunState.SUCCEEDED


def campaign_state_after(run: CampaignRunState) -> CampaignState:
    """Return the state of the campaign when its run has ended."""
    match run:
        case CampaignRunState.FAILED:
            return CampaignState.ERROR
        case CampaignRunState.STOPPED | CampaignRunState.SKIPPED:
            return CampaignState.SCHEDULED
        case _:
            return CampaignState.COMPLETED


def problem_of(error: Exception) -> RunProblem:
    """Return what people are told of an error that ended a run."""
    if isinstance(error, UserError):
        return RunProblem(code=error.code, message=error.message, hint=error.hint)
    return RunProblem(
        code="FAULT",
        message="The run failed by a fault of the server.",
        hint="The server's log has the details, under the id of the run.",
    )

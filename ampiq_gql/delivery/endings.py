"""How an attempt can end before its time, and what the ledger says of each end.

These never leave the package: a delivery that fails is a record with a problem, not an exception.
"""

from __future__ import annotations

from ampiq_gql.errors import AmpiqError, UserError
from ampiq_gql.plugin import DestinationError, Finding
from ampiq_gql.store.deliveries import DeliveryProblem, DeliveryState

__all__ = [
    "Cancelled", "Interrupted", "LeaseLost", "OutcomeUnknown", "PlanRefused", "SnapshotGone",
    "verdict",
]  # fmt: skip


class Interrupted(AmpiqError):
    """This process closes; the next one goes on where we are."""


class LeaseLost(AmpiqError):
    """Another process took the delivery over; it is no longer ours to touch."""


class Cancelled(AmpiqError):
    """Somebody gave the delivery up."""


class OutcomeUnknown(AmpiqError):
    """It broke off while a chunk was on its way that must not be sent twice."""


class SnapshotGone(UserError):
    """Chunks were sent of a build that is no longer there."""

    def __init__(self, build_id: str) -> None:
        super().__init__(
            "SNAPSHOT_EXPIRED",
            f"Part of it was sent from build {build_id}, and the data have changed since.",
            hint="Start a new delivery.",
        )


class PlanRefused(UserError):
    """A policy refuses the delivery."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.code, finding.message)


def verdict(error: Exception) -> tuple[DeliveryState, DeliveryProblem | None]:
    """Return the state in which a delivery ends by `error`, and what people are told of it."""
    match error:
        case Cancelled():
            return DeliveryState.CANCELLED, None
        case OutcomeUnknown():
            return DeliveryState.UNKNOWN, DeliveryProblem(
                code="OUTCOME_UNKNOWN",
                message="It broke off while rows were on their way; nobody can tell what arrived.",
                hint="Look at the destination, then start a new delivery if rows are missing.",
            )
        case DestinationError(is_retryable=True):
            return DeliveryState.FAILED_RETRYABLE, _told(error)
        case UserError():
            return DeliveryState.FAILED, _told(error)
        case _:
            return DeliveryState.FAILED, DeliveryProblem(
                code="FAULT",
                message="The delivery failed by a fault of the server or of a plugin.",
                hint="The server's log has the details, under the id of the delivery.",
            )


def _told(error: UserError) -> DeliveryProblem:
    return DeliveryProblem(code=error.code, message=error.message, hint=error.hint)

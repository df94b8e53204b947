"""What keeps a build from being made, and can be mended in the data or the settings."""

from __future__ import annotations

from collections.abc import Sequence

from ampiq_gql.errors import Conflict, Invalid

__all__ = ["AmountTooLarge", "TimeZoneChanged"]


class AmountTooLarge(Invalid):
    """An amount that follows from others has more digits than amounts of the customer-360 have."""

    def __init__(self, what: str, amount: float, *, place: str) -> None:
        super().__init__(
            "AMOUNT_TOO_LARGE",
            f"{what} comes to {amount:.4g}, and amounts have at most 14 digits before the point.",
            hint="Correct the row in its file and load it again, or take the load back: "
            "`ampiq loads undo`.",
            place=place,
        )


class TimeZoneChanged(Conflict):
    """Times were read as those of one zone, and the site's zone is another now."""

    def __init__(self, numbers: Sequence[int], before: str, now: str) -> None:
        loads = ", ".join(map(str, numbers))
        super().__init__(
            "TIME_ZONE_CHANGED",
            f"The times of load {loads} were read as those of {before}, and the time zone of the "
            f"site is {now} now: days without a time would move.",
            hint=f"Set `time_zone` back to {before}, or take these loads back (`ampiq loads undo`)"
            " and load the files again.",
            place="time_zone",
        )

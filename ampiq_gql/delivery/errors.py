"""What can be wrong with destinations and deliveries.

UserError
├── NotFound
│   ├── DestinationNotFound
│   └── DeliveryNotFound
├── Conflict
│   ├── DestinationNameTaken
│   ├── DestinationRevisionConflict    changed by somebody else meanwhile
│   ├── DestinationInUse          campaigns are yet to send to it
│   ├── SegmentIsDraft            only active segments are sent (segments.md 1.4)
│   ├── IdempotencyKeyReused      the key was used for another command
│   └── DeliveryStateConflict     the state forbids the command
└── Invalid
    ├── DestinationSettingsInvalid    with a problem for each field
    ├── ConnectionFailed              with the checks that failed
    └── ColumnsRestricted             personal data that the caller may not send
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ampiq_gql.errors import Conflict, Invalid, NotFound
from ampiq_gql.plugin import CheckResult

__all__ = [
    "ColumnsRestricted", "ConnectionFailed", "DeliveryNotFound", "DeliveryStateConflict",
    "DestinationInUse", "DestinationNameTaken", "DestinationNotFound",
    "DestinationRevisionConflict", "DestinationSettingsInvalid", "IdempotencyKeyReused",
    "SegmentIsDraft", "SettingProblem",
]  # fmt: skip


class DestinationNotFound(NotFound):
    """No destination has that id."""

    def __init__(self, *, place: str | None = None) -> None:
        super().__init__("DESTINATION_NOT_FOUND", "There is no such destination.", place=place)


class DeliveryNotFound(NotFound):
    """No delivery has that id."""

    def __init__(self) -> None:
        super().__init__("DELIVERY_NOT_FOUND", "There is no such delivery.")


class DestinationNameTaken(Conflict):
    """Another destination has the name."""

    def __init__(self, name: str) -> None:
        super().__init__(
            "DESTINATION_NAME_TAKEN",
            f'There is already a destination named "{name}".',
            hint="Choose another name; upper and lower case count as the same.",
            place="name",
        )


class DestinationRevisionConflict(Conflict):
    """The destination is at another revision than the caller has seen."""

    def __init__(self, name: str, *, expected: int, found: int) -> None:
        super().__init__(
            "REVISION_CONFLICT",
            f'Destination "{name}" is at revision {found}, not {expected}: somebody changed it.',
            hint="Read it again and repeat the change.",
            place="revision",
        )
        self.expected = expected
        self.found = found


class DestinationInUse(Conflict):
    """The destination cannot go while campaigns are yet to send to it."""

    def __init__(self, name: str, campaigns: Sequence[str]) -> None:
        named = ", ".join(f'campaign "{campaign}"' for campaign in campaigns)
        super().__init__(
            "DESTINATION_IN_USE",
            f'Destination "{name}" is used by {named}.',
            hint="Change or delete these first.",
        )


class SegmentIsDraft(Conflict):
    """The segment was not activated yet."""

    def __init__(self, name: str) -> None:
        super().__init__(
            "SEGMENT_IS_DRAFT",
            f'Segment "{name}" is a draft.',
            hint="Activate it first; a draft may change while it is being sent.",
            place="segmentId",
        )


class IdempotencyKeyReused(Conflict):
    """The key belongs to another command."""

    def __init__(self, key: str) -> None:
        super().__init__(
            "IDEMPOTENCY_KEY_REUSED",
            f'The idempotency key "{key}" was used for another command.',
            hint="Repeat the first command as it was, or take a new key.",
            place="idempotencyKey",
        )


class DeliveryStateConflict(Conflict):
    """The delivery is in a state that forbids the command."""

    def __init__(self, command: str, state: str) -> None:
        super().__init__(
            "DELIVERY_STATE_CONFLICT", f"A delivery in state {state} cannot be {command}."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingProblem:
    """What is wrong with one setting; `pointer` is a JSON pointer into the settings."""

    pointer: str
    message: str


class DestinationSettingsInvalid(Invalid):
    """The settings do not fit the destination's type."""

    def __init__(self, problems: Sequence[SettingProblem]) -> None:
        told = "; ".join(f"{one.pointer or 'settings'}: {one.message}" for one in problems)
        super().__init__(
            "DESTINATION_SETTINGS_INVALID",
            f"The settings cannot be used: {told}.",
            hint="The destination type's JSON Schema says what is expected.",
            place="settings",
        )
        self.problems = tuple(problems)


class ConnectionFailed(Invalid):
    """The connection test failed, so the destination is not saved."""

    def __init__(self, checks: Sequence[CheckResult]) -> None:
        failed = checks[0]
        super().__init__(
            "DESTINATION_CHECK_FAILED", failed.message, hint=failed.hint, place="settings"
        )
        self.checks = tuple(checks)


class ColumnsRestricted(Invalid):
    """Columns with personal data, asked for without the permission to read them."""

    def __init__(self, columns: Sequence[str]) -> None:
        super().__init__(
            "COLUMN_RESTRICTED",
            f"You may not send the restricted columns {', '.join(columns)}.",
            hint="Leave them out, or use a destination that allows users with limited PII.",
            place="columns",
        )
        self.columns = tuple(columns)

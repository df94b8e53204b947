"""What can be wrong with campaigns.

UserError
├── NotFound
│   ├── CampaignNotFound
│   └── CampaignRunNotFound
├── Conflict
│   ├── CampaignNameTaken
│   ├── CampaignRevisionConflict    changed by somebody else meanwhile
│   └── CampaignStateConflict       the state forbids the command; says which allow it
└── Invalid
    └── CampaignInvalid             with all blocking issues
"""

from __future__ import annotations

from collections.abc import Sequence

from ampiq_gql.campaigns.models import ValidationIssue
from ampiq_gql.errors import Conflict, Invalid, NotFound
from ampiq_gql.store.campaigns import CampaignState

__all__ = [
    "CampaignInvalid", "CampaignNameTaken", "CampaignNotFound", "CampaignRevisionConflict",
    "CampaignRunNotFound", "CampaignStateConflict",
]  # fmt: skip


class CampaignNotFound(NotFound):
    """No campaign has that id."""

    def __init__(self) -> None:
        super().__init__("CAMPAIGN_NOT_FOUND", "There is no such campaign.")


class CampaignRunNotFound(NotFound):
    """No run has that id."""

    def __init__(self) -> None:
        super().__init__("CAMPAIGN_RUN_NOT_FOUND", "There is no such run of a campaign.")


class CampaignNameTaken(Conflict):
    """Another campaign has the name."""

    def __init__(self, name: str) -> None:
        super().__init__(
            "CAMPAIGN_NAME_TAKEN",
            f'There is already a campaign named "{name}".',
            hint="Choose another name; upper and lower case count as the same.",
            place="name",
        )


class CampaignRevisionConflict(Conflict):
    """The campaign is at another revision than the caller has seen."""

    def __init__(self, name: str, *, expected: int, found: int) -> None:
        super().__init__(
            "REVISION_CONFLICT",
            f'Campaign "{name}" was changed by somebody else meanwhile.',
            hint="Read it again and repeat the change.",
            place="revision",
        )
        self.expected = expected
        self.found = found


class CampaignStateConflict(Conflict):
    """The campaign is in a state that forbids the command."""

    def __init__(
        self, command: str, present: CampaignState, allowed: Sequence[CampaignState]
    ) -> None:
        super().__init__(
            "CAMPAIGN_STATE_CONFLICT",
            f"A campaign in state {present} cannot be {command}.",
            hint=f"It must be in state {' or '.join(allowed)}.",
        )
        self.present = present
        self.allowed = tuple(allowed)


class CampaignInvalid(Invalid):
    """Something must be mended before the campaign can run."""

    def __init__(self, issues: Sequence[ValidationIssue]) -> None:
        first = issues[0]
        more = f" (and {len(issues) - 1} more)" if len(issues) > 1 else ""
        super().__init__(first.code, first.message + more, place=first.path)
        self.issues = tuple(issues)

"""Tables that stand in the user's own database already, shown under the standard names.

Nothing of theirs is copied: people, orders and lines are views over them; what follows from these
(histories, attributes) is worked out as a build works it out.
"""

from __future__ import annotations

from ampiq_gql.attach.mapping import AttachMapping, read_mapping, write_mapping
from ampiq_gql.attach.models import AttachRefused, AttachReport
from ampiq_gql.attach.proposing import AttachProposal
from ampiq_gql.attach.service import AttachService

__all__ = [
    "AttachMapping", "AttachProposal", "AttachRefused", "AttachReport", "AttachService",
    "read_mapping", "write_mapping",
]  # fmt: skip

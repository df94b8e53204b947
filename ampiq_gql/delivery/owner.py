"""Who drives a run: this process, told apart from every other one, dead or alive."""

from __future__ import annotations

import os
import secrets
import socket
from dataclasses import dataclass
from datetime import datetime

from ampiq_gql.store.base import utc_now

__all__ = ["ProcessOwner"]

# Two processes may have had one number, one after the other: in a container it is always 1.
_START = secrets.token_hex(4)


@dataclass(frozen=True, slots=True)
class ProcessOwner:
    """A process, as it signs leases: host, number, and a mark of its start."""

    host: str
    process_id: int
    start: str

    @classmethod
    def present(cls) -> ProcessOwner:
        """Return this process."""
        return cls(socket.gethostname(), os.getpid(), _START)

    @classmethod
    def parse(cls, text: str) -> ProcessOwner:
        """Read a signature."""
        host, process_id, start = text.rsplit(":", 2)
        return cls(host, int(process_id), start)

    def __str__(self) -> str:
        return f"{self.host}:{self.process_id}:{self.start}"

    def knows_dead(self, other: ProcessOwner) -> bool:
        """Tell whether the other process has certainly ended; of other hosts nothing is certain."""
        if other.host != self.host:
            return False
        if other.process_id == self.process_id:
            return other.start != self.start
        try:
            os.kill(other.process_id, 0)
        except ProcessLookupError:
            return True
        except PermissionError:
            return False
        return False

    def may_take(self, signature: str | None, lease_until: datetime | None) -> bool:
        """Tell whether a lease is free: nobody's, a dead process's, or run out."""
        if signature is None or self.dead_among(signature):
            return True
        return lease_until is not None and lease_until < utc_now()

    def dead_among(self, signature: str | None) -> frozenset[str]:
        """Return the signature, as a set, if its process is known to be dead."""
        if signature is None or not self.knows_dead(ProcessOwner.parse(signature)):
            return frozenset()
        return frozenset((signature,))

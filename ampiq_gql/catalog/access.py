"""Who may see the values of a column: four classes, and what they mean for results.

The class of a derived column is the highest class of its inputs (data-model.md §10); a fact about
an input (it is there, it is above a limit, how many there are) is not its value.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

__all__ = ["AccessClass", "highest"]


class AccessClass(StrEnum):
    """Classes from the lowest to the highest.

    Values of `pii` and `sensitive` columns are restricted: hidden from readers without `pii:read`,
    refused in their filters, never listed in statistics (readings.md 22).
    """

    OPEN = "open"
    INTERNAL = "internal"
    PII = "pii"
    SENSITIVE = "sensitive"

    @property
    def is_restricted(self) -> bool:
        """Say whether values are personal data."""
        return self in (AccessClass.PII, AccessClass.SENSITIVE)


_ORDER = tuple(AccessClass)


def highest(classes: Iterable[AccessClass]) -> AccessClass:
    """Return the highest of the classes; `open` when there are none."""
    return max(classes, key=_ORDER.index, default=AccessClass.OPEN)

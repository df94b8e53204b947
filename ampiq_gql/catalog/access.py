"""Who may see the values of a column: four classes, and what they mean for results.

The class of a derived column is the highest class of its inputs (data-model.md §10); a fact about
an input (it is there, it is above a limit, how many there are) is not its value. Whoever shows or
sends rows of customers asks here, by way of the catalog.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from ampiq_gql.settings import Settings

__all__ = ["AccessClass", "StatedClasses", "highest", "spread"]


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

Column = tuple[str, str]
"""A table and a column of it."""


def highest(classes: Iterable[AccessClass]) -> AccessClass:
    """Return the highest of the classes; `open` when there are none."""
    return max(classes, key=_ORDER.index, default=AccessClass.OPEN)


class StatedClasses:
    """Classes that a site gives to a `column` or a `table.column`; they raise and never lower."""

    def __init__(self, stated: Mapping[str, AccessClass]) -> None:
        self._stated = dict(stated)

    @classmethod
    def of(cls, settings: Settings) -> StatedClasses:
        """Return those of the settings."""
        found = settings.column_classes.items()
        return cls({name: AccessClass(stated) for name, stated in found})

    def __bool__(self) -> bool:
        return bool(self._stated)

    @property
    def restricted(self) -> frozenset[str]:
        """The names that are called personal."""
        return frozenset(name for name, found in self._stated.items() if found.is_restricted)

    def of_column(self, table: str, column: str) -> AccessClass:
        """Return the class stated of the column; `open`, the lowest, when nothing is."""
        none = AccessClass.OPEN
        return highest(
            (self._stated.get(column, none), self._stated.get(f"{table}.{column}", none))
        )


def spread(
    classes: Mapping[Column, AccessClass], inputs: Iterable[tuple[Column, Column]]
) -> dict[Column, AccessClass]:
    """Raise each column to the class of whatever its values are made of.

    `inputs` are pairs of a column and one that it is made of; both may be a source's.
    """
    raised = dict(classes)
    pairs = tuple(inputs)
    has_changed = True
    while has_changed:  # once for each step from the files to the last table
        has_changed = False
        for column, origin in pairs:
            known = raised.get(column, AccessClass.OPEN)
            found = highest((known, raised.get(origin, AccessClass.OPEN)))
            if found is not known:
                raised[column] = found
                has_changed = True
    return raised

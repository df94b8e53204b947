"""The flags of customer_attributes (data-model.md §4): each rule is declared once.

From the same declaration come the column that the build stores and the words that explain it.
"""

from __future__ import annotations

from ampiq_gql.build.flags.declared import declared_flags
from ampiq_gql.build.flags.inputs import FlagInputs, FlagSources
from ampiq_gql.build.flags.model import Evidence, Flag, FlagValue, Looked, Outcome

__all__ = [
    "Evidence", "Flag", "FlagInputs", "FlagSources", "FlagValue", "Looked", "Outcome",
    "declared_flags",
]  # fmt: skip

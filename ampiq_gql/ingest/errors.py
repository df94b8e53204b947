"""What can be wrong with files that somebody wants to load."""

from __future__ import annotations

from ampiq_gql.errors import Invalid

__all__ = [
    "AmbiguousDates",
    "ColumnMissing",
    "FileUnreadable",
    "MappingInvalid",
    "RowsRefused",
]


class FileUnreadable(Invalid):
    """The file cannot be read as a table at all."""

    def __init__(self, message: str, *, place: str, hint: str | None = None) -> None:
        super().__init__("FILE_UNREADABLE", message, hint=hint, place=place)


class ColumnMissing(Invalid):
    """A required column was not found among the headers."""

    def __init__(self, message: str, *, place: str, hint: str) -> None:
        super().__init__("COLUMN_MISSING", message, hint=hint, place=place)


class MappingInvalid(Invalid):
    """The mapping file, or what it says about this file, is wrong."""

    def __init__(self, message: str, *, place: str | None = None, hint: str | None = None) -> None:
        super().__init__("MAPPING_INVALID", message, hint=hint, place=place)


class AmbiguousDates(Invalid):
    """Day and month cannot be told apart, so nobody guesses."""

    def __init__(self, message: str, *, place: str, hint: str) -> None:
        super().__init__("DATES_AMBIGUOUS", message, hint=hint, place=place)


class RowsRefused(Invalid):
    """Under `strict`, rows that would go to quarantine refuse the whole load."""

    def __init__(self, message: str, *, place: str) -> None:
        super().__init__(
            "ROWS_REFUSED",
            message,
            place=place,
            hint="Mend the rows, or load without `--strict` to set them aside.",
        )

"""What can be wrong with files that somebody wants to load."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ampiq_gql.errors import Conflict, Invalid, NotFound

if TYPE_CHECKING:
    from ampiq_gql.ingest.bad_rows import BadRow

__all__ = [
    "AmbiguousDates",
    "AmbiguousNumbers",
    "ArchiveRefused",
    "ColumnMissing",
    "FileUnreadable",
    "KindUnclear",
    "LoadNotFound",
    "MappingInvalid",
    "MappingUnclear",
    "QuarantineTooLarge",
    "RatesInvalid",
    "ReloadRefused",
    "RetryRefused",
    "RowsRefused",
    "SourcesOutdated",
    "TooManyBadRows",
    "TotalsDisagree",
    "UndoRefused",
]


class FileUnreadable(Invalid):
    """The file cannot be read as a table at all."""

    def __init__(self, message: str, *, place: str, hint: str | None = None) -> None:
        super().__init__("FILE_UNREADABLE", message, hint=hint, place=place)


class ArchiveRefused(Invalid):
    """An archive becomes too large, or holds too much."""

    def __init__(self, message: str, *, place: str, hint: str | None = None) -> None:
        super().__init__("ARCHIVE_REFUSED", message, hint=hint, place=place)


class ColumnMissing(Invalid):
    """A required column was not found among the headers."""

    def __init__(self, message: str, *, place: str, hint: str) -> None:
        super().__init__("COLUMN_MISSING", message, hint=hint, place=place)


class MappingInvalid(Invalid):
    """The mapping file, or what it says about this file, is wrong."""

    def __init__(self, message: str, *, place: str | None = None, hint: str | None = None) -> None:
        super().__init__("MAPPING_INVALID", message, hint=hint, place=place)


class MappingUnclear(Invalid):
    """A required column could only be guessed, so somebody has to say."""

    def __init__(self, questions: tuple[str, ...], *, place: str) -> None:
        super().__init__(
            "MAPPING_UNCLEAR",
            "Open questions: " + " ".join(questions),
            place=place,
            hint="`ampiq ingest FILE --inspect --map FILE.yaml` writes a mapping file: answer "
            "there, then load with `--map FILE.yaml`.",
        )
        self.questions = questions


class KindUnclear(Invalid):
    """Nobody said what the rows are, and the headers do not tell."""

    def __init__(self, message: str, *, place: str) -> None:
        super().__init__(
            "KIND_UNCLEAR",
            message,
            place=place,
            hint="Say it: --as customers, orders, order-items, products, email-opt-status or "
            "sms-opt-status.",
        )


class AmbiguousDates(Invalid):
    """Day and month cannot be told apart, so nobody guesses."""

    def __init__(self, message: str, *, place: str, hint: str) -> None:
        super().__init__("DATES_AMBIGUOUS", message, hint=hint, place=place)


class AmbiguousNumbers(Invalid):
    """A mark can be that of decimals or of thousands, so nobody guesses."""

    def __init__(self, message: str, *, place: str, hint: str) -> None:
        super().__init__("NUMBERS_AMBIGUOUS", message, hint=hint, place=place)


class RowsRefused(Invalid):
    """Under `strict`, rows that would go to quarantine refuse the whole load."""

    def __init__(self, message: str, *, place: str) -> None:
        super().__init__(
            "ROWS_REFUSED",
            message,
            place=place,
            hint="Mend the rows, or load without `--strict` to set them aside.",
        )


class TooManyBadRows(Invalid):
    """More rows are bad than a quarantine should hold: something else is wrong."""

    def __init__(self, limit: int, row: BadRow) -> None:
        super().__init__(
            "ROWS_REFUSED",
            f"More than {limit:,} rows are bad, so nothing was loaded; the last one seen says: "
            f"{row.message}.",
            place=f"{row.file}:{row.extent.line}",
            hint="Is it the right file, delimiter, encoding and mapping? `--inspect` shows.",
        )


class TotalsDisagree(Invalid):
    """The lines of a file are not accounted for, so nothing of it was loaded."""

    def __init__(self, message: str, *, place: str) -> None:
        super().__init__(
            "TOTALS_DISAGREE",
            message,
            place=place,
            hint="Did the file change while it was read? Load it again; please report it else.",
        )


class RatesInvalid(Invalid):
    """The file of exchange rates cannot be used."""

    def __init__(self, message: str, *, place: str) -> None:
        super().__init__(
            "RATES_INVALID",
            f"The exchange rates cannot be used: {message}.",
            place=place,
            hint="Write a CSV file `date,from,to,rate` of lines like `2025-01-31,EUR,USD,1.0393`.",
        )


class ReloadRefused(Conflict):
    """A reload would remove more than anybody asked for, or fits its mode badly."""

    def __init__(self, message: str, *, hint: str) -> None:
        super().__init__("RELOAD_REFUSED", message, hint=hint)


class LoadNotFound(NotFound):
    """There is no load of that number."""

    def __init__(self, number: int) -> None:
        super().__init__(
            "LOAD_NOT_FOUND", f"There is no load {number}.", hint="`ampiq loads list` lists them."
        )


class UndoRefused(Conflict):
    """Later loads stand on the one that should be undone."""

    def __init__(self, message: str, *, hint: str) -> None:
        super().__init__("UNDO_REFUSED", message, hint=hint)


class RetryRefused(Conflict):
    """The rows in quarantine cannot be tried again by themselves."""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__("RETRY_REFUSED", message, hint=hint)


class QuarantineTooLarge(Conflict):
    """So much is in quarantine that a build would show wrong figures."""

    def __init__(self, message: str) -> None:
        super().__init__(
            "QUARANTINE_TOO_LARGE",
            message,
            hint="`ampiq quarantine show LOAD` says what is wrong; `retry` after repair, or "
            "`discard LOAD --reason …` to do without these rows.",
        )


class SourcesOutdated(Conflict):
    """The source tables were made by an earlier version."""

    def __init__(self) -> None:
        super().__init__(
            "SOURCES_OUTDATED",
            "The source tables of this home were made by an earlier version of AmpIQ.",
            hint="Load the files into a new home (AMPIQ_HOME); this one can still be read.",
        )

"""What can go wrong between a caller and the warehouse."""

from __future__ import annotations

from ampiq_gql.errors import Conflict, Invalid, NotFound, OperatorError, UserError

__all__ = [
    "BuildBeingRead",
    "BuildDamaged",
    "BuildIsCurrent",
    "BuildNotFound",
    "FileUnusable",
    "NoBuild",
    "NoSources",
    "QueryCancelled",
    "QueryTimeout",
    "QueryTooLarge",
    "SourcesBusy",
    "WarehouseDamaged",
    "WarehouseUnreachable",
    "WarehouseUnsuitable",
]


class NoBuild(Conflict):
    """Nothing was built yet; `place` is where one was looked for."""

    def __init__(self, place: str | None = None) -> None:
        super().__init__(
            "NO_BUILD",
            "There is no customer-360 yet.",
            hint="Load files with `ampiq ingest`, then run `ampiq build`.",
            place=place,
        )


class BuildNotFound(NotFound):
    """No build of that id is kept."""

    def __init__(self, build_id: str) -> None:
        super().__init__(
            "BUILD_NOT_FOUND",
            f"No build {build_id!r} is kept.",
            hint="`ampiq builds list` shows those that are; `keep_builds` says how many stay.",
            place="id",
        )


class BuildDamaged(Conflict):
    """A kept build cannot be shown."""

    def __init__(self, build_id: str, damage: str) -> None:
        self.damage = damage
        super().__init__(
            "BUILD_DAMAGED",
            f"The build {build_id} cannot be used: {damage}.",
            hint="Use another one, or run `ampiq build`; `ampiq builds drop` removes this one.",
            place="id",
        )


class BuildIsCurrent(Conflict):
    """The build that readers see cannot go."""

    def __init__(self, build_id: str) -> None:
        super().__init__(
            "BUILD_IS_CURRENT",
            f"The build {build_id} is the current one.",
            hint="Show another one first: `ampiq builds use ID`, or `ampiq build`.",
            place="id",
        )


class BuildBeingRead(Conflict):
    """Somebody still reads the build, and would lose it under their hands."""

    def __init__(self, build_id: str) -> None:
        super().__init__(
            "BUILD_BEING_READ",
            f"Somebody still reads the build {build_id}.",
            hint="Try again when the queries on it have ended.",
            place="id",
        )


class NoSources(Conflict):
    """Nothing was loaded yet."""

    def __init__(self) -> None:
        super().__init__(
            "NO_SOURCES",
            "There are no source tables yet.",
            hint="Load files with `ampiq ingest`.",
        )


class SourcesBusy(Conflict):
    """Another process or thread holds the source tables."""

    def __init__(self, owner: str) -> None:
        super().__init__(
            "SOURCES_BUSY",
            f"The source tables are in use by {owner}.",
            hint="Wait until it ends, then try again.",
        )


class QueryTimeout(UserError):
    """A statement ran longer than it may."""

    def __init__(self, timeout_seconds: float) -> None:
        super().__init__(
            "QUERY_TIMEOUT",
            f"The query took longer than {timeout_seconds:g} seconds and was stopped.",
            hint="Narrow the segment or the range, or raise `query_timeout_seconds`.",
        )


class QueryTooLarge(UserError):
    """A statement needs more memory than it may take."""

    def __init__(self) -> None:
        super().__init__(
            "QUERY_TOO_LARGE",
            "The query needs more memory than the warehouse may use and was stopped.",
            hint="Narrow the segment or the columns, or raise `memory_limit`.",
        )


class QueryCancelled(UserError):
    """Somebody stopped the statement."""

    def __init__(self) -> None:
        super().__init__("QUERY_CANCELLED", "The query was cancelled.")


class FileUnusable(Invalid):
    """A file that was to be published cannot be shown as that table."""

    def __init__(self, message: str, *, place: str) -> None:
        super().__init__("FILE_UNUSABLE", message, place=place)


class WarehouseDamaged(OperatorError):
    """A file of the warehouse is missing, or is not what it was written as."""

    def __init__(self, message: str, *, place: str, hint: str) -> None:
        super().__init__("WAREHOUSE_DAMAGED", message, hint=hint, place=place)


class WarehouseUnreachable(UserError):
    """The database server does not answer, or hung up."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(
            "WAREHOUSE_UNREACHABLE",
            f"The warehouse at {place} cannot be reached: {reason}",
            hint="Check AMPIQ_WAREHOUSE_URL, and that the server runs and lets this machine in.",
            place=place,
        )


class WarehouseUnsuitable(Conflict):
    """The database server answers, but cannot hold a customer-360 as it is."""

    def __init__(self, message: str, *, hint: str) -> None:
        super().__init__("WAREHOUSE_UNSUITABLE", message, hint=hint)

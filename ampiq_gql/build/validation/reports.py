"""Where reports are kept: one document in the build itself, and one file beside, refused or not.

The document in the build reaches whoever reads the build; the file tells of builds that were
refused, and of former ones.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from pydantic import TypeAdapter, ValidationError
from sqlalchemy.schema import CreateTable

from ampiq_gql.build.validation.models import ValidationReport
from ampiq_gql.settings import Settings
from ampiq_gql.warehouse import BUILD_SCHEMA, Session
from ampiq_gql.warehouse.durable import write_atomically

__all__ = ["ReportFiles", "read_report", "store_report"]

FOLDER = "validation"
REFUSED_KEPT = 5

_DOCUMENT = TypeAdapter(ValidationReport)

REPORTS = sa.Table(
    "validation_report",
    sa.MetaData(schema=BUILD_SCHEMA),
    sa.Column("build_id", sa.Text, nullable=False),
    sa.Column("document", sa.Text, nullable=False),
)
_PRESENT_TABLES = sa.table("tables", sa.column("table_name", sa.Text), schema="information_schema")


def store_report(connection: sa.Connection, report: ValidationReport) -> None:
    """Write the report into the build that it is about."""
    connection.execute(CreateTable(REPORTS))
    document = _DOCUMENT.dump_json(report).decode()
    connection.execute(REPORTS.insert().values(build_id=report.build_id, document=document))


def read_report(session: Session) -> ValidationReport | None:
    """Read the report that a build carries.

    None of a build made before there were reports, and of tables of others: those are not checked.
    """
    if session.build.attached or not (session.build.has_statistics or _is_present(session)):
        return None
    found = session.rows(sa.select(REPORTS.c.document))
    return _decoded(found[0][0]) if found else None


def _is_present(session: Session) -> bool:
    """Look for the table in a build that is older than statistics, and maybe than reports."""
    name = _PRESENT_TABLES.c.table_name
    return bool(session.rows(sa.select(name).where(name == REPORTS.name).limit(1)))


class ReportFiles:
    """The reports of one home, as many as there are builds, and the last few refusals."""

    def __init__(self, settings: Settings) -> None:
        self._folder = settings.home / FOLDER
        self._keep_builds = settings.keep_builds

    def write(self, report: ValidationReport) -> None:
        """Keep the report, and let go of old ones."""
        self._folder.mkdir(parents=True, exist_ok=True)
        write_atomically(self._file(report.build_id), _DOCUMENT.dump_json(report, indent=1))
        self._prune()

    def read(self, build_id: str) -> ValidationReport | None:
        """Return the report of that build, None when there is none."""
        # A text that holds a path is no id.
        file = self._file(build_id)
        if file.parent != self._folder or not file.is_file():
            return None
        return _decoded(file.read_bytes())

    def newest(self) -> ValidationReport | None:
        """Return the last report, published or refused."""
        return next((report for _file, report in self._newest_first()), None)

    def newest_refused(self) -> ValidationReport | None:
        """Return the report of the last build that was refused, unless a later one was not."""
        report = self.newest()
        return None if report is None or report.is_published else report

    def _file(self, build_id: str) -> Path:
        return self._folder / f"{build_id}.json"

    def _newest_first(self) -> list[tuple[Path, ValidationReport]]:
        found = [(file, _decoded(file.read_bytes())) for file in self._folder.glob("*.json")]
        readable = [(file, report) for file, report in found if report is not None]
        return sorted(readable, key=lambda one: one[1].built_at, reverse=True)

    def _prune(self) -> None:
        published = refused = 0
        for file, report in self._newest_first():
            published += report.is_published
            refused += not report.is_published
            kept, limit = (
                (published, self._keep_builds) if report.is_published else (refused, REFUSED_KEPT)
            )
            if kept > limit:
                file.unlink()


def _decoded(document: str | bytes) -> ValidationReport | None:
    """Return the report; None when another version of AmpIQ wrote it in another form."""
    try:
        return _DOCUMENT.validate_json(document)
    except ValidationError:
        return None

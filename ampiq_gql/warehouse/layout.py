"""Where things lie under the home: the one place that spells file names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

__all__ = ["HomeLayout"]

PARTIAL_SUFFIX = ".partial"


@dataclass(frozen=True, slots=True)
class HomeLayout:
    """Paths of the warehouse's files; `create` makes the folders."""

    home: Path

    @property
    def sources(self) -> Path:
        """The source tables."""
        return self.home / "sources.duckdb"

    @property
    def sources_lock(self) -> Path:
        """Held by the only user of the source tables; its text names the owner."""
        return self.home / "sources.lock"

    @property
    def pointer(self) -> Path:
        """Which build and which files are shown."""
        return self.home / "warehouse.json"

    @property
    def pointer_lock(self) -> Path:
        """Held while the pointer is changed."""
        return self.home / "warehouse.lock"

    @property
    def builds(self) -> Path:
        """One immutable file per build."""
        return self.home / "builds"

    @property
    def spill(self) -> Path:
        """What queries write when memory is short; gone when their process ends."""
        return self.home / "tmp"

    def build(self, build_id: str) -> Path:
        """The file of a finished build."""
        return self.builds / f"{build_id}.duckdb"

    def partial_build(self, build_id: str) -> Path:
        """The file of a build that is being written."""
        return self.builds / f"{build_id}.duckdb{PARTIAL_SUFFIX}"

    def folder(self, name: str) -> Path:
        """A folder of published files."""
        return self.home / name

    def create(self) -> None:
        """Make the folders that must exist before anything else."""
        for folder in (self.builds, self.spill):
            folder.mkdir(parents=True, exist_ok=True)

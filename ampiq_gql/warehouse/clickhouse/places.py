"""Where an installation's databases stand on the server: all their names begin with its own."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["FINISHED", "OWNED", "STATE_PREFIX", "Places"]

STATE_PREFIX = "state_"
"""Of the marks in the installation's own database that say what is shown."""

OWNED = "ampiq_owner"
"""The mark of a build that says who makes it."""

FINISHED = "ampiq_build"
"""The mark of a build that is whole; its document says what it is."""


@dataclass(frozen=True, slots=True)
class Places:
    """The databases of the installation `name`."""

    name: str

    @property
    def files(self) -> str:
        """Published files, a table each."""
        return f"{self.name}_files"

    @property
    def scratch(self) -> str:
        """Tables that a reader's session needs meanwhile."""
        return f"{self.name}_scratch"

    @property
    def builds(self) -> str:
        """What the names of builds begin with."""
        return f"{self.name}_build_"

    @property
    def views(self) -> str:
        """What the names of states begin with."""
        return f"{self.name}_shown_"

    @property
    def reader_role(self) -> str:
        """The role that may read the views of states."""
        return f"{self.name}_reader"

    def build(self, build_id: str) -> str:
        """The tables of a build."""
        return f"{self.builds}{build_id}"

    def loaded(self, build_id: str) -> str:
        """The source tables that a build is made of; gone when it ends."""
        return f"{self.name}_loaded_{build_id}"

    def work(self, build_id: str) -> str:
        """The tables that a build needs only meanwhile."""
        return f"{self.name}_work_{build_id}"

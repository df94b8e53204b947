"""The builds that are kept: listing them, going back to one, letting one go."""

from __future__ import annotations

from ampiq_gql.store import Store
from ampiq_gql.warehouse import BuildInfo, KeptBuild, Warehouse

__all__ = ["KeptBuildService"]


class KeptBuildService:
    """Lists, shows and drops builds; the audit log keeps who did it."""

    def __init__(self, warehouse: Warehouse, store: Store) -> None:
        self._warehouse = warehouse
        self._store = store

    def list(self) -> tuple[KeptBuild, ...]:
        """Return the builds that still stand, the newest first."""
        return self._warehouse.kept_builds()

    def use(self, build_id: str, actor: str) -> BuildInfo:
        """Show a kept build to all who read from now on; open readers end on theirs.

        Raises `BuildNotFound` and `BuildDamaged`.
        """
        before = self._warehouse.current_build()
        build = self._warehouse.use_build(build_id)
        self._log(actor, "build.use", build_id, {"before": before.id if before else None})
        return build

    def drop(self, build_id: str, actor: str) -> None:
        """Remove a kept build for good.

        Raises `BuildNotFound`, `BuildIsCurrent` and `BuildBeingRead`.
        """
        self._warehouse.drop_build(build_id)
        self._log(actor, "build.drop", build_id, {})

    def _log(self, actor: str, action: str, build_id: str, details: dict[str, object]) -> None:
        with self._store.begin() as work:
            work.audit.record(actor, action, "build", build_id, details)

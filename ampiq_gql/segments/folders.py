"""Folders of segments and queries: three levels at most, names unique as a whole."""

from __future__ import annotations

from ampiq_gql.segments.errors import FolderNameTaken, FolderNotFound, InvalidProperty
from ampiq_gql.segments.properties import check_name
from ampiq_gql.store import Store
from ampiq_gql.store.base import new_id, utc_now
from ampiq_gql.store.errors import NameNotUnique
from ampiq_gql.store.folders import MAX_FOLDER_LEVEL, FolderRecord

__all__ = ["FolderService"]


class FolderService:
    """Makes and lists folders. Safe to use from many threads."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def create(self, name: str, actor: str, *, parent_id: str | None = None) -> FolderRecord:
        """Make a folder below another, or below the root.

        Raises `InvalidName`, `FolderNameTaken`, `FolderNotFound` for the parent, and
        `InvalidProperty` when it would lie too deep.
        """
        check_name(name)
        with self._store.begin() as work:
            parent = None if parent_id is None else work.folders.get(parent_id)
            if parent_id is not None and parent is None:
                raise FolderNotFound(place="parentId")
            folder = FolderRecord(
                id=new_id(),
                name=name,
                parent_id=parent_id,
                level=1 if parent is None else parent.level + 1,
                created_by=actor,
                created_at=utc_now(),
            )
            _check_level(folder)
            try:
                work.folders.add(folder)
            except NameNotUnique as error:
                raise FolderNameTaken(name) from error
            work.audit.record(actor, "folder.create", "folder", folder.id, {"name": name})
        return folder

    def get_many(self, folder_ids: frozenset[str]) -> dict[str, FolderRecord]:
        """Return those of the folders that exist, by id."""
        with self._store.read() as work:
            return work.folders.get_many(folder_ids)

    def tree(self) -> tuple[FolderRecord, ...]:
        """Return all folders, parents before their children."""
        with self._store.read() as work:
            return work.folders.tree()


def _check_level(folder: FolderRecord) -> None:
    if folder.level > MAX_FOLDER_LEVEL:
        raise InvalidProperty(
            f'"{folder.name}" would lie {folder.level} levels deep; at most {MAX_FOLDER_LEVEL}.',
            place="parentId",
        )

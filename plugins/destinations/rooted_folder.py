"""A folder below a root that nothing written through it can leave.

Every step of the way down is opened without following symbolic links, and files are opened
relative to the folder's descriptor: a link put there meanwhile is refused, not followed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BufferedRandom
from pathlib import Path, PurePosixPath

__all__ = ["OutsideRoot", "RootedFolder", "relative_folder"]

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW


class OutsideRoot(ValueError):
    """The path leads out of the root."""


def relative_folder(root: Path, folder: str) -> PurePosixPath:
    """Return `folder` as a path below `root`, given absolutely or relative to it.

    Raises `OutsideRoot`. Looks at the text only; links are met when the folder is opened.
    """
    path = Path(folder)
    if path.is_absolute():
        try:
            path = path.relative_to(root.absolute())
        except ValueError as error:
            raise OutsideRoot(f"{folder} is not below {root}") from error
    if ".." in path.parts:
        raise OutsideRoot(f'{folder} climbs with ".."')
    return PurePosixPath(path.as_posix())


@dataclass(frozen=True, slots=True)
class RootedFolder:
    """An open folder below a root."""

    path: Path
    descriptor: int

    @classmethod
    @contextmanager
    def open(cls, root: Path, folder: str) -> Iterator[RootedFolder]:
        """Open the folder, making what is missing; raises `OutsideRoot` at a symbolic link."""
        relative = relative_folder(root, folder)
        root.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY)  # the root itself is trusted
        try:
            for part in relative.parts:
                parent, descriptor = descriptor, _step_down(descriptor, part, folder)
                os.close(parent)
            yield cls(root / relative, descriptor)
        finally:
            os.close(descriptor)

    def create(self, name: str) -> BufferedRandom:
        """Open a new private file to write and read, in place of an older one of that name."""
        self.remove(name)
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        return os.fdopen(os.open(name, flags, 0o600, dir_fd=self.descriptor), "w+b")

    def read(self, name: str) -> bytes | None:
        """Return the content of a small file, or None when there is none."""
        try:
            descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW, dir_fd=self.descriptor)
        except FileNotFoundError:
            return None
        with os.fdopen(descriptor, "rb") as file:
            return file.read()

    def exists(self, name: str) -> bool:
        """Tell whether the name is taken, be it by a link to nowhere."""
        try:
            os.stat(name, dir_fd=self.descriptor, follow_symlinks=False)
        except FileNotFoundError:
            return False
        return True

    def replace(self, temporary: str, name: str) -> None:
        """Give a finished file its name, in one step that survives a power cut."""
        os.rename(temporary, name, src_dir_fd=self.descriptor, dst_dir_fd=self.descriptor)
        os.fsync(self.descriptor)

    def publish(self, temporary: str, name: str) -> None:
        """Do what `replace` does, but raise `FileExistsError` when another has the name."""
        os.link(
            temporary,
            name,
            src_dir_fd=self.descriptor,
            dst_dir_fd=self.descriptor,
            follow_symlinks=False,
        )
        self.remove(temporary)
        os.fsync(self.descriptor)

    def remove(self, name: str) -> None:
        """Remove the file if it is there."""
        with suppress(FileNotFoundError):
            os.unlink(name, dir_fd=self.descriptor)


def _step_down(descriptor: int, part: str, folder: str) -> int:
    """Open a child folder, making it if need be."""
    try:
        with suppress(FileExistsError):
            os.mkdir(part, 0o700, dir_fd=descriptor)
        return os.open(part, _FOLDER, dir_fd=descriptor)
    except OSError as error:
        raise OutsideRoot(f'{folder}: "{part}" is a link or no folder') from error

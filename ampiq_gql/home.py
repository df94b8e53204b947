"""The home: the folder that holds everything AmpIQ writes, made when it is first used."""

from __future__ import annotations

from pathlib import Path

from ampiq_gql.errors import OperatorError

__all__ = ["make_folder"]


def make_folder(folder: Path) -> None:
    """Make the home, or a folder in it, unless it is there.

    Raises `OperatorError` (HOME_UNUSABLE) when that cannot be: a file in the way, no permission.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OperatorError(
            "HOME_UNUSABLE",
            f"The folder {folder} cannot be made: {error.strerror}.",
            hint="Set AMPIQ_HOME to a folder of yours.",
            place=str(folder),
        ) from error

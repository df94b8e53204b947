"""What the properties of a segment may hold (segments.md 1.2): a name also becomes a file name."""

from __future__ import annotations

import re

from ampiq_gql.names import is_blank, unreadable_sign
from ampiq_gql.segments.errors import InvalidName, InvalidProperty
from ampiq_gql.store.names import name_key

__all__ = ["MAX_LABELS", "check_description", "check_labels", "check_name"]

MAX_NAME = 200
MAX_DESCRIPTION = 2000
MAX_LABELS = 10
MAX_LABEL = 35

_LABEL = re.compile(r"[\w-]+")


def check_name(name: str | None) -> str:
    """Return the name of a segment or folder; raise `InvalidName` when it cannot be one."""
    if name is None or is_blank(name):
        raise InvalidName("A name is required.")
    if len(name) > MAX_NAME:
        raise InvalidName(
            f"The name has {len(name)} characters; {MAX_NAME} are allowed.",
        )
    if name != name.strip():
        raise InvalidName(
            f'The name "{name}" begins or ends with a blank.', hint=f'Use "{name.strip()}".'
        )
    if name.strip(".") == "":
        raise InvalidName(f'"{name}" names a folder in every file system.', hint="Add a letter.")
    sign = unreadable_sign(name) or next((sign for sign in name if sign in "/\\"), None)
    if sign is not None:
        raise InvalidName(
            f"The name holds {sign!a}, which no file name can.",
            hint='Leave out "/", "\\" and control characters.',
        )
    return name


def check_description(description: str) -> str:
    """Return the description; raise `InvalidProperty` when it is too long."""
    if len(description) > MAX_DESCRIPTION:
        raise InvalidProperty(
            f"The description has {len(description)} characters; {MAX_DESCRIPTION} are allowed.",
            place="description",
        )
    return description


def check_labels(labels: tuple[str, ...]) -> tuple[str, ...]:
    """Return the labels as they are kept: each once, sorted, whatever their case.

    Raises `InvalidProperty` for the first that cannot be one.
    """
    if len(labels) > MAX_LABELS:
        raise InvalidProperty(
            f"There are {len(labels)} labels; a segment has at most {MAX_LABELS}.", place="labels"
        )
    for label in labels:
        if len(label) > MAX_LABEL or not _LABEL.fullmatch(label):
            raise InvalidProperty(
                f'"{label[:MAX_LABEL]}" cannot be a label.',
                hint=f"Use up to {MAX_LABEL} letters, digits, - and _.",
                place="labels",
            )
    kept = {name_key(label): label for label in labels}
    return tuple(kept[key] for key in sorted(kept))

"""What the properties of a segment may hold (segments.md 1.2): a name also becomes a file name."""

from __future__ import annotations

import re
import unicodedata

from ampiq_gql.segments.errors import InvalidName, InvalidProperty

__all__ = ["MAX_LABELS", "check_description", "check_labels", "check_name"]

MAX_NAME = 200
MAX_DESCRIPTION = 2000
MAX_LABELS = 10
MAX_LABEL = 35

_LABEL = re.compile(r"[\w-]+")
# Control characters, halves of surrogate pairs, and separators of lines and paragraphs.
_UNWRITABLE = frozenset({"Cc", "Cs", "Zl", "Zp"})


def check_name(name: str | None) -> str:
    """Return the name of a segment or folder; raise `InvalidName` when it cannot be one."""
    if not name or not name.strip():
        raise InvalidName("A name is required.")
    if len(name) > MAX_NAME:
        raise InvalidName(
            f"The name has {len(name)} characters; {MAX_NAME} are allowed.",
        )
    if name != name.strip():
        raise InvalidName(
            f'The name "{name}" begins or ends with a blank.', hint=f'Use "{name.strip()}".'
        )
    for sign in name:
        if sign in "/\\" or unicodedata.category(sign) in _UNWRITABLE:
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
    """Return the labels; raise `InvalidProperty` for the first that cannot be one."""
    if len(labels) > MAX_LABELS:
        raise InvalidProperty(
            f"There are {len(labels)} labels; a segment has at most {MAX_LABELS}.", place="labels"
        )
    for label in labels:
        if len(label) > MAX_LABEL or not _LABEL.fullmatch(label):
            raise InvalidProperty(
                f'"{label}" cannot be a label.',
                hint=f"Use up to {MAX_LABEL} letters, digits, - and _.",
                place="labels",
            )
    return labels

"""What people may call things: a name can be read, typed again, and shown in one line."""

from __future__ import annotations

import unicodedata

from ampiq_gql.errors import Invalid

__all__ = ["MAX_NAME_LENGTH", "is_blank", "plain_name", "unreadable_sign"]

MAX_NAME_LENGTH = 100

# Control characters, halves of surrogate pairs, and separators of lines and paragraphs.
_UNREADABLE = frozenset({"Cc", "Cs", "Zl", "Zp"})
# What turns the direction of writing: a name would be read otherwise than it is written.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def plain_name(name: str, *, of: str, code: str) -> str:
    """Return the name of a thing without spare blanks; raise `Invalid` when it cannot be one."""
    plain = " ".join(name.split())
    if is_blank(plain) or len(plain) > MAX_NAME_LENGTH:
        raise Invalid(
            code, f"A {of}'s name has between 1 and {MAX_NAME_LENGTH} characters.", place="name"
        )
    if sign := unreadable_sign(plain):
        raise Invalid(
            code,
            f"The name holds {sign!a}, which nobody can read or type.",
            hint="Leave it out.",
            place="name",
        )
    return plain


def is_blank(name: str) -> bool:
    """Tell whether nothing of the name could be seen."""
    return not any(sign.isprintable() and not sign.isspace() for sign in name)


def unreadable_sign(name: str) -> str | None:
    """Return the first sign that a name cannot hold."""
    return next(
        (sign for sign in name if sign in _TURNING or unicodedata.category(sign) in _UNREADABLE),
        None,
    )

"""What is wrong with settings, in words: each by the name under which somebody has set it.

Values are quoted, so that one sees which of several places has won; secrets never are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING

from ampiq_gql.errors import Invalid

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

__all__ = ["refuse_misspelt", "unusable", "wrong_values"]

PREFIX = "AMPIQ_"
SECRETS = frozenset({"secret_key", "store_url", "warehouse_url"})  # addresses may hold passwords


def unusable(problems: Iterable[str], *, place: str | None = None) -> Invalid:
    """Return the error that tells all problems at once."""
    return Invalid(
        "SETTINGS_INVALID",
        f"The settings cannot be used: {'; '.join(problems)}.",
        hint="Mend the environment variables AMPIQ_… or the file ampiq.toml.",
        place=place,
    )


def wrong_values(error: ValidationError, known: Iterable[str]) -> Invalid:
    """Return what pydantic found, in our words."""
    names = tuple(known)
    return unusable(_problem(issue, names) for issue in error.errors())


def refuse_misspelt(environment: Mapping[str, str], known: Iterable[str]) -> None:
    """Raise `Invalid` for variables that look like ours and are none: they would do nothing."""
    names = tuple(known)
    problems = [
        f"{variable} is no setting{_near(name, names, PREFIX)}"
        for variable, name in _settings_in(environment)
        if name not in names
    ]
    if problems:
        raise unusable(problems)


def _settings_in(environment: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield each variable of ours, and the setting that it names."""
    for variable in sorted(environment):
        if variable.upper().startswith(PREFIX):
            yield variable, variable[len(PREFIX) :].lower().partition("__")[0]


def _problem(issue: ErrorDetails, known: tuple[str, ...]) -> str:
    name = ".".join(map(str, issue["loc"]))
    if issue["type"] == "extra_forbidden":
        return f"{name} is no setting{_near(name, known)}"
    reason = issue["msg"].removeprefix("Value error, ")
    is_quoted = name not in SECRETS and issue["type"] != "value_error"
    return f"{name}: {reason}" + (f" (it is {issue['input']!r})" if is_quoted else "")


def _near(name: str, known: Iterable[str], prefix: str = "") -> str:
    near = [f"{prefix}{one}" for one in get_close_matches(name, list(known), n=1)]
    if not near:
        return ""
    return f" (did you mean {near[0].upper() if prefix else near[0]}?)"

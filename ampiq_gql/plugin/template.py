"""Names with variables: `{{campaign_name}} {{now|format:'yyyy-MM-dd'}}`.

A closed little language: variables and dates, nothing that could run code. What a destination
may not have in a name (slashes, for files) the destination takes out of the rendered text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

__all__ = ["NameTemplate"]

_PLACE = re.compile(r"\{\{\s*(?P<name>\w+)\s*(?:\|\s*format(?::\s*'(?P<format>[^']*)')?\s*)?\}\}")
_DATE_PART = re.compile(r"yyyy|MM|dd|HH|mm|ss")
_DATE_DIRECTIVES = {"yyyy": "%Y", "MM": "%m", "dd": "%d", "HH": "%H", "mm": "%M", "ss": "%S"}
_DEFAULT_FORMAT = "yyyy-MM-dd"


@dataclass(frozen=True, slots=True)
class NameTemplate:
    """A text with variables in double braces; `now` is the one that takes a format."""

    text: str

    @property
    def variables(self) -> frozenset[str]:
        """Names of the variables in use."""
        return frozenset(place["name"] for place in _PLACE.finditer(self.text))

    def problem(self, known: frozenset[str]) -> str | None:
        """Say what is wrong with the template, or None; `now` is always known."""
        if unknown := self.variables - known - {"now"}:
            names = ", ".join(f"{{{{{name}}}}}" for name in sorted(known | {"now"}))
            return f"{{{{{min(unknown)}}}}} is not a variable; there are {names}"
        if "{{" in _PLACE.sub("", self.text):
            return "a variable is not closed or not spelled as {{name}} or {{now|format:'…'}}"
        return None

    def render(self, values: Mapping[str, str], *, now: datetime) -> str:
        """Fill in the variables; one without a value becomes nothing."""

        def fill(place: re.Match[str]) -> str:
            if place["name"] == "now":
                return _format(now, place["format"] or _DEFAULT_FORMAT)
            return values.get(place["name"], "")

        return _PLACE.sub(fill, self.text)


def _format(moment: datetime, pattern: str) -> str:
    # A '%' of the user must not become a directive of strftime, so parts are formatted one by one.
    return _DATE_PART.sub(lambda part: moment.strftime(_DATE_DIRECTIVES[part.group()]), pattern)

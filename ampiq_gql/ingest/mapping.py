"""How the user says what the headers and values of a file mean, when we cannot see it ourselves.

```yaml
columns: {Kundennr: customer_id, Notizen: ignore}
time_zone: Europe/Berlin      # of times without an offset; the site's zone if absent
date_format: "%d.%m.%Y"       # of dates that are not ISO
decimal_mark: ","
thousands_mark: "."
delimiter: ";"
encoding: windows-1252
```
"""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from ampiq_gql.ingest.errors import MappingInvalid

__all__ = ["IGNORE", "FileMapping"]

IGNORE = "ignore"
"""As the target of a header: leave this column out."""


class _MappingFile(BaseModel):
    """The YAML file, as written; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid")

    columns: dict[str, str] = {}
    time_zone: str | None = None
    date_format: str | None = None
    decimal_mark: str = "."
    thousands_mark: str | None = None
    delimiter: str | None = None
    encoding: str = "utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileMapping:
    """The user's word on headers, zone and spelling of values; all of it optional."""

    columns: Mapping[str, str] = field(default_factory=dict)
    time_zone: str | None = None
    date_format: str | None = None
    decimal_mark: str = "."
    thousands_mark: str | None = None
    delimiter: str | None = None
    encoding: str = "utf-8"

    def __post_init__(self) -> None:
        _check_zone(self.time_zone)
        _check_encoding(self.encoding)
        for name in ("decimal_mark", "thousands_mark", "delimiter"):
            _check_mark(name, getattr(self, name))

    @classmethod
    def from_yaml(cls, path: Path) -> Self:
        """Read a mapping file. Raises `MappingInvalid` that names what is wrong."""
        try:
            content = yaml.safe_load(path.read_text(encoding="utf-8"))
            stated = _MappingFile.model_validate(content or {})
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            raise MappingInvalid(
                f"The mapping {path} is not readable: {error}.", place=str(path)
            ) from error
        except ValidationError as error:
            raise MappingInvalid(_describe(path, error), place=str(path)) from error
        return cls(**stated.model_dump())

    @property
    def is_utf8(self) -> bool:
        """The bytes are UTF-8, so that bytes which are not can be told."""
        return codecs.lookup(self.encoding).name == "utf-8"


def _describe(path: Path, error: ValidationError) -> str:
    problems = "; ".join(
        f"{'.'.join(str(part) for part in issue['loc']) or 'file'}: {issue['msg']}"
        for issue in error.errors()
    )
    return f"The mapping {path} is not usable: {problems}."


def _check_zone(zone: str | None) -> None:
    try:
        if zone is not None:
            ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise MappingInvalid(
            f"time_zone: {zone!r} is not an IANA time zone.", hint="Write it like 'Europe/Paris'."
        ) from error


def _check_encoding(encoding: str) -> None:
    try:
        is_ascii_based = "a,\n".encode(encoding) == b"a,\n"
    except LookupError as error:
        raise MappingInvalid(f"encoding: {encoding!r} is unknown.") from error
    if not is_ascii_based:
        raise MappingInvalid(
            f"encoding: files in {encoding!r} cannot be read.", hint="Save the file as UTF-8."
        )


def _check_mark(name: str, mark: str | None) -> None:
    if mark is not None and (len(mark) != 1 or not mark.isascii() or mark == '"'):
        raise MappingInvalid(f"{name}: {mark!r} is not one ASCII character.")

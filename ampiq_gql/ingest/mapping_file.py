"""The mapping file: what `--inspect` proposes, people edit and review, and later loads reuse.

```yaml
version: 1
kind: orders
source: shop
columns:
  Kundennr: customer_id
  Betrag: {to: order_revenue, decimal_mark: ",", thousands_mark: "."}
  Notizen: ignore
time_zone: Europe/Berlin      # of times without an offset; the site's zone if absent
date_order: day-first         # of dates like 03/04/2025; or date_format: "%d.%m.%Y"
two_digit_years_from: 1950    # of dates like 03/04/49, which is then in 2049
delimiter: ";"
encoding: windows-1252
```
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from ampiq_gql.ingest.errors import MappingInvalid
from ampiq_gql.ingest.mapping import DateOrder, FileMapping, ValueSpelling
from ampiq_gql.warehouse.durable import write_atomically

__all__ = ["VERSION", "mapping_text", "read_mapping", "write_mapping", "yaml_scalar"]

VERSION = 1
SPELLING_FIELDS = tuple(field.name for field in fields(ValueSpelling))


class _Spelling(BaseModel):
    model_config = ConfigDict(extra="forbid")

    time_zone: str | None = None
    date_format: str | None = None
    date_order: DateOrder | None = None
    two_digit_years_from: int | None = None
    decimal_mark: str | None = None
    thousands_mark: str | None = None

    def spelling(self) -> ValueSpelling:
        return ValueSpelling(**{name: getattr(self, name) for name in SPELLING_FIELDS})


class _Column(_Spelling):
    to: str | None = None


class _File(_Spelling):
    """The YAML file, as written; unknown keys are refused."""

    version: Literal[1] = 1
    columns: dict[str, str | _Column] = {}
    delimiter: str | None = None
    encoding: str | None = None
    kind: str | None = None
    preset: str | None = None
    source: str | None = None
    mode: str | None = None


def read_mapping(path: Path) -> dict[str, Any]:
    """Return the fields of a `FileMapping`. Raises `MappingInvalid` that names what is wrong."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        stated = _File.model_validate(content or {})
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise MappingInvalid(
            f"The mapping {path} is not readable: {error}.", place=str(path)
        ) from error
    except ValidationError as error:
        raise MappingInvalid(_describe(path, error), place=str(path)) from error
    columns = {
        header: (column if isinstance(column, str) else column.to)
        for header, column in stated.columns.items()
    }
    spellings = {
        header: column.spelling()
        for header, column in stated.columns.items()
        if isinstance(column, _Column)
    }
    rest = stated.model_dump(exclude={"version", "columns", *SPELLING_FIELDS})
    return {
        "columns": {header: target for header, target in columns.items() if target is not None},
        "spelling": stated.spelling(),
        "spellings": spellings,
        **rest,
    }


def _describe(path: Path, error: ValidationError) -> str:
    problems = "; ".join(
        f"{'.'.join(str(part) for part in issue['loc']) or 'file'}: {issue['msg']}"
        for issue in error.errors()
    )
    return f"The mapping {path} is not usable: {problems}."


def mapping_text(mapping: FileMapping, remarks: Mapping[str, str]) -> str:
    """Spell a mapping as YAML; `remarks` stand as comments beside their headers."""
    lines = ["# What the columns of this source mean: edit, review, and load with --map."]
    lines.append(f"version: {VERSION}")
    lines += [
        f"{name}: {yaml_scalar(value)}"
        for name in ("kind", "preset", "source", "mode", "delimiter", "encoding")
        if (value := getattr(mapping, name)) is not None
    ]
    lines += [f"{name}: {yaml_scalar(value)}" for name, value in _stated(mapping.spelling).items()]
    lines.append("columns:" if mapping.columns else "columns: {}")
    for header, target in mapping.columns.items():
        said = {"to": target, **_stated(mapping.spellings.get(header, ValueSpelling()))}
        value = (
            yaml_scalar(target)
            if len(said) == 1
            else "{"
            + ", ".join(f"{name}: {yaml_scalar(text)}" for name, text in said.items())
            + "}"
        )
        remark = f"  # {remarks[header]}" if header in remarks else ""
        lines.append(f"  {yaml_scalar(header)}: {value}{remark}")
    return "\n".join(lines) + "\n"


def write_mapping(path: Path, mapping: FileMapping, remarks: Mapping[str, str]) -> None:
    """Write the file, whole or not at all."""
    write_atomically(path, mapping_text(mapping, remarks).encode())


def _stated(spelling: ValueSpelling) -> dict[str, str]:
    return {
        name: str(value)
        for name in SPELLING_FIELDS
        if (value := getattr(spelling, name)) is not None
    }


def yaml_scalar(value: str) -> str:
    """Quote a text where YAML needs it, on one line."""
    spelled: str = yaml.safe_dump(
        str(value), default_flow_style=True, width=1_000_000, allow_unicode=True
    )
    return spelled.removesuffix("\n").removesuffix("...").rstrip("\n")

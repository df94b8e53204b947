"""The mapping file of `ampiq attach`: which table of the user's stands for which of ours.

```yaml
version: 1
schema: public
tables:
  merged_customers:
    from: clients
    columns: {amperity_id: client_no, email: mail}
```
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ampiq_gql.errors import Invalid
from ampiq_gql.ingest.mapping_file import yaml_scalar
from ampiq_gql.warehouse.durable import write_atomically

__all__ = ["AttachMapping", "TableMapping", "read_mapping", "write_mapping"]

Name = Annotated[str, Field(min_length=1)]


class TableMapping(BaseModel):
    """A standard table: the table that stands for it, and its columns by our names."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    source: Name = Field(validation_alias="from", serialization_alias="from")
    columns: dict[Name, Name]


class AttachMapping(BaseModel):
    """The whole file; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    version: Literal[1] = 1
    schema_name: Name | None = Field(
        default=None, validation_alias="schema", serialization_alias="schema"
    )
    tables: dict[Name, TableMapping]


def read_mapping(file: Path) -> AttachMapping:
    """Read the file. Raises `Invalid` (ATTACH_MAPPING_INVALID)."""
    try:
        return AttachMapping.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise _unusable(file, "there is no such file") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise _unusable(file, f"it is no YAML: {error}") from error
    except ValidationError as error:
        issues = (f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise _unusable(file, "; ".join(issues)) from error


def write_mapping(
    file: Path, mapping: AttachMapping, remarks: Mapping[tuple[str, str], str]
) -> None:
    """Write the file, to be edited and reviewed; `remarks` stand beside columns of tables."""
    lines = ["# Which of your tables and columns stand for ours: edit, review, attach with --map."]
    lines += ["version: 1", f"schema: {yaml_scalar(mapping.schema_name or '')}", "tables:"]
    for name, table in mapping.tables.items():
        lines += [f"  {name}:", f"    from: {yaml_scalar(table.source)}", "    columns:"]
        for ours, theirs in table.columns.items():
            remark = remarks.get((name, ours))
            beside = f"  # {remark}" if remark else ""
            lines.append(f"      {ours}: {yaml_scalar(theirs)}{beside}")
    write_atomically(file, ("\n".join(lines) + "\n").encode("utf-8"))


def _unusable(file: Path, reason: str) -> Invalid:
    return Invalid(
        "ATTACH_MAPPING_INVALID",
        f"The mapping cannot be used: {reason}.",
        hint="ampiq attach --inspect --map FILE writes one that fits the database.",
        place=str(file),
    )

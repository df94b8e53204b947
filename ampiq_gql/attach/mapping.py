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

from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ampiq_gql.errors import Invalid
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


def write_mapping(file: Path, mapping: AttachMapping) -> None:
    """Write the file, to be edited and reviewed."""
    plain = mapping.model_dump(by_alias=True)
    text = yaml.safe_dump(plain, sort_keys=False, allow_unicode=True)
    write_atomically(file, text.encode("utf-8"))


def _unusable(file: Path, reason: str) -> Invalid:
    return Invalid(
        "ATTACH_MAPPING_INVALID",
        f"The mapping cannot be used: {reason}.",
        hint="ampiq attach --inspect --map FILE writes one that fits the database.",
        place=str(file),
    )

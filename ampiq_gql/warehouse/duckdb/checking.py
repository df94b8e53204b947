"""Is this Parquet file fit to be shown? Asked once, before it appears to anybody."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import sqlalchemy as sa

from ampiq_gql.warehouse.duckdb.files import read_parquet
from ampiq_gql.warehouse.duckdb.instance import Instance
from ampiq_gql.warehouse.duckdb.views import ID_COLUMN
from ampiq_gql.warehouse.errors import FileUnusable

__all__ = ["check_published_file"]


def check_published_file(path: Path, spill: Path, *, may_lack_ids: bool = False) -> None:
    """Raise `FileUnusable` unless the file is Parquet and all its ids are ids.

    Rows of an uploaded file may name nobody: they have no id.
    """
    try:
        names = pq.read_schema(path).names
    except (pa.ArrowInvalid, OSError) as error:
        raise FileUnusable(
            f"{path.name} is not a Parquet file: {error}.", place=str(path)
        ) from error
    if ID_COLUMN not in names:
        found = ", ".join(names)
        raise FileUnusable(
            f"{path.name} has no column {ID_COLUMN!r}; it has {found}.", place=str(path)
        )
    wrong = _ids_that_are_none(path, spill, may_lack_ids=may_lack_ids)
    if wrong:
        raise FileUnusable(
            f"{path.name} has {wrong} rows whose {ID_COLUMN} is no UUID.", place=str(path)
        )


def _ids_that_are_none(path: Path, spill: Path, *, may_lack_ids: bool) -> int:
    ids = read_parquet([path], columns=[ID_COLUMN]).c[ID_COLUMN]
    wrong = sa.select(sa.func.count()).where(sa.try_cast(ids, sa.Uuid()).is_(None))
    if may_lack_ids:
        wrong = wrong.where(ids.is_not(None))
    instance = Instance.open(spill, memory_limit=None)
    try:
        with instance.engine.connect() as connection:
            return connection.execute(wrong).scalar_one()
    finally:
        instance.close()

"""Files that are no build any more are told as such, never shown, and can be dropped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from ampiq_gql.settings import Settings
from ampiq_gql.warehouse import BuildDamaged, Warehouse
from tests.warehouse.conftest import Build


def cut(file: Path) -> None:
    file.chmod(0o644)
    with file.open("r+b") as opened:
        opened.truncate(file.stat().st_size - 1)


def scribble(file: Path) -> None:
    file.chmod(0o644)
    file.write_bytes(b"no database at all" * 1000)


def make_foreign(file: Path) -> None:
    """Leave a sound database that never was a build."""
    file.unlink()
    engine = sa.create_engine(f"duckdb:///{file}")
    with engine.begin() as connection:
        sa.Table("t", sa.MetaData(), sa.Column("a", sa.Integer)).create(connection)
    engine.dispose()


def take_another(file: Path) -> None:
    file.unlink()
    file.write_bytes((file.parent / "b2.duckdb").read_bytes())


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (cut, "a part of its file is missing"),
        (scribble, "cannot be opened"),
        (make_foreign, "did not keep what it is"),
        (take_another, "its file is that of build b2"),
    ],
)
def test_a_damaged_file_is_listed_refused_and_dropped(
    warehouse: Warehouse,
    build: Build,
    settings: Settings,
    harm: Callable[[Path], None],
    said: str,
) -> None:
    build("b1")
    current = build("b2")
    harm(settings.home / "builds" / "b1.duckdb")
    damaged = next(one for one in warehouse.kept_builds() if one.id == "b1")
    assert damaged.info is None
    assert said in (damaged.damage or "")
    with pytest.raises(BuildDamaged, match=said):
        warehouse.use_build("b1")
    assert warehouse.current_build() == current
    warehouse.drop_build("b1")
    assert [one.id for one in warehouse.kept_builds()] == ["b2"]

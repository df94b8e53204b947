"""The builds that still stand in the home: each file says itself what it holds.

Whatever takes a file away, or shows another one, holds the pointer meanwhile: what is shown is
always there.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import CreateTable, DropTable

from ampiq_gql.warehouse.duckdb.ddl import Attach, Use
from ampiq_gql.warehouse.duckdb.instance import Instance
from ampiq_gql.warehouse.durable import sync_folder
from ampiq_gql.warehouse.errors import BuildDamaged, BuildIsCurrent, BuildNotFound
from ampiq_gql.warehouse.layout import HomeLayout
from ampiq_gql.warehouse.model import BUILD_SCHEMA, BuildInfo, KeptBuild
from ampiq_gql.warehouse.pointer import Pointer, Shown, decode_build, encode_build

__all__ = ["drop_build", "kept_builds", "prune", "store_info", "use_build"]

KEPT_DATABASE = "kept"
FILE_HEADERS_BYTES = 3 * 4096
"""What a DuckDB file holds besides its blocks."""

BUILD_DOCUMENT = sa.Table(
    "build_document", sa.MetaData(schema=BUILD_SCHEMA), sa.Column("document", sa.Text)
)
_DATABASE_SIZES = sa.func.pragma_database_size().table_valued(
    sa.column("database_name", sa.Text),
    sa.column("block_size", sa.BigInteger),
    sa.column("total_blocks", sa.BigInteger),
)


def store_info(connection: sa.Connection, info: BuildInfo) -> None:
    """Keep in the build what it is."""
    connection.execute(DropTable(BUILD_DOCUMENT, if_exists=True))
    connection.execute(CreateTable(BUILD_DOCUMENT))
    document = json.dumps(encode_build(info))
    connection.execute(BUILD_DOCUMENT.insert().values(document=document))


def kept_builds(layout: HomeLayout, pointer: Pointer) -> tuple[KeptBuild, ...]:
    """Return the builds, the newest first."""
    with pointer.held() as shown:
        return tuple(_kept(layout, shown, file) for file in _newest_first(layout))


def use_build(layout: HomeLayout, pointer: Pointer, build_id: str) -> BuildInfo:
    """Show the build; raises `BuildNotFound` and `BuildDamaged`."""
    found: list[BuildInfo] = []

    def show(shown: Shown) -> Shown:
        found.append(_read_info(layout, _file_of(layout, build_id)))
        return replace(shown, build=found[0])

    pointer.change(show)
    return found[0]


def drop_build(layout: HomeLayout, pointer: Pointer, build_id: str) -> None:
    """Delete the file: processes that have it open read on.

    Raises `BuildNotFound` and `BuildIsCurrent`.
    """
    with pointer.held() as shown:
        file = _file_of(layout, build_id)
        if _is_shown(shown, file):
            raise BuildIsCurrent(build_id)
        file.unlink()
        sync_folder(layout.builds)


def prune(layout: HomeLayout, pointer: Pointer, keep_builds: int) -> None:
    """Delete the oldest builds; whoever still reads one keeps its file open until the end."""
    with pointer.held() as shown:
        for file in _newest_first(layout)[keep_builds:]:
            if not _is_shown(shown, file):
                file.unlink()


def _newest_first(layout: HomeLayout) -> list[Path]:
    files = layout.builds.glob("*.duckdb")
    return sorted(files, key=lambda file: file.stat().st_mtime_ns, reverse=True)


def _file_of(layout: HomeLayout, build_id: str) -> Path:
    """Look among the files that there are: an id that is a path finds nothing."""
    for file in layout.builds.glob("*.duckdb"):
        if file.stem == build_id:
            return file
    raise BuildNotFound(build_id)


def _is_shown(shown: Shown, file: Path) -> bool:
    return shown.build is not None and shown.build.id == file.stem


def _kept(layout: HomeLayout, shown: Shown, file: Path) -> KeptBuild:
    is_current = _is_shown(shown, file)
    size = file.stat().st_size
    damage = None
    info: BuildInfo | None = None
    try:
        info = _read_info(layout, file)
    except BuildDamaged as error:
        damage = error.damage
    return KeptBuild(id=file.stem, info=info, size_bytes=size, is_current=is_current, damage=damage)


def _read_info(layout: HomeLayout, file: Path) -> BuildInfo:
    """Open the file and read what it is; raises `BuildDamaged`."""
    instance = Instance.open(layout.spill, memory_limit=None)
    try:
        with instance.engine.connect() as connection:
            connection.execute(Attach(file, KEPT_DATABASE, is_read_only=True))
            _refuse_cut_file(connection, file)
            return _info_in(connection, file.stem)
    except DBAPIError as error:
        reason = str(error.orig).splitlines()[0]
        raise BuildDamaged(file.stem, f"its file cannot be opened: {reason}") from error
    finally:
        instance.close()


def _refuse_cut_file(connection: sa.Connection, file: Path) -> None:
    """Compare the file with what its header promises, which nobody does who opens it."""
    sizes = _DATABASE_SIZES.c
    counted = sa.select(sizes.total_blocks * sizes.block_size).where(
        sizes.database_name == KEPT_DATABASE
    )
    promised = connection.execute(counted).scalar_one() + FILE_HEADERS_BYTES
    if file.stat().st_size < promised:
        raise BuildDamaged(file.stem, "a part of its file is missing")


def _info_in(connection: sa.Connection, build_id: str) -> BuildInfo:
    connection.execute(Use(KEPT_DATABASE))
    if not sa.inspect(connection).has_table(
        BUILD_DOCUMENT.name, schema=f"{KEPT_DATABASE}.{BUILD_SCHEMA}"
    ):
        raise BuildDamaged(build_id, "it was made by a version that did not keep what it is")
    document = connection.execute(sa.select(BUILD_DOCUMENT.c.document)).scalar_one()
    info = decode_build(json.loads(document))
    if info.id != build_id:
        raise BuildDamaged(build_id, f"its file is that of build {info.id}")
    return info

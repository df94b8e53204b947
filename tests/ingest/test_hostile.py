"""Every hostile file ends with its clear error or in quarantine, and no good row is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from ampiq_gql.errors import UserError
from ampiq_gql.ingest import LoadService, SourceKind
from ampiq_gql.settings import Settings
from tests.ingest.builders import Loading
from tests.ingest.hostile import HOSTILE, Hostile, write

SIZE = 96 << 20
"""Bytes of the bombs; the long lines are an eighth."""


def test_there_are_forty_of_them() -> None:
    assert len({hostile.name for hostile in HOSTILE}) >= 40


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda hostile: hostile.name)
def test_a_hostile_file_ends_as_it_must(loading: Loading, hostile: Hostile) -> None:
    size = SIZE if "bomb" in hostile.name else SIZE // 8
    path = write(hostile, loading.folder, size)
    before = _everything(loading.folder.parent, loading.settings)
    if hostile.code is not None:
        with pytest.raises(UserError) as raised:
            loading.load(SourceKind.ORDERS, path)
        assert raised.value.code == hostile.code, raised.value.message
        assert raised.value.place
        assert LoadService(loading.warehouse).list() == ()
    else:
        report = loading.load(SourceKind.ORDERS, path)
        assert (report.rows_loaded, report.rows_quarantined) == (hostile.loaded, hostile.held)
        rules = {row["rule"] for row in loading.quarantined(report)}
        assert rules == ({hostile.rule} if hostile.rule else set())
    # Nothing was written outside the home, and nothing unpacked is left in it.
    assert _everything(loading.folder.parent, loading.settings) == before
    assert not [file for file in (loading.settings.home / "tmp").rglob("*") if file.is_file()]


def _everything(folder: Path, settings: Settings) -> set[Path]:
    return {file for file in folder.rglob("*") if settings.home not in file.parents}

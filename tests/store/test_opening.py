"""A store that does not open says what is wrong with it, where, and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from ampiq_gql.errors import OperatorError
from ampiq_gql.settings import Settings
from ampiq_gql.store import Store
from ampiq_gql.store.errors import StoreUnusable


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "store.sqlite"
    file.write_text("no database at all")
    with pytest.raises(StoreUnusable, match="not a database") as refused:
        Store.open(Settings(home=tmp_path))
    assert refused.value.place == str(file)
    assert refused.value.hint is not None
    assert "backup" in refused.value.hint


def test_what_is_no_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "store.sqlite").mkdir()
    with pytest.raises(StoreUnusable, match="unable to open"):
        Store.open(Settings(home=tmp_path))


def test_a_server_out_of_reach_is_named_without_its_password(tmp_path: Path) -> None:
    url = "postgresql://ada:secret@127.0.0.1:1/ampiq"
    with pytest.raises(StoreUnusable) as refused:
        Store.open(Settings(home=tmp_path, store_url=url))
    assert "secret" not in f"{refused.value.message}{refused.value.place}{refused.value.hint}"
    assert "127.0.0.1" in (refused.value.place or "")


@pytest.mark.parametrize("url", ["nonsense", "mysql://host/ampiq", "postgresql+asyncpg://host/x"])
def test_an_address_of_no_store_is_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="address of the store") as refused:
        Store.open(Settings(home=tmp_path, store_url=url))
    assert refused.value.code == "STORE_URL_INVALID"


def test_a_home_that_is_a_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "home"
    file.touch()
    with pytest.raises(OperatorError, match="cannot be made") as refused:
        Store.open(Settings(home=file))
    assert (refused.value.code, refused.value.place) == ("HOME_UNUSABLE", str(file))

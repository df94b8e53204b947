"""The box opens only with the key that closed it."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest
from pydantic import SecretStr

from ampiq_gql.delivery.secrets import KEY_FILE, SecretBox
from ampiq_gql.errors import Conflict, OperatorError
from ampiq_gql.settings import Settings


def with_key(home: Path, key: str) -> Settings:
    return Settings(home=home, secret_key=SecretStr(key))


def test_what_is_sealed_can_be_opened_later(tmp_path: Path) -> None:
    sealed = SecretBox.of(Settings(home=tmp_path)).seal("Zürich")
    assert "Zürich" not in sealed
    assert SecretBox.of(Settings(home=tmp_path)).open(sealed) == "Zürich"


def test_the_key_file_is_private(tmp_path: Path) -> None:
    SecretBox.of(Settings(home=tmp_path / "new"))
    file = tmp_path / "new" / KEY_FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == [KEY_FILE]


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    SecretBox.of(Settings(home=tmp_path))
    (tmp_path / KEY_FILE).chmod(0o640)
    with pytest.raises(OperatorError, match="Others can read"):
        SecretBox.of(Settings(home=tmp_path))


def test_those_who_come_together_agree_on_one_key(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    boxes: list[SecretBox] = []
    threads = [
        threading.Thread(target=lambda: boxes.append(SecretBox.of(settings))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {boxes[0].open(box.seal("x")) for box in boxes} == {"x"}
    assert len(boxes) == 8


def test_a_given_key_wins_over_the_file(tmp_path: Path) -> None:
    settings = with_key(tmp_path, "k" * 32)
    assert SecretBox.of(settings).open(SecretBox.of(settings).seal("x")) == "x"
    assert not (tmp_path / KEY_FILE).exists()


def test_another_key_does_not_open_it(tmp_path: Path) -> None:
    sealed = SecretBox.of(with_key(tmp_path, "a" * 32)).seal("x")
    with pytest.raises(Conflict) as refused:
        SecretBox.of(with_key(tmp_path, "b" * 32)).open(sealed)
    assert refused.value.code == "SECRET_KEY_WRONG"


def test_a_short_key_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="31 characters"):
        SecretBox.of(with_key(tmp_path, "a" * 31))

"""`ampiq serve` opens no door to the network unasked, and tells when its port is taken."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from ampiq_gql.cli.server import address_of, listen
from tests.cli.terminal import Ampiq


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "shop.example.com"])  # noqa: S104
def test_other_machines_are_not_served_without_authentication(
    ampiq: Ampiq, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    monkeypatch.setenv("AMPIQ_AUTH", "none")
    ran = ampiq("serve", "--host", host, "--port", "0")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("error AUTH_REQUIRED: ")
    assert "fix: " in ran.err


@pytest.mark.parametrize("mode", ["keys", "jwt"])
def test_a_login_that_would_not_be_checked_is_refused(
    ampiq: Ampiq, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    monkeypatch.setenv("AMPIQ_AUTH", mode)
    ran = ampiq("serve", "--host", "127.0.0.1", "--port", "0")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("error SETTINGS_INVALID: ")
    assert f"cannot check '{mode}'" in ran.err


def test_a_taken_port_is_told_before_anything_is_opened(ampiq: Ampiq) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        for command in (["serve"], ["demo"]):
            ran = ampiq(*command, "--port", port)
            assert ran.code == 1
            assert ran.err.startswith(f"error PORT_TAKEN: Cannot listen on 127.0.0.1, port {port}")
    assert not ampiq.home.exists()


def test_the_address_names_the_port_that_was_really_taken() -> None:
    with listen("127.0.0.1", 0) as door:
        port = door.getsockname()[1]
        assert port > 0
        assert address_of(door) == f"http://127.0.0.1:{port}/graphql"


def test_wrong_settings_are_a_user_error(ampiq: Ampiq, tmp_path: Path) -> None:
    (tmp_path / "ampiq.toml").write_text('time_zone = "Mars/Olympus"\n', encoding="utf-8")
    ran = ampiq("serve")
    assert ran.code == 1
    assert "SETTINGS_INVALID" in ran.err
    assert "Mars/Olympus" in ran.err


def test_answers_on_open_connections_are_not_held_back() -> None:
    with (
        listen("127.0.0.1", 0) as door,
        socket.create_connection(door.getsockname()[:2]),
        door.accept()[0] as accepted,
    ):
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)

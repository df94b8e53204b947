"""The application around the endpoint: probes, the way to GraphiQL, and whom it listens to."""

from pathlib import Path

import pytest

from ampiq_gql.settings import Settings
from tests.graphql.api import Api, open_api


def test_the_process_says_that_it_lives(reader: Api) -> None:
    assert reader.send("GET", "/healthz").json() == {"status": "ok"}


def test_a_server_with_a_build_is_ready(reader: Api) -> None:
    answer = reader.send("GET", "/readyz")
    assert answer.status_code == 200
    assert answer.json()["asOf"] == "2026-06-30"


def test_a_server_without_a_build_is_not_ready_and_says_what_to_do(tmp_path: Path) -> None:
    with open_api(Settings(home=tmp_path)) as api:
        assert api.send("GET", "/readyz").status_code == 503
        answer = api.answer('{ preview(expression: "everyone") { formatted } }')
    assert answer.codes == ["CONFLICT"]
    assert answer.errors[0]["extensions"]["reason"] == "NO_BUILD"
    assert "ampiq build" in answer.errors[0]["extensions"]["hint"]


def test_the_root_leads_to_graphql(reader: Api) -> None:
    answer = reader.send("GET", "/")
    assert (answer.status_code, answer.headers["location"]) == (307, "/graphql")


@pytest.mark.parametrize(
    ("host", "status"),
    [
        pytest.param("localhost:8000", 200, id="localhost"),
        pytest.param("127.0.0.1:8000", 200, id="IPv4"),
        pytest.param("[::1]:8000", 200, id="IPv6"),
        pytest.param("shop.example", 400, id="another name for this machine"),
    ],
)
def test_without_login_only_this_machine_is_served(reader: Api, host: str, status: int) -> None:
    assert reader.send("GET", "/healthz", headers={"host": host}).status_code == status


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "NOT_FOUND"),
        ("GET", "/downloads/", 404, "NOT_FOUND"),
        ("POST", "/healthz", 405, "BAD_USER_INPUT"),
    ],
)
def test_what_no_route_takes_is_refused_in_the_form_of_all_errors(
    reader: Api, method: str, path: str, status: int, code: str
) -> None:
    answer = reader.send(method, path)
    assert answer.status_code == status
    assert [one["extensions"]["code"] for one in answer.json()["errors"]] == [code]


def test_a_failing_probe_tells_nothing_but_its_number(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "warehouse.json").write_text("no pointer")
    with open_api(Settings(home=tmp_path)) as api:
        answer = api.send("GET", "/readyz")
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["extensions"]["code"]) == (500, "INTERNAL")
    assert str(tmp_path) not in answer.text
    assert error["extensions"]["correlationId"] in capsys.readouterr().out

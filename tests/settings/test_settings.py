"""Settings come from the environment, then the file; what is wrong in either has a name."""

from __future__ import annotations

from pathlib import Path

import pytest

from ampiq_gql.errors import Invalid
from ampiq_gql.settings import Settings


@pytest.fixture(autouse=True)
def _folder_without_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _problem() -> str:
    with pytest.raises(Invalid) as refused:
        Settings.load()
    assert refused.value.code == "SETTINGS_INVALID"
    assert refused.value.hint is not None
    return refused.value.message


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("AMPIQ_HOM", "x", "AMPIQ_HOM is no setting (did you mean AMPIQ_HOME?)"),
        ("AMPIQ_FOO", "1", "AMPIQ_FOO is no setting."),
        ("ampiq_timezone", "UTC", "ampiq_timezone is no setting (did you mean AMPIQ_TIME_ZONE?)"),
        ("AMPIQ_TIME_ZONE", "Mars/Base", "time_zone: 'Mars/Base' is not an IANA time zone"),
        ("AMPIQ_CURRENCY", "usd", "currency: 'usd' is not an ISO 4217 code such as 'EUR'"),
        ("AMPIQ_MEMORY_LIMIT", "much", "memory_limit: 'much' is not a size such as '4GB'"),
        ("AMPIQ_QUERY_THREADS", "0", "query_threads: Input should be greater than or equal to 1"),
        ("AMPIQ_QUERY_THREADS", "0", "(it is '0')"),
        ("AMPIQ_PLUGINS_DISABLED", "[oops", "plugins_disabled"),
        ("AMPIQ_VALIDATION", "oops", "validation"),
    ],
)
def test_a_wrong_variable_is_named(
    variable: str, value: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    assert told in _problem()


def test_a_wrong_name_in_the_file_is_told_with_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "ampiq.toml").write_text('homee = "x"\n')
    assert "homee is no setting (did you mean home?)" in _problem()


def test_a_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    (tmp_path / "ampiq.toml").write_text("home = [")
    assert "ampiq.toml is not valid TOML" in _problem()


def test_all_problems_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMPIQ_CURRENCY", "usd")
    monkeypatch.setenv("AMPIQ_KEEP_BUILDS", "0")
    message = _problem()
    assert "currency" in message
    assert "keep_builds" in message


def test_a_secret_is_never_quoted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMPIQ_SECRET_KEY", "canary")
    monkeypatch.setenv("AMPIQ_KEEP_BUILDS", "0")
    assert "canary" not in _problem()


def test_an_empty_variable_sets_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMPIQ_HOME", "")
    assert Settings.load().home == Path(".ampiq")


@pytest.mark.parametrize("value", ["one,two", " one , two,", '["one", "two"]'])
def test_lists_may_be_written_with_commas(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMPIQ_PLUGINS_DISABLED", value)
    assert Settings.load().plugins_disabled == ("one", "two")


@pytest.mark.parametrize("size", ["4GB", "512 MiB", "1.5gb"])
def test_sizes_are_written_as_people_write_them(size: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMPIQ_MEMORY_LIMIT", size)
    assert Settings.load().memory_limit == size


def test_parts_of_a_setting_have_variables_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMPIQ_VALIDATION__WARN_ABOVE", '{"id.null_orders": 0.3}')
    assert Settings.load().validation.warn_above == {"id.null_orders": 0.3}


def test_arguments_win_over_the_environment_and_it_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ampiq.toml").write_text('home = "file"\ncurrency = "EUR"\nkeep_builds = 7\n')
    monkeypatch.setenv("AMPIQ_HOME", "environment")
    monkeypatch.setenv("AMPIQ_CURRENCY", "GBP")
    found = Settings.load(home=Path("argument"))
    assert (found.home, found.currency, found.keep_builds) == (Path("argument"), "GBP", 7)

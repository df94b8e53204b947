"""The example in `examples/` is installed as a third party's package is, and found the same way."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[2] / "examples" / "ampiq-destination-ndjson"

LIST_PLUGINS = """
import json, sys
from ampiq_gql.plugin import PluginRegistry
from ampiq_gql.settings import Settings
plugins = PluginRegistry.load(Settings(home=sys.argv[1], plugins_disabled=sys.argv[2:]))
print(json.dumps({
    "plugins": [[one.name, one.distribution, one.version, one.status] for one in plugins.plugins],
    "destinations": [one.key for one in plugins.destination_types],
}))
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the example beside, not into, the environment of the tests; needs no network."""
    target = tmp_path_factory.mktemp("site")
    source = tmp_path_factory.mktemp("source") / "example"
    subprocess.run(["cp", "-r", str(EXAMPLE), str(source)], check=True)
    subprocess.run(
        [
            sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
            "--no-deps", "--no-build-isolation", "--no-index", "--target", str(target), str(source),
        ],
        check=True,
        env=os.environ | {"PIP_ROOT_USER_ACTION": "ignore"},
    )  # fmt: skip
    return target


def listed(site: Path, home: Path, *disabled: str) -> dict[str, list[object]]:
    found = subprocess.run(
        [sys.executable, "-c", LIST_PLUGINS, str(home), *disabled],
        check=True,
        capture_output=True,
        env=os.environ | {"PYTHONPATH": str(site)},
    )
    answer: dict[str, list[object]] = json.loads(found.stdout)
    return answer


def test_an_installed_plugin_is_found_after_ours(installed: Path, tmp_path: Path) -> None:
    answer = listed(installed, tmp_path)
    assert answer["destinations"] == ["local_file", "ndjson_socket"]
    assert answer["plugins"][-1] == ["ndjson_socket", "ampiq-destination-ndjson", "0.1.0", "active"]


def test_an_installed_plugin_can_be_switched_off(installed: Path, tmp_path: Path) -> None:
    answer = listed(installed, tmp_path, "ampiq-destination-ndjson")
    assert answer["destinations"] == ["local_file"]
    assert answer["plugins"][-1][-1] == "disabled"  # type: ignore[index]  # a row of the answer


def test_the_example_passes_its_own_tests(installed: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(EXAMPLE)],
        check=True,
        env=os.environ | {"PYTHONPATH": str(installed)},
    )

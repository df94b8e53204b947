"""What plugins rely on: the public names, the hooks with their arguments, the versions."""

from __future__ import annotations

import inspect
from collections.abc import Callable

import pytest

import ampiq_gql.plugin as api
from ampiq_gql.plugin import hookspecs
from ampiq_gql.plugin.version import supports

HOOKS = {
    "ampiq_plugin_info": (),
    "ampiq_register_destinations": ("register", "context"),
    "ampiq_register_attribute_sources": ("register", "context"),
    "ampiq_plan_check": ("plan",),
    "ampiq_delivery_event": ("event",),
}


def specifications() -> dict[str, Callable[..., object]]:
    return {
        name: hook
        for name, hook in inspect.getmembers(hookspecs, inspect.isfunction)
        if name.startswith("ampiq_")
    }


def test_the_public_names_are_these(golden: Callable[[str, str], None]) -> None:
    golden("plugin/public_api.txt", "\n".join(sorted(api.__all__)) + "\n")


def test_hooks_have_these_arguments() -> None:
    found = {
        name: tuple(inspect.signature(hook).parameters) for name, hook in specifications().items()
    }
    assert found == HOOKS


@pytest.mark.parametrize("word", ["When:", "Thread:", "May it", "Failure:"])
@pytest.mark.parametrize("hook", HOOKS)
def test_each_hook_says_when_where_and_what_a_failure_does(hook: str, word: str) -> None:
    assert word in " ".join((specifications()[hook].__doc__ or "").split())


@pytest.mark.parametrize(
    ("specifier", "expected"),
    [(">=1.0,<2", True), ("~=1.0", True), (">=1.1", False), ("<1", False), ("nonsense", False)],
)
def test_a_plugin_asks_for_versions_of_the_api(specifier: str, expected: bool) -> None:
    assert supports(specifier) is expected

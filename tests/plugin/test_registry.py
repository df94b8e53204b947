"""Plugins are loaded wholly or not at all, and none of them takes the server down."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime

import pytest

from ampiq_gql.errors import NotFound
from ampiq_gql.plugin import (
    DeliveryEvent,
    DeliveryPlan,
    Finding,
    FindingLevel,
    PluginRegistry,
    PluginStatus,
    RegisterDestination,
    hookimpl,
)
from ampiq_gql.plugin.discovery import installed
from ampiq_gql.settings import Settings
from tests.plugin.builders import (
    CONTEXT,
    Informed,
    Postbox,
    PostboxPlugin,
    candidate,
    registry,
)

PLAN = DeliveryPlan(
    run_id="run",
    destination_type="postbox",
    destination_name="Post",
    columns=("email",),
    pii_columns=("email",),
    as_of=date(2026, 11, 1),
)
EVENT = DeliveryEvent(
    run_id="run",
    state="SENDING",
    at=datetime(2026, 11, 1, tzinfo=UTC),
    rows_accepted=0,
    rows_rejected=0,
)


def reason(plugins: PluginRegistry, position: int = 0) -> str:
    report = plugins.plugins[position]
    assert report.status is PluginStatus.FAILED
    return report.reason or ""


def test_a_destination_can_be_found_by_its_key() -> None:
    plugins = registry(PostboxPlugin())
    found = plugins.destination_type("postbox")
    assert (found.title, found.plugin, found.distribution) == ("Postbox", "first", "dist-first")
    assert isinstance(plugins.destination("postbox"), Postbox)


def test_each_use_gets_an_instance_of_its_own() -> None:
    plugins = registry(PostboxPlugin())
    assert plugins.destination("postbox") is not plugins.destination("postbox")


def test_the_settings_schema_marks_secrets_as_write_only() -> None:
    schema = registry(PostboxPlugin()).destination_type("postbox").settings_schema
    assert schema["required"] == ["address"]
    assert '"writeOnly": true' in str(schema).replace("'", '"').replace("True", "true")


def test_a_report_names_hooks_and_what_was_registered() -> None:
    (report,) = registry(PostboxPlugin()).plugins
    assert report.status is PluginStatus.ACTIVE
    assert report.hooks == ("ampiq_plugin_info", "ampiq_register_destinations")
    assert report.destinations == ("postbox",)
    assert report.info is not None
    assert report.info.summary == "A test."


class Misspelt(Informed):
    @hookimpl
    def ampiq_register_destinatons(self) -> None: ...


class WrongArgument(Informed):
    @hookimpl
    def ampiq_register_destinations(self, registrar: object) -> None: ...


class FromTheFuture(Informed):
    plugin_api = ">=2"


class NoSpecifier(Informed):
    plugin_api = "one"


class RaisesHalfway(Informed):
    @hookimpl
    def ampiq_register_destinations(self, register: RegisterDestination) -> None:
        register(Postbox.key, Postbox)
        raise OSError("disk on fire")


class OtherKey(Informed):
    @hookimpl
    def ampiq_register_destinations(self, register: RegisterDestination) -> None:
        register("letterbox", Postbox)


@pytest.mark.parametrize(
    ("plugin", "expected"),
    [
        pytest.param(Misspelt(), "unknown hook 'ampiq_register_destinatons'", id="misspelt hook"),
        pytest.param(WrongArgument(), "registrar", id="unknown argument"),
        pytest.param(FromTheFuture(), "needs plugin API >=2; this server has 1.0", id="future"),
        pytest.param(NoSpecifier(), "needs plugin API one", id="no specifier"),
        pytest.param(object(), "does not say who it is", id="no information"),
        pytest.param(RaisesHalfway(), "OSError: disk on fire", id="raises"),
        pytest.param(OtherKey(), '"postbox" under another key, "letterbox"', id="other key"),
    ],
)
def test_a_broken_plugin_is_failed_with_its_reason(plugin: object, expected: str) -> None:
    plugins = registry(plugin)
    assert expected in reason(plugins)
    assert plugins.destination_types == ()


def test_a_plugin_that_cannot_be_imported_is_failed() -> None:
    def load() -> object:
        raise ImportError("no module named leftpad")

    broken = candidate(None)
    plugins = PluginRegistry.of(
        [type(broken)(name="x", distribution="y", version="1", load=load)], CONTEXT
    )
    assert reason(plugins) == "cannot be imported: ImportError: no module named leftpad"


def test_a_broken_plugin_leaves_the_next_one_alone() -> None:
    plugins = registry(RaisesHalfway(), PostboxPlugin())
    assert [report.status for report in plugins.plugins] == ["failed", "active"]
    assert plugins.destination_type("postbox").distribution == "dist-second"


def test_a_key_taken_twice_names_both_distributions() -> None:
    plugins = registry(PostboxPlugin(), PostboxPlugin())
    assert reason(plugins, 1) == (
        'the destination "postbox" of dist-second is already registered by dist-first '
        "(plugin first)"
    )


@pytest.mark.parametrize("name", ["first", "dist-first"])
def test_a_plugin_is_disabled_by_its_name_or_its_distribution(name: str) -> None:
    plugins = registry(PostboxPlugin(), disabled=(name,))
    assert plugins.plugins[0].status is PluginStatus.DISABLED
    assert plugins.destination_types == ()


def test_a_missing_type_names_the_plugins_that_failed() -> None:
    with pytest.raises(NotFound) as refused:
        registry(RaisesHalfway()).destination_type("postbox")
    assert refused.value.code == "DESTINATION_TYPE_UNAVAILABLE"
    assert "failed to load: first" in (refused.value.hint or "")


class Policy(Informed):
    def __init__(self, judge: Callable[[], Sequence[Finding]]) -> None:
        self.judge = judge

    @hookimpl
    def ampiq_plan_check(self, plan: DeliveryPlan) -> Sequence[Finding]:
        return self.judge()


def finding(code: str) -> Finding:
    return Finding(level=FindingLevel.WARNING, code=code, message="Mind.")


def test_every_policy_is_asked_in_the_order_of_loading() -> None:
    plugins = registry(Policy(lambda: [finding("A")]), Policy(lambda: [finding("B")]))
    assert [one.code for one in plugins.check_plan(PLAN)] == ["A", "B"]


def test_a_policy_that_cannot_be_asked_has_not_agreed() -> None:
    def raises() -> Sequence[Finding]:
        raise RuntimeError

    plugins = registry(Policy(raises), Policy(lambda: [finding("B")]))
    findings = plugins.check_plan(PLAN)
    assert [(one.level, one.code) for one in findings] == [
        ("error", "PLAN_CHECK_FAILED"),
        ("warning", "B"),
    ]


class Listener(Informed):
    def __init__(self) -> None:
        self.heard: list[DeliveryEvent] = []

    @hookimpl
    def ampiq_delivery_event(self, event: DeliveryEvent) -> None:
        self.heard.append(event)
        raise RuntimeError("deaf")


def test_a_listener_that_raises_keeps_no_other_from_hearing() -> None:
    first, second = Listener(), Listener()
    registry(first, second).announce(EVENT)
    assert (first.heard, second.heard) == ([EVENT], [EVENT])


def test_the_built_in_plugins_come_through_the_same_door(tmp_path: object) -> None:
    plugins = PluginRegistry.load(Settings.load(home=tmp_path))
    ours = [report for report in plugins.plugins if report.distribution == "ampiq-graphql"]
    assert [(report.name, report.status) for report in ours] == [
        ("local_file", "active"),
        ("uploaded_list", "active"),
    ]


def test_ours_are_loaded_before_those_of_third_parties() -> None:
    assert installed()[0].distribution == "ampiq-graphql"

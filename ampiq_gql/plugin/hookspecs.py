"""The hooks, one function each. A plugin implements those it needs, with the arguments it needs.

Hooks register objects or comment on what happens; the work is done by the registered objects.
Each implementation is called on its own: one that raises never keeps another from being called.
"""

from __future__ import annotations

from collections.abc import Sequence

import pluggy

from ampiq_gql.plugin.findings import Finding
from ampiq_gql.plugin.plan import DeliveryEvent, DeliveryPlan
from ampiq_gql.plugin.registration import (
    PluginContext,
    PluginInfo,
    RegisterAttributeSource,
    RegisterDestination,
)

__all__ = ["PROJECT", "hookimpl"]

PROJECT = "ampiq"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def ampiq_plugin_info() -> PluginInfo:  # type: ignore[empty-body]  # a specification has no body
    """Say who the plugin is; required.

    When: first, right after import. Thread: the one that starts the server. May it raise: no.
    Failure: the plugin is `failed` and nothing else of it is called; the same when its
    `plugin_api` leaves out this server's `PLUGIN_API`.
    """


@hookspec
def ampiq_register_destinations(register: RegisterDestination, context: PluginContext) -> None:
    """Hand over destinations: `register("local_file", LocalFile)`.

    When: at start, after `ampiq_plugin_info`. Thread: the one that starts the server. May it
    raise: no. Failure: the plugin is `failed` and nothing of it is registered; the same when a
    key is taken. The server starts.
    """


@hookspec
def ampiq_register_attribute_sources(
    register: RegisterAttributeSource, context: PluginContext
) -> None:
    """Hand over attribute sources: `register("uploaded_list", UploadedList)`.

    When: at start, after the destinations. Thread: the one that starts the server. May it raise:
    no. Failure: the plugin is `failed` and nothing of it is registered. The server starts.
    """


@hookspec
def ampiq_plan_check(plan: DeliveryPlan) -> Sequence[Finding] | None:
    """Judge a delivery before anything is sent; a finding of level `error` stops it.

    When: once for each attempt of a run, before `Destination.prepare`. Thread: the run's worker,
    several at a time. May it raise: no. Failure: the run fails with `PLAN_CHECK_FAILED`, because a
    policy that cannot be asked has not agreed.
    """


@hookspec
def ampiq_delivery_event(event: DeliveryEvent) -> None:
    """Hear of a run's new state.

    When: after the state was stored. Thread: the run's worker, so return at once. May it raise:
    no. Failure: logged with the plugin's name; the run goes on.
    """

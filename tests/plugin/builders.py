"""Small plugins for tests, each an object with hooks, and the candidates that bring them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, SecretStr

from ampiq_gql.plugin import (
    BatchResult,
    Capabilities,
    Category,
    DeliveryContext,
    Destination,
    EncodedBatch,
    Idempotency,
    PluginContext,
    PluginInfo,
    PluginRegistry,
    RegisterDestination,
    RowBatch,
    hookimpl,
)
from ampiq_gql.plugin.discovery import Candidate

CONTEXT = PluginContext(exports=Path("exports"), time_zone="UTC")


class PostboxSettings(BaseModel):
    address: str
    token: SecretStr | None = None


class Postbox(Destination[PostboxSettings]):
    key = "postbox"
    title = "Postbox"
    category = Category.DIRECT_MAIL
    capabilities = Capabilities(idempotency=Idempotency.NONE)
    Settings = PostboxSettings

    def encode(
        self, context: DeliveryContext[PostboxSettings], batch: RowBatch
    ) -> Iterator[EncodedBatch]:
        yield EncodedBatch(body=b"letter", keys=tuple(batch.keys.to_pylist()))

    def send(
        self, context: DeliveryContext[PostboxSettings], batch: EncodedBatch, *, key: str
    ) -> BatchResult:
        return BatchResult()


class Informed:
    """A plugin that says who it is and does nothing."""

    plugin_api = ">=1.0,<2"

    @hookimpl
    def ampiq_plugin_info(self) -> PluginInfo:
        return PluginInfo(name="Test", version="1", plugin_api=self.plugin_api, summary="A test.")


class PostboxPlugin(Informed):
    """A plugin with one destination."""

    @hookimpl
    def ampiq_register_destinations(self, register: RegisterDestination) -> None:
        register(Postbox.key, Postbox)


def candidate(plugin: object, *, name: str = "test", distribution: str = "ampiq-test") -> Candidate:
    return Candidate(name=name, distribution=distribution, version="1.0", load=lambda: plugin)


def registry(*plugins: object, disabled: tuple[str, ...] = ()) -> PluginRegistry:
    """Load plugins as `first`, `second`, … of distributions of the same names."""
    names = ("first", "second", "third")
    candidates = [
        candidate(plugin, name=name, distribution=f"dist-{name}")
        for name, plugin in zip(names, plugins, strict=False)
    ]
    return PluginRegistry.of(candidates, CONTEXT, disabled=disabled)

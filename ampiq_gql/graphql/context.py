"""What every resolver is given: services, viewer, threads and the loaders of its request."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, ParamSpec, TypeAlias, TypeVar

import strawberry
from strawberry.dataloader import DataLoader

from ampiq_gql.graphql.threads import QueryThreads

if TYPE_CHECKING:
    from ampiq_gql.services import Services

__all__ = ["Batch", "Info", "RequestContext"]

P = ParamSpec("P")
T = TypeVar("T")
K = TypeVar("K")
V = TypeVar("V")

Batch: TypeAlias = "Callable[[Services, Sequence[K]], Sequence[V | BaseException]]"
"""A blocking function that answers many keys at once, in their order, each by itself."""


@dataclass(slots=True, kw_only=True)
class RequestContext:
    """The context of one request.

    `actor` names who asks, for the audit log. `timeout_seconds` is the time of one operation.
    `may_read_pii` says whether they see personal data; whoever is at the machine itself does.
    """

    services: Services
    threads: QueryThreads
    actor: str
    timeout_seconds: float
    may_read_pii: bool = True
    _loaders: dict[object, DataLoader[Any, Any]] = field(default_factory=dict)

    async def run(self, call: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Make a blocking call of a service without blocking the server."""
        return await self.threads.run(call, *args, **kwargs)

    async def load(self, batch: Batch[K, V], key: K) -> V:
        """Return the answer for one key; keys asked for together are answered together.

        Each key is asked for once in a request.
        """
        if batch not in self._loaders:
            self._loaders[batch] = DataLoader(partial(self._answer, batch))
        answer: V = await self._loaders[batch].load(key)
        return answer

    async def _answer(self, batch: Batch[K, V], keys: Sequence[K]) -> Sequence[V | BaseException]:
        return await self.threads.run(batch, self.services, keys)


Info: TypeAlias = strawberry.Info[RequestContext, None]

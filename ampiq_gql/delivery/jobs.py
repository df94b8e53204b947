"""Work in the background: a protocol, and threads of this process that carry it out.

`ThreadJobs` remembers nothing when the process ends. What is to survive stands in the store's
ledger, and whoever starts next finds it there and starts the job again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from enum import StrEnum
from threading import Event, Lock
from typing import Protocol, TypeAlias

from ampiq_gql.errors import Fault

__all__ = ["JobArguments", "JobHandler", "JobStatus", "Jobs", "Stop", "ThreadJobs"]

log = logging.getLogger("ampiq.jobs")

JobArguments: TypeAlias = Mapping[str, str]
"""Ids only, never customers: what is passed may be stored."""


class Stop:
    """Tells a job that it should end: because somebody cancelled it, or because we close."""

    def __init__(self) -> None:
        self._cancelled = Event()
        self._closing = Event()

    @property
    def is_cancelled(self) -> bool:
        """Somebody gave it up: undo and end."""
        return self._cancelled.is_set()

    @property
    def is_closing(self) -> bool:
        """The process ends: leave everything so that the next one can go on."""
        return self._closing.is_set()

    def cancel(self) -> None:
        """Give the job up."""
        self._cancelled.set()

    def close(self) -> None:
        """Interrupt the job."""
        self._closing.set()


JobHandler: TypeAlias = Callable[[JobArguments, Stop], None]


class JobStatus(StrEnum):
    """What this process knows of a job."""

    UNKNOWN = "unknown"
    ACTIVE = "active"


class Jobs(Protocol):
    """Carries out named work in the background, at most once at a time for each key."""

    def register(self, name: str, handler: JobHandler) -> None:
        """Say what a name means; before the first `start`."""

    def start(self, name: str, key: str, arguments: JobArguments) -> None:
        """Begin the work, unless work with this key is under way."""

    def cancel(self, key: str) -> None:
        """Ask it to end; it does so at its next step."""

    def status(self, key: str) -> JobStatus:
        """Say whether it is under way."""

    def wait(self, key: str, *, timeout_seconds: float | None = None) -> None:
        """Wait until it has ended; return at once when it is not known here."""

    def interrupt(self) -> None:
        """Ask everything to end at its next step, so that another process can go on."""

    def close(self) -> None:
        """Interrupt everything and wait until it has ended."""


@dataclass(frozen=True, slots=True)
class _Running:
    future: Future[None]
    stop: Stop


class ThreadJobs:
    """Jobs in threads of this process."""

    def __init__(self, *, threads: int = 4) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="ampiq-job")
        self._handlers: dict[str, JobHandler] = {}
        self._running: dict[str, _Running] = {}
        self._lock = Lock()

    def register(self, name: str, handler: JobHandler) -> None:
        """Say what a name means."""
        self._handlers[name] = handler

    def start(self, name: str, key: str, arguments: JobArguments) -> None:
        """Begin the work, unless work with this key is under way."""
        if name not in self._handlers:
            raise Fault(f"nobody registered the job {name}")
        with self._lock:
            known = self._running.get(key)
            if known is not None and not known.future.done():
                return
            stop = Stop()
            future = self._pool.submit(_guarded, name, self._handlers[name], arguments, stop)
            self._running[key] = _Running(future, stop)
        future.add_done_callback(lambda _: self._forget(key, future))

    def cancel(self, key: str) -> None:
        """Ask it to end."""
        with self._lock:
            known = self._running.get(key)
        if known is not None:
            known.stop.cancel()

    def status(self, key: str) -> JobStatus:
        """Say whether it is under way."""
        with self._lock:
            return JobStatus.ACTIVE if key in self._running else JobStatus.UNKNOWN

    def wait(self, key: str, *, timeout_seconds: float | None = None) -> None:
        """Wait until it has ended."""
        with self._lock:
            known = self._running.get(key)
        if known is not None:
            wait([known.future], timeout_seconds)

    def interrupt(self) -> None:
        """Ask everything to end at its next step."""
        with self._lock:
            running = tuple(self._running.values())
        for job in running:
            job.stop.close()

    def close(self) -> None:
        """Interrupt everything and wait until it has ended."""
        self.interrupt()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _forget(self, key: str, future: Future[None]) -> None:
        with self._lock:
            known = self._running.get(key)
            if known is not None and known.future is future:
                del self._running[key]


def _guarded(name: str, handler: JobHandler, arguments: JobArguments, stop: Stop) -> None:
    try:
        if not stop.is_closing:
            handler(arguments, stop)
    except Exception:
        log.exception("job %s failed: %s", name, dict(arguments))

"""Configured destinations: made, changed, tested. Only those whose connection test passes are kept.

The settings are stored encrypted as a whole, beside a copy for people in which secrets are masked.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ValidationError

from ampiq_gql.delivery.errors import (
    ConnectionFailed,
    DestinationInUse,
    DestinationNameTaken,
    DestinationNotFound,
    DestinationRevisionConflict,
    DestinationSettingsInvalid,
    SettingProblem,
)
from ampiq_gql.delivery.secrets import SecretBox
from ampiq_gql.names import plain_name
from ampiq_gql.plugin import (
    CheckLevel,
    CheckResult,
    DeliveryContext,
    DestinationError,
    DestinationType,
    PluginFault,
    PluginRegistry,
)
from ampiq_gql.settings import Settings
from ampiq_gql.store import Page, PageRequest, Store, UnitOfWork
from ampiq_gql.store.base import new_id, utc_now
from ampiq_gql.store.destinations import DestinationRecord
from ampiq_gql.store.errors import NameNotUnique

__all__ = [
    "CreateDestination", "DestinationService", "UpdateDestination", "existing_destination",
]  # fmt: skip

MASK = "**********"
"""What pydantic shows for a secret; sent back, it means that the secret stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateDestination:
    """A destination to be made; `settings` as the type's JSON Schema describes them."""

    type: str
    name: str
    settings: Mapping[str, object]
    description: str = ""
    allows_limited_pii: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateDestination:
    """A change; what is None stays. Settings that are left out stay as well, secrets included."""

    id: str
    revision: int
    name: str | None = None
    settings: Mapping[str, object] | None = None
    description: str | None = None
    allows_limited_pii: bool | None = None


class DestinationService:
    """Destinations. Safe to use from many threads."""

    def __init__(self, store: Store, plugins: PluginRegistry, settings: Settings) -> None:
        self._store = store
        self._plugins = plugins
        self._settings = settings

    @property
    def types(self) -> tuple[DestinationType, ...]:
        """Everything that can be configured."""
        return self._plugins.destination_types

    def create(self, wanted: CreateDestination, actor: str) -> DestinationRecord:
        """Make a destination after testing its connection.

        Raises `NotFound` (DESTINATION_TYPE_UNAVAILABLE), `DestinationSettingsInvalid`,
        `ConnectionFailed`, `DestinationNameTaken`.
        """
        name = _checked_name(wanted.name)
        model = self._tested(wanted.type, wanted.settings)
        now = utc_now()
        record = DestinationRecord(
            id=new_id(),
            type=wanted.type,
            name=name,
            description=wanted.description.strip(),
            shown_settings=model.model_dump(mode="json"),
            sealed_settings=self._sealed(wanted.settings),
            allows_limited_pii=wanted.allows_limited_pii,
            revision=1,
            created_by=actor,
            created_at=now,
            updated_by=actor,
            updated_at=now,
        )
        with self._store.begin() as work, _unique_name(name):
            work.destinations.add(record)
            work.audit.record(actor, "destination.create", "destination", record.id, _told(record))
        return record

    def update(self, wanted: UpdateDestination, actor: str) -> DestinationRecord:
        """Change a destination after testing its connection.

        Raises `DestinationRevisionConflict` and what `create` raises.
        """
        before = self.get(wanted.id)
        _require_revision(before, wanted.revision)
        settings = _merged(self._opened(before), wanted.settings or {})
        model = self._tested(before.type, settings)
        name = before.name if wanted.name is None else _checked_name(wanted.name)
        description = before.description if wanted.description is None else wanted.description
        allows = wanted.allows_limited_pii
        after = replace(
            before,
            name=name,
            description=description.strip(),
            shown_settings=model.model_dump(mode="json"),
            sealed_settings=self._sealed(settings),
            allows_limited_pii=before.allows_limited_pii if allows is None else allows,
            revision=wanted.revision + 1,
            updated_by=actor,
            updated_at=utc_now(),
        )
        with self._store.begin() as work, _unique_name(name):
            _require_revision(existing_destination(work, after.id), wanted.revision)
            work.destinations.update(after)
            work.audit.record(actor, "destination.update", "destination", after.id, _told(after))
        return after

    def delete(self, destination_id: str, actor: str, *, revision: int) -> DestinationRecord:
        """Delete; its deliveries stay in the history.

        Raises `DestinationRevisionConflict`, and `DestinationInUse` when campaigns name it that
        have not ended.
        """
        with self._store.begin() as work:
            before = existing_destination(work, destination_id)
            _require_revision(before, revision)
            if campaigns := work.campaigns.sending_to(destination_id):
                raise DestinationInUse(before.name, [campaign.name for campaign in campaigns])
            gone = replace(before, revision=revision + 1, updated_by=actor, updated_at=utc_now())
            work.destinations.remove(gone)
            work.audit.record(actor, "destination.delete", "destination", gone.id, _told(gone))
        return gone

    def get(self, destination_id: str) -> DestinationRecord:
        """Return the destination. Raises `DestinationNotFound`."""
        with self._store.read() as work:
            return existing_destination(work, destination_id)

    def get_many(self, destination_ids: frozenset[str]) -> dict[str, DestinationRecord]:
        """Return those of the destinations that exist, by id."""
        with self._store.read() as work:
            return work.destinations.get_many(destination_ids)

    def by_name(self, name: str) -> DestinationRecord | None:
        """Return the destination of that name, or None."""
        with self._store.read() as work:
            return work.destinations.by_name(name)

    def page(self, request: PageRequest) -> Page[DestinationRecord]:
        """Return one page of the destinations, by name."""
        with self._store.read() as work:
            return work.destinations.list_page(request)

    def count(self) -> int:
        """Count the destinations."""
        with self._store.read() as work:
            return work.destinations.count()

    def test(self, destination_id: str) -> tuple[CheckResult, ...]:
        """Test the connection of a destination; failures are results, not exceptions."""
        record = self.get(destination_id)
        return self._checks(record.type, self.open_settings(record))

    def open_settings(self, record: DestinationRecord) -> BaseModel:
        """Decrypt the settings and validate them with the type's present model."""
        return self._validated(record.type, self._opened(record))

    def _tested(self, type_key: str, settings: Mapping[str, object]) -> BaseModel:
        model = self._validated(type_key, settings)
        failed = [
            check for check in self._checks(type_key, model) if check.level is CheckLevel.FAIL
        ]
        if failed:
            raise ConnectionFailed(failed)
        return model

    def _checks(self, type_key: str, settings: BaseModel) -> tuple[CheckResult, ...]:
        destination = self._plugins.destination(type_key)
        now = utc_now().astimezone(ZoneInfo(self._settings.time_zone))
        try:
            return tuple(destination.check(DeliveryContext(settings=settings, now=now)))
        except DestinationError as error:
            failed = CheckResult(
                name="check", level=CheckLevel.FAIL, message=error.message, hint=error.hint
            )
            return (failed,)
        except Exception as error:
            raise PluginFault(type_key, "check", error) from error

    def _validated(self, type_key: str, settings: Mapping[str, object]) -> BaseModel:
        model = self._plugins.destination_type(type_key).settings_model
        try:
            return model.model_validate_json(json.dumps(settings))
        except ValidationError as error:
            # The input is left out of the problems: it may be a secret.
            problems = [
                SettingProblem(
                    pointer="".join(f"/{part}" for part in issue["loc"]),
                    message=issue["msg"].removeprefix("Value error, "),
                )
                for issue in error.errors(include_input=False, include_context=False)
            ]
            raise DestinationSettingsInvalid(problems) from None

    def _sealed(self, settings: Mapping[str, object]) -> str:
        return SecretBox.of(self._settings).seal(json.dumps(settings))

    def _opened(self, record: DestinationRecord) -> Mapping[str, object]:
        opened: dict[str, object] = json.loads(
            SecretBox.of(self._settings).open(record.sealed_settings)
        )
        return opened


@contextmanager
def _unique_name(name: str) -> Iterator[None]:
    """Turn the store's refusal of a name into ours."""
    try:
        yield
    except NameNotUnique as error:
        raise DestinationNameTaken(name) from error


def existing_destination(work: UnitOfWork, destination_id: str) -> DestinationRecord:
    """Return the destination. Raises `DestinationNotFound`."""
    record = work.destinations.get(destination_id)
    if record is None:
        raise DestinationNotFound(place="id")
    return record


def _merged(stored: Mapping[str, object], given: Mapping[str, object]) -> Mapping[str, object]:
    """Return the stored settings with the given ones over them; masked ones were not changed."""
    merged = dict(stored)
    for name, value in given.items():
        kept = stored.get(name)
        if isinstance(kept, Mapping) and isinstance(value, Mapping):
            merged[name] = _merged(kept, value)
        elif value != MASK:
            merged[name] = value
    return merged


def _require_revision(record: DestinationRecord, expected: int) -> None:
    if record.revision != expected:
        raise DestinationRevisionConflict(record.name, expected=expected, found=record.revision)


def _checked_name(name: str) -> str:
    return plain_name(name, of="destination", code="DESTINATION_NAME_INVALID")


def _told(record: DestinationRecord) -> Mapping[str, object]:
    """Return what the audit log may hold of a destination: no settings."""
    return {"name": record.name, "type": record.type, "revision": record.revision}

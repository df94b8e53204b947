"""Models on disk: a folder per version, written aside and renamed, never changed again.

A version is `manifest.json` (with the hash of every other file), xgboost's UBJSON per head, and
JSON. Nothing is ever unpickled, and no byte reaches xgboost before its hash was checked.
"""

from __future__ import annotations

import fcntl
import hashlib
import re
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from ampiq_gql.errors import Fault
from ampiq_gql.predict.boosting import load_head
from ampiq_gql.predict.calibration import Calibration
from ampiq_gql.predict.errors import ArtifactUnusable, NoModel, TrainingRuns
from ampiq_gql.predict.heads import ThreeHeads
from ampiq_gql.predict.model import ModelCard, TrainReport
from ampiq_gql.predict.prior import PriorModel
from ampiq_gql.warehouse.durable import sync_file, sync_folder, write_atomically

__all__ = ["FORMAT_VERSION", "ModelRegistry", "Published", "feature_hash"]

FORMAT_VERSION = 1
KEPT_VERSIONS = 5
NAME = re.compile(r"[a-z0-9][a-z0-9_]{0,39}")

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Active:
    """Content of `ACTIVE.json`: the version in use, the one before, and the manifest's hash."""

    version: str
    manifest_sha256: str
    previous: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """Content of `PUBLISHED.json`: which scoring the warehouse shows."""

    version: str
    build_id: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Header:
    """The one field that manifests of all formats share."""

    format_version: int


_HEADER = TypeAdapter(_Header)
_CARD = TypeAdapter(ModelCard)
_REPORT = TypeAdapter(TrainReport)
_PRIOR = TypeAdapter(PriorModel)
_CALIBRATION = TypeAdapter(Calibration)
_ACTIVE = TypeAdapter(Active)
_PUBLISHED = TypeAdapter(Published)


def feature_hash(names: tuple[str, ...]) -> str:
    """Return the hash by which a model knows its columns, order included."""
    return hashlib.sha256("\n".join(names).encode()).hexdigest()


class ModelRegistry:
    """The versions of one model of one home."""

    def __init__(self, root: Path, *, kind: str = "pclv", name: str = "clv") -> None:
        for part in (kind, name):
            _require_name(part)
        self._folder = root / kind / name

    def save(self, model: ThreeHeads, card: ModelCard, report: TrainReport) -> ModelCard:
        """Store a version for good and return its card with the hashes of the files."""
        contents = {
            "return.ubj": model.returns.to_bytes(),
            "frequency.ubj": model.frequency.to_bytes(),
            "order_value.ubj": model.order_value.to_bytes(),
            "btyd.json": _PRIOR.dump_json(model.prior, indent=2),
            "calibration.json": _CALIBRATION.dump_json(model.calibration, indent=2),
            "report.json": _REPORT.dump_json(report, indent=2),
        }
        complete = replace(card, files={name: _sha256(data) for name, data in contents.items()})
        contents["manifest.json"] = _CARD.dump_json(complete, indent=2)
        target = self._version_folder(card.version)
        aside = self._folder / f".{card.version}.{uuid.uuid4().hex}"
        aside.mkdir(parents=True)
        for name, data in contents.items():
            (aside / name).write_bytes(data)
            sync_file(aside / name)
        sync_folder(aside)
        aside.rename(target)
        sync_folder(self._folder)
        return complete

    def activate(self, version: str) -> None:
        """Make the version the one that scores; then drop versions nobody needs any more."""
        manifest = (self._version_folder(version) / "manifest.json").read_bytes()
        before = self._active()
        active = Active(
            version=version,
            manifest_sha256=_sha256(manifest),
            previous=before.version if before else None,
        )
        write_atomically(self._folder / "ACTIVE.json", _ACTIVE.dump_json(active))
        self._prune(active)

    def active(self) -> ModelCard | None:
        """Return the card of the version in use, or None before the first."""
        active = self._active()
        if active is None:
            return None
        path = self._version_folder(active.version) / "manifest.json"
        _require_hash(path, active.manifest_sha256)
        return self._card(path)

    def versions(self) -> tuple[ModelCard, ...]:
        """Return the cards of all versions, the newest first."""
        manifests = self._folder.glob("[!.]*/manifest.json")
        return tuple(self._card(path) for path in sorted(manifests, reverse=True))

    def load(self, *, threads: int) -> tuple[ModelCard, ThreeHeads]:
        """Return the model in use; raises `NoModel` or `ArtifactUnusable` before using any byte."""
        card = self.active()
        if card is None:
            raise NoModel
        contents = {name: self._checked(card, name) for name in card.files}
        heads = {
            name: load_head(contents[f"{name}.ubj"], threads=threads)
            for name in ("return", "frequency", "order_value")
        }
        return card, ThreeHeads(
            horizon_days=card.horizon_days,
            names=card.feature_names,
            prior_use=card.prior_use,
            prior=_PRIOR.validate_json(contents["btyd.json"]),
            returns=heads["return"],
            frequency=heads["frequency"],
            order_value=heads["order_value"],
            calibration=_CALIBRATION.validate_json(contents["calibration.json"]),
            rounds=card.rounds,
        )

    def report(self, card: ModelCard) -> TrainReport:
        """Return what the training of the version found."""
        return _REPORT.validate_json(self._checked(card, "report.json"))

    def published(self) -> Published | None:
        """Return the scoring that the warehouse shows, or None before the first."""
        return self._read(self._folder / "PUBLISHED.json", _PUBLISHED)

    def note_published(self, published: Published) -> None:
        """Remember a scoring; called after it can be read."""
        write_atomically(self._folder / "PUBLISHED.json", _PUBLISHED.dump_json(published))

    @contextmanager
    def training(self) -> Iterator[None]:
        """Hold the right to train; raises `TrainingRuns` when another thread or process does."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / ".training.lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise TrainingRuns from error
            yield

    def _active(self) -> Active | None:
        return self._read(self._folder / "ACTIVE.json", _ACTIVE)

    def _read(self, path: Path, kind: TypeAdapter[T]) -> T | None:
        if not path.exists():
            return None
        try:
            return kind.validate_json(path.read_bytes())
        except ValidationError as error:
            raise _corrupt(path) from error

    def _card(self, path: Path) -> ModelCard:
        # The format comes first: a card of a newer program need not have the fields of ours.
        header = self._read(path, _HEADER)
        if header is not None and header.format_version != FORMAT_VERSION:
            raise ArtifactUnusable(
                "PRED_FORMAT_VERSION",
                f"The model {path.parent.name} has format {header.format_version};"
                f" this program reads format {FORMAT_VERSION}.",
                place=str(path),
            )
        card = self._read(path, _CARD)
        if card is None:
            raise _corrupt(path)
        if card.feature_hash != feature_hash(card.feature_names):
            raise ArtifactUnusable(
                "PRED_FEATURE_MISMATCH",
                f"The columns of the model {card.version} are not those it was trained on.",
                place=str(path),
            )
        return card

    def _checked(self, card: ModelCard, name: str) -> bytes:
        path = self._version_folder(card.version) / name
        return _require_hash(path, card.files[name])

    def _version_folder(self, version: str) -> Path:
        _require_name(version)
        return self._folder / version

    def _prune(self, active: Active) -> None:
        """Keep the active version, its predecessor and the last five; nothing half written."""
        versions = sorted(path.parent.name for path in self._folder.glob("[!.]*/manifest.json"))
        kept = {active.version, active.previous, *versions[-KEPT_VERSIONS:]}
        for version in set(versions) - kept:
            shutil.rmtree(self._version_folder(version))
        for leftover in self._folder.glob(".*/"):
            shutil.rmtree(leftover)


def _require_hash(path: Path, sha256: str) -> bytes:
    content = path.read_bytes() if path.is_file() else b""
    if _sha256(content) != sha256:
        raise _corrupt(path)
    return content


def _require_name(name: str) -> None:
    # Names become folders: nothing that could leave the registry gets through.
    if not NAME.fullmatch(name):
        raise Fault(f"{name!r} is no name in the registry of models")


def _corrupt(path: Path) -> ArtifactUnusable:
    return ArtifactUnusable(
        "PRED_ARTIFACT_CORRUPT",
        f"The file {path.name} of the model {path.parent.name} is damaged or missing.",
        place=str(path),
    )


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()

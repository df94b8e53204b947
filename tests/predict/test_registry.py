from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

import ampiq_gql
from ampiq_gql.errors import Fault
from ampiq_gql.predict import ArtifactUnusable, NoModel, TrainingRuns
from ampiq_gql.predict.registry import ModelRegistry
from tests.predict.conftest import Journey


@pytest.fixture
def models(journey: Journey, tmp_path: Path) -> Path:
    """A copy of the trained models that a test may damage."""
    return Path(shutil.copytree(Path(journey.settings.home) / "models", tmp_path / "models"))


@pytest.fixture
def registry(models: Path) -> ModelRegistry:
    return ModelRegistry(models)


def version_folder(models: Path) -> Path:
    return next(path.parent for path in models.rglob("manifest.json"))


def test_a_version_holds_open_formats_only(models: Path) -> None:
    assert sorted(path.name for path in version_folder(models).iterdir()) == [
        "btyd.json",
        "calibration.json",
        "frequency.ubj",
        "manifest.json",
        "order_value.ubj",
        "report.json",
        "return.ubj",
    ]


def test_a_stored_model_predicts_what_it_did_in_memory(
    journey: Journey, registry: ModelRegistry
) -> None:
    card, _ = registry.load(threads=1)
    assert registry.report(card) == journey.report
    assert card.horizon_days == 90
    assert card.build_id == journey.build.id


@pytest.mark.parametrize(
    "name",
    [
        "return.ubj",
        "frequency.ubj",
        "order_value.ubj",
        "btyd.json",
        "calibration.json",
        "report.json",
        "manifest.json",
    ],
)
def test_one_flipped_byte_is_refused_by_its_hash(
    models: Path, registry: ModelRegistry, name: str
) -> None:
    path = version_folder(models) / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(ArtifactUnusable, match=re.escape(name)) as refused:
        registry.load(threads=1)
    assert refused.value.code == "PRED_ARTIFACT_CORRUPT"


def test_a_missing_file_is_refused(models: Path, registry: ModelRegistry) -> None:
    (version_folder(models) / "calibration.json").unlink()
    with pytest.raises(ArtifactUnusable, match="damaged or missing"):
        registry.load(threads=1)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('"format_version": 1', '"format_version": 99', "PRED_FORMAT_VERSION"),
        ('"recency_days"', '"recency_weeks"', "PRED_FEATURE_MISMATCH"),
    ],
)
def test_foreign_manifests_are_refused(
    models: Path, registry: ModelRegistry, old: str, new: str, code: str
) -> None:
    manifest = version_folder(models) / "manifest.json"
    manifest.write_text(manifest.read_text().replace(old, new, 1))
    with pytest.raises(ArtifactUnusable) as refused:
        registry.versions()
    assert refused.value.code == code


@pytest.mark.parametrize("name", ["../clv", "Clv", "", "a" * 41, "clv/x", "_clv"])
def test_names_cannot_leave_the_registry(tmp_path: Path, name: str) -> None:
    with pytest.raises(Fault, match="no name"):
        ModelRegistry(tmp_path, name=name)


def test_an_empty_registry_has_no_model(tmp_path: Path) -> None:
    registry = ModelRegistry(tmp_path)
    assert registry.active() is None
    assert registry.versions() == ()
    with pytest.raises(NoModel):
        registry.load(threads=1)


def test_the_last_five_versions_stay_with_the_active_one_and_its_predecessor(
    models: Path, registry: ModelRegistry
) -> None:
    original = version_folder(models)
    original.with_name(".20990101t000000_abcdef.crashed").mkdir()
    for number in range(1, 8):
        shutil.copytree(original, original.with_name(f"2099010{number}t000000_abcdef"))
    registry.activate("20990101t000000_abcdef")
    kept = sorted(path.name for path in original.parent.iterdir() if path.is_dir())
    assert kept == [
        original.name,
        *(f"2099010{number}t000000_abcdef" for number in (1, 3, 4, 5, 6, 7)),
    ]


def test_only_one_training_runs_at_a_time(registry: ModelRegistry) -> None:
    with registry.training(), pytest.raises(TrainingRuns), registry.training():
        pass
    with registry.training():
        pass


def test_nothing_in_the_product_can_unpickle() -> None:
    forbidden = re.compile(r"\b(import|from)\s+(pickle|joblib|cloudpickle|marshal|shelve|dill)\b")
    sources = Path(ampiq_gql.__file__).parent.rglob("*.py")
    assert not [path for path in sources if forbidden.search(path.read_text())]

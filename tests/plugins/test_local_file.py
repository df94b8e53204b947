"""A file is whole or absent, private, and never outside the exports folder."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ampiq_gql.plugin import (
    Artefact,
    CheckLevel,
    DeliveryContext,
    DestinationError,
    RowBatch,
    RunInfo,
)
from plugins.destinations.file_formats import FileFormat, encode_rows
from plugins.destinations.local_file import LocalFile, LocalFileSettings

NOW = datetime(2026, 11, 1, 9, 30, 5, tzinfo=UTC)
ROWS = pa.RecordBatch.from_pydict(
    {
        "city": ["Zürich", None, '=cmd|"x"'],
        "spent": pa.array([Decimal("12345678901234.5678"), None, Decimal("-1.5000")]),
        "orders": [1, 2, None],
    }
)
DEFAULTS: Mapping[str, object] = {}


def context(settings: Mapping[str, object] = DEFAULTS) -> DeliveryContext[LocalFileSettings]:
    return DeliveryContext(settings=LocalFileSettings.model_validate(settings), now=NOW)


def run(run_id: str = "run-1", *, segment_name: str = "All", **names: str) -> RunInfo:
    columns = tuple(ROWS.schema.names)
    return RunInfo(
        run_id=run_id, planned_at=NOW, columns=columns, segment_name=segment_name, **names
    )


def batch(rows: pa.RecordBatch = ROWS, number: int = 0) -> RowBatch:
    keys = pa.array([f"{number}-{position}" for position in range(rows.num_rows)], pa.string())
    return RowBatch(number=number, keys=keys, rows=rows)


def start(
    exports: Path, settings: Mapping[str, object] = DEFAULTS, info: RunInfo | None = None
) -> LocalFile:
    """Send one batch and stop before the end."""
    destination = LocalFile(exports)
    here = context(settings)
    destination.prepare(here, info or run(), ROWS.schema)
    for encoded in destination.encode(here, batch()):
        destination.send(here, encoded, key="k")
    return destination


def deliver(
    exports: Path, settings: Mapping[str, object] = DEFAULTS, info: RunInfo | None = None
) -> Artefact:
    destination = start(exports, settings, info)
    (artefact,) = destination.finalize(context(settings), info or run())
    return artefact


def visible(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))


def test_csv_reads_back_as_it_was(tmp_path: Path) -> None:
    artefact = deliver(tmp_path, {"formula_safe": False})
    options = pa_csv.ConvertOptions(
        column_types={"spent": pa.decimal128(18, 4)}, strings_can_be_null=True
    )
    back = pa_csv.read_csv(artefact.location, convert_options=options)
    assert back.to_pylist() == ROWS.to_pylist()


def test_ndjson_keeps_every_digit_of_an_amount(tmp_path: Path) -> None:
    artefact = deliver(tmp_path, {"format": "ndjson"})
    first, second, _ = Path(artefact.location).read_text(encoding="utf-8").splitlines()
    assert first == '{"city":"Zürich","spent":12345678901234.5678,"orders":1}'
    assert second == '{"city":null,"spent":null,"orders":2}'


def test_parquet_reads_back_with_its_types(tmp_path: Path) -> None:
    artefact = deliver(tmp_path, {"format": "parquet"})
    assert pq.read_table(artefact.location).to_pylist() == ROWS.to_pylist()


@pytest.mark.parametrize("form", list(FileFormat))
def test_a_file_without_rows_is_a_whole_file(tmp_path: Path, form: FileFormat) -> None:
    settings = {"format": form}
    destination = LocalFile(tmp_path)
    destination.prepare(context(settings), run(), ROWS.schema)
    (artefact,) = destination.finalize(context(settings), run())
    text = Path(artefact.location).read_bytes()
    assert artefact.row_count == 0
    assert text[:4] == {"csv": b"city", "ndjson": b"", "parquet": b"PAR1"}[form]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_text_that_a_spreadsheet_would_run_is_defused(start: str) -> None:
    rows = pa.RecordBatch.from_pydict({"name": [f"{start}1+1"]})
    assert encode_rows(FileFormat.CSV, rows, formula_safe=True).startswith(b"\"'" + start.encode())


def test_numbers_are_not_defused() -> None:
    rows = pa.RecordBatch.from_pydict({"amount": [-5]})
    assert encode_rows(FileFormat.CSV, rows, formula_safe=True) == b"-5\n"


def test_the_manifest_proves_the_file(tmp_path: Path) -> None:
    artefact = deliver(tmp_path)
    manifest = json.loads(Path(f"{artefact.location}.manifest.json").read_text(encoding="utf-8"))
    content = Path(artefact.location).read_bytes()
    assert manifest["sha256"] == artefact.sha256 == hashlib.sha256(content).hexdigest()
    assert (manifest["rows"], manifest["bytes"]) == (3, len(content))
    assert manifest["run_id"] == "run-1"


def test_files_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    former = os.umask(0)
    try:
        deliver(tmp_path)
    finally:
        os.umask(former)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert modes == {0o600}


def test_nothing_is_visible_before_the_end(tmp_path: Path) -> None:
    destination = start(tmp_path)
    assert visible(tmp_path) == []
    destination.finalize(context(), run())
    assert len(visible(tmp_path)) == 2


def test_abort_leaves_nothing(tmp_path: Path) -> None:
    start(tmp_path).abort(context(), run())
    assert list(tmp_path.iterdir()) == []


def test_a_broken_attempt_is_replaced_by_the_next(tmp_path: Path) -> None:
    broken = start(tmp_path)
    deliver(tmp_path)
    assert visible(tmp_path) == [
        "All 2026-11-01 093005.csv",
        "All 2026-11-01 093005.csv.manifest.json",
    ]
    broken.abort(context(), run())


def test_repeating_a_run_changes_nothing(tmp_path: Path) -> None:
    assert deliver(tmp_path) == deliver(tmp_path)


def test_a_repeat_is_ours_even_without_its_manifest(tmp_path: Path) -> None:
    """A crash between the two renames leaves the manifest under its temporary name."""
    artefact = deliver(tmp_path)
    manifest = Path(f"{artefact.location}.manifest.json")
    manifest.rename(tmp_path / f".{manifest.name}.run-1.part")
    assert deliver(tmp_path) == artefact


def test_a_file_of_another_run_is_not_overwritten(tmp_path: Path) -> None:
    deliver(tmp_path)
    with pytest.raises(DestinationError) as refused:
        deliver(tmp_path, info=run("run-2"))
    assert refused.value.code == "FILE_EXISTS"


def test_of_two_runs_at_once_the_later_is_refused_and_the_first_stays(tmp_path: Path) -> None:
    """Two deliveries of one segment within a second have one name."""
    first, second = start(tmp_path), start(tmp_path, info=run("run-2"))
    (artefact,) = first.finalize(context(), run())
    with pytest.raises(DestinationError) as refused:
        second.finalize(context(), run("run-2"))
    assert refused.value.code == "FILE_EXISTS"
    second.abort(context(), run("run-2"))
    assert hashlib.sha256(Path(artefact.location).read_bytes()).hexdigest() == artefact.sha256
    assert len(list(tmp_path.iterdir())) == 2


def test_unless_that_is_wanted(tmp_path: Path) -> None:
    settings = {"overwrite": True}
    deliver(tmp_path, settings)
    artefact = deliver(tmp_path, settings, run("run-2"))
    manifest = json.loads(Path(f"{artefact.location}.manifest.json").read_text(encoding="utf-8"))
    assert manifest["run_id"] == "run-2"


@pytest.mark.parametrize(
    ("template", "names", "expected"),
    [
        ("{{list_name}}", {}, "All.csv"),
        ("{{list_name}}", {"campaign_name": "Spring", "treatment_name": "A"}, "Spring_A.csv"),
        ("{{segment_name}}", {"segment_name": "../../etc/passwd"}, "_.._etc_passwd.csv"),
        ("{{segment_name}}", {"segment_name": "..."}, "run-1.csv"),
        ("{{segment_name}}", {"segment_name": "Ä" * 200}, "Ä" * 90 + ".csv"),
    ],
)
def test_names_are_safe(
    tmp_path: Path, template: str, names: dict[str, str], expected: str
) -> None:
    assert deliver(tmp_path, {"file_name": template}, run(**names)).name == expected


@given(st.text(max_size=300))
def test_no_name_leaves_the_folder(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    exports = tmp_path_factory.mktemp("exports")
    artefact = deliver(exports, {"file_name": "{{segment_name}}"}, run(segment_name=name))
    assert Path(artefact.location).resolve().parent == exports.resolve()


def test_an_unknown_variable_is_refused_when_saving() -> None:
    with pytest.raises(ValidationError, match="campaing"):
        LocalFileSettings(file_name="{{campaing}}")


@pytest.mark.parametrize("directory", ["..", "a/../..", "/etc", "link", "link/deeper", "file"])
def test_the_exports_folder_cannot_be_left(tmp_path: Path, directory: str) -> None:
    exports, outside = tmp_path / "exports", tmp_path / "outside"
    exports.mkdir()
    outside.mkdir()
    (exports / "link").symlink_to(outside)
    (exports / "file").touch()
    settings = {"directory": directory}
    with pytest.raises(DestinationError) as refused:
        start(exports, settings)
    (check,) = LocalFile(exports).check(context(settings))
    assert refused.value.code == "OUTSIDE_ROOT"
    assert check.level is CheckLevel.FAIL
    assert list(outside.iterdir()) == []


def test_a_link_in_place_of_the_file_is_replaced_not_followed(tmp_path: Path) -> None:
    exports, victim = tmp_path / "exports", tmp_path / "victim"
    exports.mkdir()
    victim.write_text("mine", encoding="utf-8")
    (exports / ".All.csv.run-1.part").symlink_to(victim)
    (exports / "All.csv").symlink_to(victim)
    deliver(exports, {"file_name": "{{list_name}}", "overwrite": True})
    assert victim.read_text(encoding="utf-8") == "mine"
    assert not (exports / "All.csv").is_symlink()


def test_a_folder_that_no_system_can_have_is_refused_when_saving() -> None:
    with pytest.raises(ValidationError, match="zero character"):
        LocalFileSettings(directory="a\0b")


@pytest.mark.parametrize("directory", [".", "weekly/spring"])
def test_folders_below_the_root_are_made(tmp_path: Path, directory: str) -> None:
    artefact = deliver(tmp_path / "exports", {"directory": directory})
    assert Path(artefact.location).parent == tmp_path / "exports" / directory


def test_an_absolute_folder_below_the_root_is_accepted(tmp_path: Path) -> None:
    artefact = deliver(tmp_path, {"directory": str(tmp_path / "deep")})
    assert Path(artefact.location).parent == tmp_path / "deep"


def test_the_check_leaves_no_trace(tmp_path: Path) -> None:
    (check,) = LocalFile(tmp_path).check(context())
    assert check.level is CheckLevel.PASS
    assert list(tmp_path.iterdir()) == []


def test_encoding_is_pure(tmp_path: Path) -> None:
    destination = LocalFile(tmp_path)
    once, twice = (list(destination.encode(context(), batch())) for _ in range(2))
    assert once == twice
    assert once[0].keys == ("0-0", "0-1", "0-2")

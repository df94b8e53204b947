"""Errors keep a build from being published, unless somebody says otherwise; the report stays."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from ampiq_gql.build import (
    BuildService,
    ChecksFailed,
    Override,
    ValidationReport,
    ValidationService,
)
from ampiq_gql.build.validation import CheckStatus, Severity
from ampiq_gql.build.validation.reports import REFUSED_KEPT, ReportFiles
from ampiq_gql.errors import Invalid
from ampiq_gql.progress import Silent
from ampiq_gql.settings import Settings, ValidationLimits
from ampiq_gql.store import Store
from ampiq_gql.store.paging import PageRequest
from ampiq_gql.warehouse import open_warehouse
from tests.build.house import House

DAY = date(2025, 6, 30)
GOOD = "order_id,product_id,revenue,order_date,customer_id\no1,p1,5,2025-06-01,1\n"
LOST = "order_id,product_id,revenue,order_date,customer_id\nlost,p1,7,,1\n"
OVERRIDES = ("ord.orphan_order", "rec.source_c360")


@pytest.fixture(scope="module")
def refused_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one good build, and one refused for lines that no order dates."""
    folder = tmp_path_factory.mktemp("refused")
    with open_house(folder) as house:
        house.load(items=GOOD)
        house.build()
        house.load("desk", items=LOST)
        with pytest.raises(ChecksFailed):
            house.build()
    return folder


@pytest.fixture
def house(tmp_path: Path, refused_home: Path) -> Iterator[House]:
    """A home like that, of the test's own."""
    shutil.copytree(refused_home, tmp_path / "house")
    with open_house(tmp_path / "house") as house:
        yield house


@contextmanager
def open_house(folder: Path) -> Iterator[House]:
    settings = Settings(home=folder / "home")
    house = House(folder, settings, open_warehouse(settings))
    yield house
    house.warehouse.close()


def only_refused(house: House) -> ValidationReport:
    report = reports(house).refused()
    assert report is not None
    return report


def reports(house: House) -> ValidationService:
    return ValidationService(house.warehouse, house.settings)


def test_an_error_leaves_the_former_build_and_its_own_report(house: House) -> None:
    report = only_refused(house)
    assert [error.id for error in report.errors] == list(OVERRIDES)
    assert reports(house).report(report.build_id) == report
    current, build = reports(house).report(), house.warehouse.current_build()
    assert current is not None
    assert build is not None
    assert current.build_id == build.id != report.build_id


def test_the_refusal_says_what_is_wrong_and_how_to_publish_all_the_same(house: House) -> None:
    refused = ChecksFailed(only_refused(house))
    assert "ord.orphan_order on order-items: 1 of 1 rows." in refused.message
    assert "--override ord.orphan_order --override rec.source_c360" in (refused.hint or "")


def test_an_override_publishes_shows_itself_and_is_logged(house: House) -> None:
    store = Store.open(house.settings)
    service = BuildService(house.warehouse, house.settings, store=store)
    named = [Override(check_id=one, reason="old receipts", actor="Ann") for one in OVERRIDES]
    built = service.run(DAY, Silent(), named)
    report = reports(house).report()
    assert report is not None
    assert built.validation is not None
    assert report.build_id == built.validation.build_id
    overridden = list(report.of(CheckStatus.OVERRIDDEN, Severity.ERROR))
    assert [(one.id, one.override) for one in overridden] == list(
        zip(OVERRIDES, named, strict=True)
    )
    with store.read() as work:
        entries = work.audit.list_page(PageRequest(first=10), target_type="build").items
    store.close()
    assert {entry.details["check"] for entry in entries} == set(OVERRIDES)
    assert {(entry.actor, entry.action) for entry in entries} == {("Ann", "build.override")}
    first = overridden[0].first_seen
    assert first is not None
    assert first < report.built_at == overridden[0].last_seen  # the refusal saw it first
    assert reports(house).refused() is None


def test_an_override_of_no_check_is_refused_before_anything_is_built(house: House) -> None:
    with pytest.raises(Invalid, match=r"no check 'ord\.orphan'") as wrong:
        house.build(overrides=["ord.orphan"])
    assert wrong.value.code == "CHECK_UNKNOWN"
    assert wrong.value.hint == "Did you mean ord.orphan_order?"


def test_few_refused_reports_are_kept(house: House) -> None:
    report = only_refused(house)
    for number in range(REFUSED_KEPT + 3):
        ReportFiles(house.settings).write(replace(report, build_id=f"r{number}"))
    kept = [file.stem for file in (house.settings.home / "validation").iterdir()]
    assert len(kept) == REFUSED_KEPT + 1  # and that of the published build


@pytest.mark.parametrize("build_id", ["../store", "", "nothing", "a/b"])
def test_a_report_of_no_build_is_none(house: House, build_id: str) -> None:
    assert reports(house).report(build_id) is None


def test_limits_of_the_site_decide(house: House) -> None:
    limits = ValidationLimits(error_above=dict.fromkeys(OVERRIDES, 1.0))
    settings = house.settings.model_copy(update={"validation": limits})
    built = BuildService(house.warehouse, settings).run(DAY, Silent())
    assert built.validation is not None
    noted = {one.id for one in built.validation.of(CheckStatus.NOTED)}
    assert "ord.orphan_order" in noted


def test_a_limit_of_no_check_is_refused(house: House) -> None:
    limits = ValidationLimits(warn_above={"id.null_order": 0.5})
    settings = house.settings.model_copy(update={"validation": limits})
    with pytest.raises(Invalid, match="no check"):
        BuildService(house.warehouse, settings).run(DAY, Silent())


def test_limits_are_read_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AMPIQ_VALIDATION__WARN_ABOVE", '{"id.null_orders": 0.3}')
    assert Settings.load().validation.warn_above == {"id.null_orders": 0.3}
    (tmp_path / "ampiq.toml").write_text('[validation.error_above]\n"ord.dates" = 0.1\n')
    assert Settings.load().validation.error_above == {"ord.dates": 0.1}


def test_personal_keys_are_left_out_for_those_who_may_not_see_them(house: House) -> None:
    house.load(customers="customer_id,email\n1,nonsense\n")
    with pytest.raises(ChecksFailed) as refused:
        house.build()
    build_id = refused.value.report.build_id
    shown = reports(house).report(build_id, may_read_pii=False)
    whole = reports(house).report(build_id)
    assert shown is not None
    assert whole is not None

    samples = [
        next(one.samples for one in report.results if one.id == "in.email.format")
        for report in (whole, shown)
    ]
    assert samples == [(("1",),), ((None,),)]

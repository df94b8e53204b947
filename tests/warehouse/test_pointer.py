"""The one file that decides what readers see."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from ampiq_gql.errors import OperatorError
from ampiq_gql.warehouse.errors import WarehouseDamaged
from ampiq_gql.warehouse.layout import HomeLayout
from ampiq_gql.warehouse.pointer import Pointer, PublishedFile, Shown
from tests.warehouse.builders import build_info

FILE = PublishedFile(table="lists", name="vips", path="lists/vips.1.parquet")


@pytest.fixture
def layout(tmp_path: Path) -> HomeLayout:
    layout = HomeLayout(tmp_path)
    layout.create()
    return layout


def test_nothing_is_shown_at_first(layout: HomeLayout) -> None:
    assert Pointer(layout).read() == Shown()


@pytest.mark.parametrize("newest", [None, build_info("b1").newest_event_on])
def test_what_is_written_is_read_by_others(layout: HomeLayout, newest: date | None) -> None:
    build = replace(build_info("b1"), newest_event_on=newest)
    after = Pointer(layout).change(lambda shown: replace(shown, build=build).with_files((FILE,)))
    assert Pointer(layout).read() == after
    assert after.snapshot == "b1.1"


def test_a_reader_sees_a_change_made_elsewhere(layout: HomeLayout) -> None:
    one, other = Pointer(layout), Pointer(layout)
    one.change(lambda shown: shown.with_files((FILE,)))
    assert other.read().files == (FILE,)
    one.change(lambda shown: shown.with_files(()))
    assert other.read().files == ()


def test_changes_of_many_threads_are_all_kept(layout: HomeLayout) -> None:
    def add(number: int) -> None:
        file = replace(FILE, name=str(number))
        Pointer(layout).change(lambda shown: shown.with_files((*shown.files, file)))

    threads = [threading.Thread(target=add, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    shown = Pointer(layout).read()
    assert {file.name for file in shown.files} == {str(number) for number in range(8)}
    assert shown.files_version == 8


def test_a_failed_change_leaves_the_pointer_as_it_was(layout: HomeLayout) -> None:
    pointer = Pointer(layout)
    before = pointer.change(lambda shown: shown.with_files((FILE,)))
    with pytest.raises(ZeroDivisionError):
        pointer.change(lambda shown: shown.with_files((FILE,) * (1 // 0)))
    assert pointer.read() == before
    assert [path.name for path in layout.home.iterdir() if path.name.startswith(".")] == []


def test_a_pointer_of_a_later_version_is_refused(layout: HomeLayout) -> None:
    layout.pointer.write_text('{"format": 2}')
    with pytest.raises(OperatorError, match="format 2") as refused:
        Pointer(layout).read()
    assert refused.value.code == "WAREHOUSE_TOO_NEW"


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "{}", '{"format": 1}', '{"format": 1, "build": 7}']
)
def test_a_damaged_pointer_is_named_with_the_way_out(layout: HomeLayout, content: str) -> None:
    layout.pointer.write_text(content)
    with pytest.raises(WarehouseDamaged, match="cannot be read") as refused:
        Pointer(layout).read()
    assert refused.value.place == str(layout.pointer)
    assert "backup" in (refused.value.hint or "")

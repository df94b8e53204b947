"""Which segments a filter lets through."""

from __future__ import annotations

import pytest

from ampiq_gql.store import PageRequest, Store
from ampiq_gql.store.folders import FolderRecord
from ampiq_gql.store.segments import SegmentFilter, SegmentKind, SegmentOrder, SegmentStatus
from tests.store.builders import LONG_AGO, segment

ALL = PageRequest(first=1000)


@pytest.fixture(scope="module")
def many(shared_store: Store) -> Store:
    folder = FolderRecord(
        id="f" * 32, name="Brands", parent_id=None, level=1, created_by="ada", created_at=LONG_AGO
    )
    segments = (
        segment("alpha 100%", status=SegmentStatus.ACTIVE, labels=("vip",), minutes=3),
        segment("Beta", folder_id=folder.id, labels=("daily", "vip"), minutes=1),
        segment("gamma", text='city is "Chicago"', created_by="bob", minutes=2),
        segment("Delta", kind=SegmentKind.SQL, labels=("daily",), minutes=4),
    )
    with shared_store.begin() as work:
        work.folders.add(folder)
        for record in segments:
            work.segments.add(record)
    return shared_store


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        pytest.param(SegmentFilter(), "Beta gamma alpha Delta", id="everything"),
        pytest.param(SegmentFilter(statuses=(SegmentStatus.ACTIVE,)), "alpha", id="status"),
        pytest.param(SegmentFilter(kinds=(SegmentKind.SQL,)), "Delta", id="kind"),
        pytest.param(SegmentFilter(labels=("VIP", "x")), "Beta alpha", id="any of the labels"),
        pytest.param(SegmentFilter(folder_ids=("f" * 32,)), "Beta", id="folder"),
        pytest.param(SegmentFilter(folder_ids=(None,)), "gamma alpha Delta", id="root"),
        pytest.param(
            SegmentFilter(folder_ids=(None, "f" * 32)), "Beta gamma alpha Delta", id="both folders"
        ),
        pytest.param(SegmentFilter(created_by=("bob",)), "gamma", id="creator"),
        pytest.param(SegmentFilter(updated_by=("bob", "eve")), "gamma", id="editor"),
        pytest.param(SegmentFilter(search="ALPHA"), "alpha", id="name"),
        pytest.param(SegmentFilter(search="0%"), "alpha", id="percent is no wildcard"),
        pytest.param(SegmentFilter(search="_"), "", id="underscore is no wildcard"),
        pytest.param(SegmentFilter(search="chicago"), "", id="names only"),
        pytest.param(
            SegmentFilter(search="chicago", searches_expressions=True), "gamma", id="expressions"
        ),
        pytest.param(
            SegmentFilter(labels=("vip",), folder_ids=(None,)), "alpha", id="kinds join by and"
        ),
    ],
)
def test_filters(many: Store, wanted: SegmentFilter, names: str) -> None:
    with many.read() as work:
        page = work.segments.list_page(wanted, SegmentOrder(is_descending=False), ALL)
        assert work.segments.count(wanted) == len(page.items)
    assert " ".join(record.name.split()[0] for record in page.items) == names

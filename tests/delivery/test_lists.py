"""An uploaded list is a set of customers that expressions can name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ampiq_gql.errors import Conflict, Invalid, NotFound
from ampiq_gql.plugin import CustomerKey, SourceUnusable, StageReport
from ampiq_gql.segments.lists import FileToUpload
from ampiq_gql.settings import Settings
from ampiq_gql.store import PageRequest
from tests.delivery.house import ADA, House, open_house
from tests.shop import customers


@pytest.fixture
def house(own_shop: Settings) -> Iterator[House]:
    with open_house(own_shop) as opened:
        yield opened


def customer_ids(house: House, text: str) -> set[str]:
    """Deliver an expression's customers to a file and read it."""
    segment = house.segment(text, text)
    destination = house.delivery.destinations.by_name("Files") or house.destination()
    delivery = house.deliver(segment, destination, ["customer_id"])
    if not delivery.artefacts:
        return set()
    return set(Path(delivery.artefacts[0].location).read_text(encoding="utf-8").split()[1:])


def unquoted(values: set[str]) -> set[str]:
    return {value.strip('"') for value in values}


def upload(
    house: House,
    content: str,
    name: str = "VIPs",
    *,
    key: CustomerKey = CustomerKey.CUSTOMER_ID,
) -> StageReport:
    file = house.settings.home.parent / "list.csv"
    file.write_text(content, encoding="utf-8")
    return house.lists.upload(FileToUpload(name=name, file=file, key=key), ADA).staged


def test_a_list_can_be_named_in_expressions(house: House) -> None:
    report = upload(house, "customer_id\nc001\nc002\nnobody\nc001\n")
    assert (report.matched, report.unmatched, report.duplicates) == (2, 1, 1)
    assert unquoted(customer_ids(house, 'member of file "vips"')) == {"c001", "c002"}
    others = unquoted(customer_ids(house, 'not member of file "VIPs" and city is "Chicago"'))
    assert others == {one.customer_id for one in customers() if one.city == "Chicago"} - {
        "c001",
        "c002",
    }


def test_emails_match_whatever_their_case(house: House) -> None:
    report = upload(house, "E-Mail\nUSER1@Example.com \n", key=CustomerKey.EMAIL)
    assert report.customers == 1
    assert unquoted(customer_ids(house, 'member of file "VIPs"')) == {"c001"}


def test_our_own_ids_match(house: House) -> None:
    segment = house.segment()
    delivery = house.deliver(segment, house.destination())
    file = Path(delivery.artefacts[0].location)
    wanted = FileToUpload(name="Back again", file=file, key=CustomerKey.AMPERITY_ID)
    report = house.lists.upload(wanted, ADA).staged
    assert report.customers == len(customers())


def test_the_report_is_kept(house: House) -> None:
    upload(house, "customer_id\nc001\n")
    (record,) = house.lists.page(PageRequest()).items
    assert (record.name, record.file_name, record.rows, record.customers) == (
        "VIPs",
        "list.csv",
        1,
        1,
    )
    assert house.lists.get(record.id) == record
    assert house.lists.names() == ("VIPs",)


def test_a_name_is_taken_once(house: House) -> None:
    upload(house, "customer_id\nc001\n")
    with pytest.raises(Conflict) as refused:
        upload(house, "customer_id\nc002\n", "vips")
    assert refused.value.code == "LIST_NAME_TAKEN"
    assert len(list((house.settings.home / "lists").glob("*.parquet"))) == 1


def test_a_refused_file_leaves_nothing(house: House) -> None:
    with pytest.raises(SourceUnusable):
        upload(house, "nothing\nhere\n")
    assert house.lists.names() == ()
    assert list((house.settings.home / "lists").iterdir()) == []


def test_a_deleted_list_is_no_longer_found(house: House) -> None:
    upload(house, "customer_id\nc001\n")
    (record,) = house.lists.page(PageRequest()).items
    house.lists.delete(record.id, ADA)
    with pytest.raises(NotFound):
        house.lists.get(record.id)
    with pytest.raises(Invalid):
        house.segment("Gone", 'member of file "VIPs"')


@pytest.mark.parametrize("name", ["", " ", "x" * 101])
def test_a_list_needs_a_name(house: House, name: str) -> None:
    with pytest.raises(Invalid):
        upload(house, "customer_id\nc001\n", name)

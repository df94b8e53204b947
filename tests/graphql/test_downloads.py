"""Customers as files: what a link gives, to whom, and for how long."""

from __future__ import annotations

import asyncio
import csv
import io
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet
import pytest

from ampiq_gql.cancellation import Cancelled
from ampiq_gql.delivery.secrets import SecretBox
from ampiq_gql.errors import Invalid
from ampiq_gql.graphql.downloads.sources import CustomersSource
from ampiq_gql.graphql.downloads.stream import Download
from ampiq_gql.graphql.downloads.tickets import LIFETIME, Ticket, opened, sealed
from ampiq_gql.graphql.threads import QueryThreads
from ampiq_gql.insights import TableFormat
from ampiq_gql.store import PageRequest
from ampiq_gql.store.base import utc_now
from tests.graphql.api import Api
from tests.graphql.figures import ids_of
from tests.graphql.segments import save

LINK = """
query Link($expression: String!, $format: DownloadFormat!, $columns: [String!]) {
  preview(expression: $expression) {
    customers(first: 1000, columns: $columns) { rows downloadUrl(format: $format) }
  }
}
"""
CHICAGO = 'city is "Chicago"'


def ticket(expression: str = CHICAGO) -> Ticket:
    source = CustomersSource(
        segment_id=None,
        expression=expression,
        columns=("city",),
        as_of=date(2026, 6, 30),
        may_read_pii=True,
    )
    return Ticket(
        actor="ada",
        source=source,
        file_format=TableFormat.CSV,
        file_name="customers.csv",
        is_for_spreadsheets=True,
    )


def asked(api: Api, format: str, columns: list[str], expression: str = CHICAGO) -> Any:
    found = api(LINK, expression=expression, format=format, columns=columns)
    return found["preview"]["customers"]


def read(content: bytes, format: str) -> list[tuple[Any, ...]]:
    if format == "CSV":
        return [tuple(row) for row in list(csv.reader(io.StringIO(content.decode())))[1:]]
    if format == "PARQUET":
        table = pyarrow.parquet.read_table(pa.BufferReader(content))
    else:
        table = pyarrow.ipc.open_stream(content).read_all()
    return [tuple(map(str, row.values())) for row in table.to_pylist()]


@pytest.mark.parametrize(
    ("format", "media_type"),
    [
        ("CSV", "text/csv; charset=utf-8; header=present"),
        ("PARQUET", "application/vnd.apache.parquet"),
        ("ARROW", "application/vnd.apache.arrow.stream"),
    ],
)
def test_a_link_gives_the_rows_of_the_page_as_a_file(
    reader: Api, format: str, media_type: str
) -> None:
    found = asked(reader, format, ["city", "email"], f"{CHICAGO} and email is not null")
    answer = reader.send("GET", found["downloadUrl"])
    assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
    assert answer.headers["cache-control"] == "no-store"
    assert read(answer.content, format) == [tuple(row) for row in found["rows"]]
    wanted = ids_of(lambda one: one.city == "Chicago" and one.email is not None)
    assert len(found["rows"]) == len(wanted)


def test_the_id_alone_can_be_had(reader: Api) -> None:
    found = asked(reader, "CSV", ["amperity_id"])
    assert reader.send("GET", found["downloadUrl"]).text.startswith('"amperity_id"\n"')


def test_the_file_of_a_segment_bears_its_name(api: Api) -> None:
    segment = save(api, "Chicagö; 100 %", CHICAGO)
    query = "query($id: ID!) { segment(id: $id) { customers(first: 0) { downloadUrl } } }"
    link = api(query, id=segment["id"])["segment"]["customers"]["downloadUrl"]
    file_name = "Chicag%C3%B6%3B%20100%20%25.csv"
    for method in ("GET", "HEAD"):
        answer = api.send(method, link)
        assert answer.status_code == 200
        assert answer.headers["content-disposition"] == f"attachment; filename*=UTF-8''{file_name}"
    api("mutation($id: ID!) { deleteSegment(input: {id: $id}) { __typename } }", id=segment["id"])
    gone = api.send("GET", link)
    assert gone.status_code == 404
    assert gone.json()["errors"][0]["extensions"]["reason"] == "SEGMENT_NOT_FOUND"


def test_an_old_link_is_forbidden(reader: Api) -> None:
    settings = reader.services.settings
    young = sealed(settings, ticket(), now=utc_now() - LIFETIME + timedelta(minutes=1))
    assert reader.send("GET", f"/downloads/{young}").status_code == 200
    answer = reader.send(
        "GET", f"/downloads/{sealed(settings, ticket(), now=utc_now() - LIFETIME)}"
    )
    assert answer.status_code == 403
    assert answer.json()["errors"][0]["extensions"] == {
        "code": "BAD_USER_INPUT",
        "reason": "DOWNLOAD_EXPIRED",
        "hint": "Ask for `downloadUrl` again.",
    }


def test_a_link_that_was_not_made_here_is_not_found(reader: Api) -> None:
    settings = reader.services.settings
    true = sealed(settings, ticket())
    forged = true[:-8] + ("AAAAAAA=" if true[-8:] != "AAAAAAA=" else "BBBBBBB=")
    other_purpose = SecretBox.of(settings).seal("{}")
    for link in (forged, other_purpose, "x", true[1:]):
        answer = reader.send("GET", f"/downloads/{link}")
        assert answer.status_code == 404
        assert answer.json()["errors"][0]["extensions"]["reason"] == "DOWNLOAD_UNKNOWN"


def test_an_expression_that_no_link_can_hold_is_refused(reader: Api) -> None:
    names = ", ".join(f'"{number * 7919 % 99_991:x}{number:x}"' for number in range(2_000))
    with pytest.raises(Invalid) as refused:
        sealed(reader.services.settings, ticket(expression=f"city is in list ({names})"))
    assert refused.value.code == "DOWNLOAD_TOO_LONG"


def test_a_client_that_goes_away_ends_the_download(reader: Api) -> None:
    threads = QueryThreads(1)

    async def leave_early() -> None:
        download = Download(reader.services, threads, ticket(expression="everyone"))
        await download.begin()
        pieces = download.pieces()
        assert (await anext(pieces)).startswith(b'"amperity_id","city"\n')
        await download.close()
        with pytest.raises(Cancelled):
            await download.begin()

    try:
        asyncio.run(leave_early())
    finally:
        threads.close()


def entries(api: Api) -> list[tuple[str, str, str]]:
    with api.services.store.read() as work:
        page = work.audit.list_page(PageRequest(first=10))
    return [
        (one.actor, one.action, one.target_type)
        for one in page.items
        if one.action == "customers.download"
    ]


def test_a_download_is_written_down_but_not_its_text(api: Api) -> None:
    link = asked(api, "CSV", ["city"])["downloadUrl"]
    assert entries(api) == []
    api.send("HEAD", link)
    assert entries(api) == []
    assert api.send("GET", link).status_code == 200
    assert entries(api) == [("local", "customers.download", "expression")]
    with api.services.store.read() as work:
        (entry,) = work.audit.list_page(PageRequest(first=1)).items
    assert entry.details == {
        "columns": ["amperity_id", "customer_360.city"],
        "format": "csv",
        "as_of": "2026-06-30",
    }


def test_a_link_to_a_segment_is_written_down_under_the_segment(api: Api) -> None:
    segment = save(api, "Chicago", CHICAGO)
    found = api(
        "query($id: ID!) { segment(id: $id) { customers(first: 0) { downloadUrl } } }",
        id=segment["id"],
    )
    api.send("GET", found["segment"]["customers"]["downloadUrl"])
    assert entries(api) == [("local", "customers.download", "segment")]


def test_asking_for_the_head_tells_no_length(reader: Api) -> None:
    link = asked(reader, "CSV", ["city"])["downloadUrl"]
    answer = reader.send("HEAD", link)
    assert answer.status_code == 200
    assert "content-length" not in answer.headers
    assert "attachment" in answer.headers["content-disposition"]


def test_a_link_says_whether_its_file_is_for_spreadsheets(reader: Api) -> None:
    query = """{ preview(expression: "everyone") { customers(first: 0) {
        safe: downloadUrl  plain: downloadUrl(safeForSpreadsheets: false) } } }"""
    links = reader(query)["preview"]["customers"]
    settings = reader.services.settings
    told = {
        name: opened(settings, link.rpartition("/")[2]).is_for_spreadsheets
        for name, link in links.items()
    }
    assert told == {"safe": True, "plain": False}

"""An uploaded file is a list of customers, a table in expressions, and a table in SQL."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ampiq_gql.errors import Conflict, Invalid, NotFound, UserError
from ampiq_gql.insights.table_files import TableFormat
from ampiq_gql.plugin import CustomerKey
from ampiq_gql.queries import SaveQuery
from ampiq_gql.segments import SaveSegment
from ampiq_gql.segments.errors import ListInUse
from ampiq_gql.segments.lists import FileToUpload
from ampiq_gql.services import Services
from ampiq_gql.store.base import utc_now
from ampiq_gql.store.lists import ListRecord
from ampiq_gql.store.pending_files import PENDING_LEASE
from tests.shop import customers, make_shop

SURVEY = (
    "customer_id,Stars,Answer,contact\n"
    "c001,5,yes,ada@example.com\n"
    "c001,1,no,ada@example.com\n"
    "c001,1,no,ada@example.com\n"
    "c002,3,yes,\n"
    "nobody,5,yes,bob@example.com\n"
)
Upload = Callable[..., ListRecord]


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    with closing(Services.open(make_shop(tmp_path / "home"))) as opened:
        yield opened


@pytest.fixture
def upload(services: Services, tmp_path: Path) -> Upload:
    def make(name: str = "Survey 2026.csv", content: str = SURVEY, **others: Any) -> ListRecord:
        file = tmp_path / "survey.csv"
        file.write_text(content, encoding="utf-8")
        wanted: dict[str, Any] = {"name": name, "file": file, "key": CustomerKey.CUSTOMER_ID}
        return services.lists.upload(FileToUpload(**wanted | others), "ada").list

    return make


def count(services: Services, expression: str) -> int:
    return services.insights.counted(expression).customers


def test_an_upload_tells_what_came_of_it(upload: Upload) -> None:
    record = upload()
    assert (record.rows, record.matched, record.unmatched) == (5, 2, 1)
    assert (record.duplicates, record.conflicts, record.customers) == (2, 1, 2)
    assert (record.slug, record.table_rows, record.has_one_row_each) == ("survey_2026", 4, False)
    told = {one.name: (one.label, one.type, one.is_pii, one.values) for one in record.columns}
    assert told == {
        "customer_id": ("customer_id", "string", True, None),
        "stars": ("Stars", "integer", False, None),
        "answer": ("Answer", "string", False, ("no", "yes")),
        "contact": ("contact", "string", True, None),  # by what its values look like
    }


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('member of file "survey 2026.CSV"', 2),
        ("file.survey_2026.stars >= 3", 2),
        ('file.survey_2026.answer is "no"', 1),
        ('any row in file.survey_2026 where (stars > 1 and answer is "no")', 0),
        ("file.`Survey 2026.csv`.`Stars` = 5", 1),
        ("count of file.survey_2026 = 0", len(customers()) - 2),
        ("sum of file.survey_2026.stars > 5", 1),
    ],
)
def test_expressions_name_it_and_its_columns(
    services: Services, upload: Upload, expression: str, expected: int
) -> None:
    upload()
    assert count(services, expression) == expected


def test_a_file_with_one_row_each_adds_attributes(services: Services, upload: Upload) -> None:
    upload("Tiers", "customer_id,tier\nc001,gold\nc002,silver\n")
    assert count(services, 'file.tiers.tier is "gold" or file.tiers.tier is null') == 59


def test_its_columns_are_shown_and_exported(services: Services, upload: Upload) -> None:
    upload("Tiers", "customer_id,tier\nc001,gold\nc002,silver\n")
    page = services.customers.page(
        "file.tiers.tier is not null", columns=["customer_id", "file.tiers.tier"]
    )
    assert {row[1:] for row in page.rows} == {("c001", "gold"), ("c002", "silver")}
    upload("Survey 2026.csv")
    for name, code in (
        ("file.survey_2026.stars", "COLUMN_REPEATS"),
        ("file.tiers.teir", "COLUMN_UNKNOWN"),
        ("file.nobody.tier", "COLUMN_UNKNOWN"),
    ):
        with pytest.raises(Invalid) as caught:
            services.customers.page("everyone", columns=[name])
        assert caught.value.code == code


def test_what_is_wrong_is_told_with_the_nearest_name(services: Services, upload: Upload) -> None:
    upload()
    for wrong, right in (
        ("file.survey_206.stars > 1", "file.survey_2026"),
        ("file.survey_2026.star > 1", "stars"),
        ("stars > 1", "file.survey_2026.stars"),
    ):
        with pytest.raises(UserError) as caught:
            count(services, wrong)
        assert right in caught.value.message


def test_a_new_file_of_an_old_name_is_what_the_name_means(
    services: Services, upload: Upload
) -> None:
    first = upload("Stars")
    expression = "file.stars.stars >= 5"
    assert count(services, expression) == 1
    services.lists.delete(first.id, "ada")
    with pytest.raises(Invalid):
        count(services, expression)
    upload("Stars", "customer_id,stars\nc001,5\nc002,5\n")
    assert count(services, expression) == 2


def test_queries_read_all_of_its_rows(services: Services, upload: Upload) -> None:
    upload()
    text = "SELECT count(*) AS n, count(amperity_id) AS m FROM upload_survey_2026"
    assert services.queries.preview(text, may_read_pii=True).rows == ((4, 3),)
    joined = "SELECT m.city, s.contact AS x FROM upload_survey_2026 s JOIN merged_customers m "
    hidden = services.queries.preview(f"{joined} USING (amperity_id)", may_read_pii=False)
    assert [column.is_pii for column in hidden.columns] == [False, True]
    assert {row[1] for row in hidden.rows} == {None}


def test_what_named_nobody_can_be_had_again(services: Services, upload: Upload) -> None:
    record = upload()
    with services.lists.unmatched(record.id, TableFormat.CSV, may_read_pii=True) as pieces:
        text = b"".join(pieces).decode()
    assert text == (
        '"customer_id","Stars","Answer","contact"\n"nobody",5,"yes","bob@example.com"\n'
    )


def test_a_file_in_use_stays(services: Services, upload: Upload) -> None:
    record = upload()
    for name, text in (
        ("By list", 'member of file "SURVEY 2026.csv"'),
        ("By column", "file.survey_2026.stars > 1"),
        ("By label", "any row in file.`Survey 2026.csv` where (stars > 1)"),
        ("Other", 'city is "survey_2026" -- file.survey_2026.stars'),
    ):
        services.segments.save(SaveSegment(name=name, text=text), "ada")
    services.queries.save(
        SaveQuery(name="Reads", text="SELECT 1 AS x FROM UPLOAD_survey_2026"), "a"
    )
    with pytest.raises(ListInUse) as caught:
        services.lists.delete(record.id, "ada")
    names = [use.name for use in caught.value.uses]
    assert names == ["By column", "By label", "By list", "Reads"]


@pytest.mark.parametrize(
    ("content", "keep_days", "expected"),
    [
        (SURVEY, None, 90),
        (SURVEY, 7, 7),
        ("amperity_id,stars\n,1\n", None, None),
        ("amperity_id,stars\n,1\n", 7, 7),
    ],
)
def test_files_with_personal_data_have_a_time(
    upload: Upload, content: str, keep_days: int | None, expected: int | None
) -> None:
    key = CustomerKey(content.partition(",")[0])
    record = upload(content=content, key=key, keep_days=keep_days)
    days = None if record.expires_at is None else (record.expires_at - record.created_at).days
    assert days == expected


def test_after_its_time_a_file_is_found_no_more_and_goes(
    services: Services, upload: Upload
) -> None:
    record = upload()
    with services.store.begin() as work:
        work.lists.remove(record.id)
        work.lists.add(replace(record, expires_at=utc_now() - timedelta(seconds=1)))
    for expression in ('member of file "Survey 2026.csv"', "file.survey_2026.stars > 1"):
        with pytest.raises(Invalid):
            count(services, expression)
    assert [one.name for one in services.lists.expire("ada")] == [record.name]
    assert services.lists.names() == ()
    upload()  # its name is free


def test_two_names_that_expressions_would_call_the_same_are_refused(upload: Upload) -> None:
    upload("Survey 2026.csv")
    with pytest.raises(Conflict, match=r"file\.survey_2026"):
        upload("survey-2026")


def test_an_unknown_name_is_answered_with_the_nearest(services: Services, upload: Upload) -> None:
    upload("Winners")
    with pytest.raises(NotFound) as caught:
        services.lists.named("Winner")
    assert caught.value.hint == 'Did you mean "Winners"?'


@pytest.mark.parametrize("days", [0, 36_501])
def test_a_file_is_kept_for_a_number_of_days_that_makes_sense(upload: Upload, days: int) -> None:
    with pytest.raises(Invalid, match="days"):
        upload(keep_days=days)


def shown_lists(home: Path) -> list[str]:
    shown = json.loads((home / "warehouse.json").read_text("utf-8"))
    return [file["name"] for file in shown["files"] if file["table"] == "lists"]


def test_what_a_killed_upload_showed_goes_with_the_next(tmp_path: Path) -> None:
    settings = make_shop(tmp_path / "home")
    file = tmp_path / "survey.csv"
    file.write_text(SURVEY, encoding="utf-8")
    command = [sys.executable, "-m", "tests.segments.killed_upload", str(settings.home), str(file)]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    (orphan,) = shown_lists(settings.home)
    with closing(Services.open(settings)) as services:
        assert services.lists.all() == ()
        wanted = FileToUpload(name="Survey", file=file, key=CustomerKey.CUSTOMER_ID)
        kept = services.lists.upload(wanted, "ada").list
        assert shown_lists(settings.home) == [kept.id]
        assert count(services, 'member of file "Survey"') == 2
    assert orphan != kept.id


def test_an_upload_under_way_is_nobodys_leftover(services: Services, upload: Upload) -> None:
    with services.store.begin() as work:
        here, since = socket.gethostname(), utc_now()
        work.pending_files.add("a" * 32, host=here, process=os.getpid(), since=since)
        work.pending_files.add("b" * 32, host="elsewhere", process=1, since=since)
        work.pending_files.add("c" * 32, host="elsewhere", process=1, since=since - PENDING_LEASE)
    upload()
    with services.store.read() as work:
        left = work.pending_files.abandoned(
            since + 2 * PENDING_LEASE, host="nowhere", is_alive=lambda _: False
        )
    assert left == ("a" * 32, "b" * 32)

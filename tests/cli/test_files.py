"""Files from the shell: uploaded, shown, used in expressions, deleted."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.terminal import Ampiq
from tests.shop import make_shop

SURVEY = "customer_id,stars\nc001,5\nc001,1\nc002,3\nnobody,5\n"


@pytest.fixture
def survey(ampiq: Ampiq, tmp_path: Path) -> Path:
    """A file beside a home that has a build."""
    make_shop(ampiq.home)
    file = tmp_path / "survey.csv"
    file.write_text(SURVEY, encoding="utf-8")
    return file


def test_a_file_is_uploaded_used_and_deleted(ampiq: Ampiq, survey: Path, tmp_path: Path) -> None:
    made = ampiq("files", "upload", survey, "--key", "customer_id")
    assert made.code == 0
    assert "survey.csv: 4 rows; 2 keys matched 2 customers, 1 matched none" in made.err
    assert "1 keys have rows that differ: all of them are kept" in made.err
    assert ampiq("count", "file.survey.stars >= 5").out == "1\n"
    assert ampiq("count", 'member of file "survey.csv"').out == "2\n"
    (listed,) = ampiq("files", "list", "--json").json
    assert (listed["name"], listed["slug"], listed["customers"]) == ("survey.csv", "survey", 2)
    rest = tmp_path / "rest.csv"
    shown = ampiq("files", "show", "survey", "--unmatched", rest)
    assert (shown.code, rest.read_text()) == (0, '"customer_id","stars"\n"nobody",5\n')
    assert ampiq("files", "delete", "survey.csv").code == 0
    assert ampiq("count", "file.survey.stars >= 5").code == 1


def test_a_file_that_does_not_fit_is_refused(ampiq: Ampiq, survey: Path) -> None:
    refused = ampiq("files", "upload", survey, "--key", "phone", "--keep-days", "7")
    assert (refused.code, refused.out) == (1, "")
    assert 'survey.csv has no column "phone"; it has customer_id, stars' in refused.err
    assert ampiq("files", "list", "--json").json == []


def test_a_file_that_nobody_has_uploaded_is_not_found(ampiq: Ampiq, survey: Path) -> None:
    ampiq("files", "upload", survey, "--key", "customer_id")
    refused = ampiq("files", "show", "survye.csv")
    assert (refused.code, 'Did you mean "survey.csv"' in refused.err) == (1, True)

"""What blocks a campaign and what deserves a warning; everything is told at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ampiq_gql.campaigns.validation import Subject, count_issues, definition_issues
from ampiq_gql.store.campaign_runs import CellRecord
from ampiq_gql.store.campaigns import CampaignDefinition, TreatmentRecord
from ampiq_gql.store.destinations import DestinationRecord
from ampiq_gql.store.segments import SegmentStatus
from tests.store.builders import segment

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
ACTIVE = replace(segment("Everybody", status=SegmentStatus.ACTIVE), id="active")
DRAFT = replace(segment("Later"), id="draft")
FILES = DestinationRecord(
    id="files",
    type="local_file",
    name="Files",
    description="",
    shown_settings={},
    sealed_settings="",
    allows_limited_pii=False,
    revision=1,
    created_by="ada",
    created_at=LONG_AGO,
    updated_by="ada",
    updated_at=LONG_AGO,
)


def treatment(
    name: str = "A", share_bp: int = 9_000, destinations: tuple[str, ...] = ("files",)
) -> TreatmentRecord:
    return TreatmentRecord(id=name, name=name, share_bp=share_bp, destination_ids=destinations)


def definition(**changes: object) -> CampaignDefinition:
    plain = CampaignDefinition(include_segment_ids=("active",), treatments=(treatment(),))
    return replace(plain, **changes)  # type: ignore[arg-type]  # a test knows the fields


def codes(
    wanted: CampaignDefinition, types: frozenset[str] = frozenset({"local_file"})
) -> list[str]:
    subject = Subject(
        definition=wanted,
        segments={"active": ACTIVE, "draft": DRAFT},
        destinations={"files": FILES},
        available_types=types,
    )
    return [issue.code for issue in definition_issues(subject)]


def test_a_sound_definition_has_no_issues() -> None:
    assert codes(definition()) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"include_segment_ids": ()}, "NO_AUDIENCE", id="no segment"),
        pytest.param({"include_segment_ids": ("gone",)}, "SEGMENT_MISSING", id="missing segment"),
        pytest.param({"exclude_segment_ids": ("draft",)}, "SEGMENT_NOT_ACTIVE", id="draft"),
        pytest.param(
            {"include_segment_ids": ("active",) * 11}, "TOO_MANY_SEGMENTS", id="eleven segments"
        ),
        pytest.param({"control_bp": 999}, "SPLIT_NOT_100", id="99.99 %"),
        pytest.param(
            {"treatments": (treatment("A", 9_100), treatment("B", -100))},
            "SPLIT_NOT_100",
            id="negative share",
        ),
        pytest.param(
            {"treatments": (treatment("_A"),)}, "TREATMENT_NAME_UNDERSCORE", id="underscore"
        ),
        pytest.param({"treatments": (treatment(""),)}, "TREATMENT_NAME_MISSING", id="no name"),
        pytest.param(
            {"treatments": (treatment("A", 4_500), treatment("a", 4_500))},
            "DUPLICATE_NAME",
            id="two of a name",
        ),
        pytest.param(
            {"treatments": (treatment(destinations=()),)},
            "NO_DESTINATION_ANYWHERE",
            id="no destination",
        ),
        pytest.param(
            {"treatments": (treatment(destinations=("gone",)),)},
            "DESTINATION_MISSING",
            id="missing destination",
        ),
        pytest.param(
            {"control_bp": 0, "treatments": (treatment(share_bp=10_000),)},
            "NO_CONTROL",
            id="no control",
        ),
    ],
)
def test_each_flaw_has_its_code(changes: dict[str, object], expected: str) -> None:
    assert expected in codes(definition(**changes))


def test_a_campaign_without_treatments_is_blocked() -> None:
    assert codes(definition(treatments=())) == ["NO_TREATMENT", "SPLIT_NOT_100"]


def test_a_destination_whose_plugin_is_gone_is_blocked() -> None:
    assert codes(definition(), frozenset()) == ["DESTINATION_DISABLED"]


def test_all_flaws_are_told_at_once() -> None:
    flawed = definition(include_segment_ids=(), control_bp=0, treatments=(treatment("_A", 1),))
    assert codes(flawed) == [
        "NO_AUDIENCE",
        "SPLIT_NOT_100",
        "TREATMENT_NAME_UNDERSCORE",
        "NO_CONTROL",
    ]


def cell(name: str, share_bp: int, customers: int) -> CellRecord:
    return CellRecord(
        treatment_id=name,
        name=name,
        is_control=name == "Control",
        share_bp=share_bp,
        customers=customers,
    )


@pytest.mark.parametrize(
    ("control_bp", "total", "expected"),
    [
        (1_000, 0, ["AUDIENCE_EMPTY_NOW"]),
        (500, 50, ["CONTROL_TOO_SMALL", "CELL_TOO_SMALL"]),  # empty with 7.7 %
        (1_000, 50, ["CONTROL_TOO_SMALL", "CELL_TOO_SMALL"]),
        (1_000, 999, ["CONTROL_TOO_SMALL"]),
        (1_000, 1_000, []),
        (0, 1_000, []),
    ],
)
def test_small_groups_deserve_a_warning(control_bp: int, total: int, expected: list[str]) -> None:
    controls = total * control_bp // 10_000
    cells = (
        cell("Control", control_bp, controls),
        cell("A", 10_000 - control_bp, total - controls),
    )
    assert [issue.code for issue in count_issues(cells)] == expected


def test_the_chance_of_an_empty_control_group_is_told() -> None:
    cells = (cell("Control", 500, 2), cell("A", 9_500, 48))
    assert "7.7%" in next(iter(count_issues(cells))).message

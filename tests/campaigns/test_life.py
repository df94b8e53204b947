"""Campaigns before they run: made, previewed, checked, changed, copied."""

from __future__ import annotations

import pytest

from ampiq_gql.campaigns import (
    CampaignInvalid,
    CampaignNameTaken,
    CampaignRevisionConflict,
    UpdateCampaign,
)
from ampiq_gql.delivery import ColumnsRestricted
from ampiq_gql.delivery.errors import DestinationInUse
from ampiq_gql.store.campaigns import CampaignState
from tests.campaigns.builders import campaign
from tests.delivery.house import ADA, House
from tests.shop import customers


def test_several_segments_are_joined(house: House) -> None:
    spring = campaign(house, include='city is "Chicago"')
    seattle = house.segment("Seattle", 'city is "Seattle"').id
    include = (*spring.definition.include_segment_ids, seattle)
    wanted = UpdateCampaign(id=spring.id, revision=1, include_segment_ids=include)
    house.campaigns.update(wanted, ADA)
    expected = sum(one.city in ("Chicago", "Seattle") for one in customers())
    assert house.campaigns.preview(spring.id).funnel.included == expected


def test_a_copy_draws_anew(house: House) -> None:
    spring = campaign(house)
    copied = house.campaigns.copy(spring.id, "Autumn", ADA)
    assert (copied.definition, copied.state) == (spring.definition, CampaignState.DRAFT)
    assert copied.salt != spring.salt


def test_the_salt_is_not_shown(house: House) -> None:
    spring = campaign(house)
    assert spring.salt not in repr(spring)


def test_a_change_of_an_old_revision_is_refused(house: House) -> None:
    spring = campaign(house)
    house.campaigns.update(UpdateCampaign(id=spring.id, revision=1, name="Summer"), ADA)
    with pytest.raises(CampaignRevisionConflict) as refused:
        house.campaigns.update(UpdateCampaign(id=spring.id, revision=1, name="Autumn"), ADA)
    assert (refused.value.expected, refused.value.found) == (1, 2)


def test_a_change_of_nothing_leaves_the_revision(house: House) -> None:
    spring = campaign(house)
    same = UpdateCampaign(id=spring.id, revision=1, name=spring.name)
    assert house.campaigns.update(same, ADA) == spring


def test_a_destination_stays_while_campaigns_are_yet_to_send_to_it(house: House) -> None:
    target = house.destination("Vault")
    spring = campaign(house, destination_ids=(target.id,))
    with pytest.raises(DestinationInUse, match=f'"Vault" is used by campaign "{spring.name}"'):
        house.delivery.destinations.delete(target.id, ADA, revision=target.revision)
    house.campaigns.delete(spring.id, ADA, revision=1)
    assert house.delivery.destinations.delete(target.id, ADA, revision=target.revision)


def test_names_are_unique_whatever_their_case(house: House) -> None:
    spring = campaign(house)
    with pytest.raises(CampaignNameTaken):
        house.campaigns.copy(spring.id, "SPRING", ADA)


def test_personal_data_need_the_permission(house: House) -> None:
    spring = campaign(house, columns=("email",))
    with pytest.raises(ColumnsRestricted):
        house.campaigns.run(spring.id, ADA, may_read_pii=False)


def test_a_blocked_campaign_does_not_run(house: House) -> None:
    spring = campaign(house, control_bp=0, columns=("citty",))
    with pytest.raises(CampaignInvalid) as refused:
        house.campaigns.run(spring.id, ADA)
    assert [one.code for one in refused.value.issues] == ["SPLIT_NOT_100", "SOURCE_COLUMN_MISSING"]
    assert house.campaigns.get(spring.id).state is CampaignState.DRAFT


def test_small_groups_deserve_a_warning(house: House) -> None:
    issues = house.campaigns.validate(campaign(house).id)
    assert [one.code for one in issues] == ["CONTROL_TOO_SMALL", "CELL_TOO_SMALL", "CELL_TOO_SMALL"]

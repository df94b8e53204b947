"""Destinations are kept only when they work, and their secrets only encrypted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from pydantic import BaseModel, SecretStr

from ampiq_gql.delivery import (
    ConnectionFailed,
    CreateDestination,
    DestinationNameTaken,
    DestinationNotFound,
    DestinationRevisionConflict,
    DestinationSettingsInvalid,
    UpdateDestination,
)
from ampiq_gql.errors import Invalid, NotFound
from ampiq_gql.plugin import (
    BatchResult,
    Capabilities,
    Category,
    CheckLevel,
    CheckResult,
    DeliveryContext,
    Destination,
    DestinationError,
    EncodedBatch,
    Idempotency,
    RegisterDestination,
    RowBatch,
    hookimpl,
)
from ampiq_gql.settings import Settings
from ampiq_gql.store import PageRequest
from ampiq_gql.store.destinations import DestinationRecord
from tests.delivery.house import ADA, House, open_house
from tests.delivery.receivers import plugin
from tests.plugin.builders import Informed

CANARY = "canary-7f3a9c"


class Login(BaseModel):
    user: str
    password: SecretStr


class VaultSettings(BaseModel):
    login: Login
    region: str = "eu"


class Vault(Destination[VaultSettings]):
    """Lets in whoever knows the password, and is offline in region `mars`."""

    key = "vault"
    title = "Vault"
    category = Category.CRM
    capabilities = Capabilities(idempotency=Idempotency.NATURAL)
    Settings = VaultSettings

    def check(self, context: DeliveryContext[VaultSettings]) -> Sequence[CheckResult]:
        if context.settings.region == "mars":
            raise DestinationError("OFFLINE", "Nobody answers.")
        is_right = context.settings.login.password.get_secret_value() == CANARY
        level = CheckLevel.PASS if is_right else CheckLevel.FAIL
        return (CheckResult(name="auth", level=level, message="Checked.", hint="Try another."),)

    def encode(
        self, context: DeliveryContext[VaultSettings], batch: RowBatch
    ) -> Iterator[EncodedBatch]:
        yield EncodedBatch(body=b"", keys=())

    def send(
        self, context: DeliveryContext[VaultSettings], batch: EncodedBatch, *, key: str
    ) -> BatchResult:
        return BatchResult()


class VaultPlugin(Informed):
    @hookimpl
    def ampiq_register_destinations(self, register: RegisterDestination) -> None:
        register(Vault.key, Vault)


@pytest.fixture
def house(home: Settings) -> Iterator[House]:
    with open_house(home, plugin("vault", VaultPlugin())) as opened:
        yield opened


def vault(house: House, name: str = "Vault") -> DestinationRecord:
    login = {"user": "ada", "password": CANARY}
    return house.destination(name, "vault", login=login)


def change(house: House, before: DestinationRecord, **changes: object) -> DestinationRecord:
    wanted = UpdateDestination(id=before.id, revision=before.revision, **changes)  # type: ignore[arg-type]
    return house.delivery.destinations.update(wanted, ADA)


def password(house: House, record: DestinationRecord) -> str:
    opened = house.delivery.destinations.open_settings(record)
    assert isinstance(opened, VaultSettings)
    return opened.login.password.get_secret_value()


def test_secrets_are_masked_for_people_and_whole_for_the_plugin(house: House) -> None:
    record = house.delivery.destinations.get(vault(house).id)
    assert record.shown_settings == {
        "login": {"user": "ada", "password": "**********"},
        "region": "eu",
    }
    assert password(house, record) == CANARY


def test_a_secret_is_nowhere_in_the_home(home: Settings, caplog: pytest.LogCaptureFixture) -> None:
    with open_house(home, plugin("vault", VaultPlugin())) as house:
        record = vault(house)
        assert CANARY not in repr(record)
    found = [
        path
        for path in home.home.rglob("*")
        if path.is_file() and CANARY.encode() in path.read_bytes()
    ]
    assert found == []
    assert CANARY not in caplog.text


def test_a_wrong_setting_is_named_without_telling_it(house: House) -> None:
    with pytest.raises(DestinationSettingsInvalid) as refused:
        house.destination("V", "vault", login={"user": "ada", "password": [CANARY]})
    assert [problem.pointer for problem in refused.value.problems] == ["/login/password"]
    assert CANARY not in str(refused.value)
    assert refused.value.__cause__ is None


def test_what_fails_its_check_is_not_saved(house: House) -> None:
    with pytest.raises(ConnectionFailed) as refused:
        house.destination("V", "vault", login={"user": "ada", "password": "wrong"})
    assert [check.name for check in refused.value.checks] == ["auth"]
    assert house.delivery.destinations.page(PageRequest()).items == ()


def test_a_check_that_raises_is_a_failed_check(house: House) -> None:
    login = {"user": "ada", "password": CANARY}
    with pytest.raises(ConnectionFailed, match="Nobody answers"):
        house.destination("V", "vault", login=login, region="mars")


def test_the_connection_can_be_tested_later(house: House) -> None:
    (check,) = house.delivery.destinations.test(vault(house).id)
    assert check.level is CheckLevel.PASS


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param({"region": "us"}, id="left out"),
        pytest.param({"region": "us", "login": {"password": "**********"}}, id="masked"),
    ],
)
def test_a_secret_that_is_not_changed_stays(house: House, settings: dict[str, object]) -> None:
    after = change(house, vault(house), settings=settings)
    assert password(house, after) == CANARY
    assert after.shown_settings["region"] == "us"


def test_what_is_left_out_stays(house: House) -> None:
    after = change(house, vault(house), description=" For tests ", allows_limited_pii=True)
    assert (after.name, after.description, after.revision) == ("Vault", "For tests", 2)
    assert after.allows_limited_pii
    assert house.delivery.destinations.get(after.id) == after


def test_a_change_of_an_old_revision_is_refused(house: House) -> None:
    before = vault(house)
    change(house, before, name="Safe")
    with pytest.raises(DestinationRevisionConflict):
        change(house, before, name="Bank")


def test_names_are_unique_whatever_their_case(house: House) -> None:
    vault(house)
    with pytest.raises(DestinationNameTaken):
        vault(house, "VAULT")


def test_a_deleted_destination_frees_its_name(house: House) -> None:
    before = vault(house)
    house.delivery.destinations.delete(before.id, ADA, revision=1)
    with pytest.raises(DestinationNotFound):
        house.delivery.destinations.get(before.id)
    assert house.delivery.destinations.by_name("vault") is None
    assert vault(house).id != before.id


@pytest.mark.parametrize("name", ["", "  ", "x" * 101])
def test_a_name_must_be_there_and_short(house: House, name: str) -> None:
    with pytest.raises(Invalid) as refused:
        vault(house, name)
    assert refused.value.code == "DESTINATION_NAME_INVALID"


def test_an_unknown_type_is_refused(house: House) -> None:
    with pytest.raises(NotFound, match="pigeon"):
        house.delivery.destinations.create(
            CreateDestination(type="pigeon", name="Coo", settings={}), ADA
        )


def test_every_change_is_audited_without_settings(house: House) -> None:
    record = change(house, vault(house), name="Safe")
    house.delivery.destinations.delete(record.id, ADA, revision=2)
    with house.store.read() as work:
        page = work.audit.list_page(PageRequest(), target_id=record.id)
    assert [entry.action for entry in page.items] == [
        "destination.delete",
        "destination.update",
        "destination.create",
    ]
    assert CANARY not in str([entry.details for entry in page.items])


def test_types_come_from_plugins(house: House) -> None:
    keys = [one.key for one in house.delivery.destinations.types]
    assert keys == ["local_file", "vault"]

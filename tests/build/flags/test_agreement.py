"""Of every customer of a synthetic shop the explained value is the stored one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from ampiq_gql.build import BuildService
from ampiq_gql.build.flags.model import HIDDEN
from ampiq_gql.build.flags.service import CustomerUnknown, FlagService
from ampiq_gql.catalog import standard_metadata
from ampiq_gql.demo import synthetic
from ampiq_gql.errors import NotFound
from ampiq_gql.progress import Silent
from ampiq_gql.settings import ClassificationRules, Settings
from ampiq_gql.warehouse import Warehouse, open_warehouse

RULES = ClassificationRules(
    own_email_domains=("example.com",), business_words=("street",), outlier_share=0.8,
    test_words=("a",), gift_words=("a",), reseller_orders=2,
)  # fmt: skip
"""Such that every flag is true of some and false of others."""

CUSTOMERS = 200
STORED = standard_metadata().tables["c360.customer_attributes"]


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    settings = Settings(home=tmp_path_factory.mktemp("flags") / "home", classification=RULES)
    opened = open_warehouse(settings)
    synthetic.generate(opened, CUSTOMERS, Silent())
    BuildService(opened, settings).run(synthetic.AS_OF, Silent())
    yield opened
    opened.close()


def stored(warehouse: Warehouse) -> list[dict[str, object]]:
    with warehouse.read() as session:
        rows = session.rows(sa.select(*STORED.columns))
    return [dict(zip(STORED.columns.keys(), row, strict=True)) for row in rows]


def test_every_explanation_agrees_with_its_column(warehouse: Warehouse) -> None:
    service = FlagService(warehouse, Settings())
    seen: Counter[tuple[str, object]] = Counter()
    rows = stored(warehouse)
    for row in rows:
        for flag in service.explain(str(row["amperity_id"]), may_read_pii=True).flags:
            assert flag.value == row[flag.name], (row["amperity_id"], flag)
            assert flag.reasons
            seen[flag.name, flag.value] += 1
    assert len(rows) == CUSTOMERS
    assert len({name for name, _ in seen}) == 19
    varied = {name for name, value in seen if len({v for n, v in seen if n == name}) > 1}
    assert len(varied) >= 14


def test_personal_data_stay_out_of_the_words_for_restricted_readers(warehouse: Warehouse) -> None:
    service = FlagService(warehouse, Settings())
    people = standard_metadata().tables["c360.merged_customers"]
    with warehouse.read() as session:
        rows = session.rows(sa.select(people.c.amperity_id, people.c.email, people.c.phone))
    for customer, *contacts in rows[:50]:
        found = service.explain(str(customer), may_read_pii=False)
        words = " ".join(flag.why for flag in found.flags)
        assert found.hides_pii
        assert not any(contact and contact in words for contact in contacts)
        assert HIDDEN in words or not any(contacts)


def test_a_customer_is_named_by_the_key_of_the_source_too(warehouse: Warehouse) -> None:
    people = standard_metadata().tables["c360.merged_customers"]
    with warehouse.read() as session:
        ((key, customer),) = session.rows(
            sa.select(people.c.customer_id, people.c.amperity_id).limit(1)
        )
    service = FlagService(warehouse, Settings())
    assert service.explain(key, may_read_pii=True).amperity_id == customer
    with pytest.raises(CustomerUnknown):
        service.explain(key, may_read_pii=False)


def test_an_unknown_flag_is_told_with_the_nearest(warehouse: Warehouse) -> None:
    (row, *_) = stored(warehouse)
    with pytest.raises(NotFound, match="no flag “is_busines”") as caught:
        FlagService(warehouse, Settings()).explain(
            str(row["amperity_id"]), flag="is_busines", may_read_pii=True
        )
    assert (caught.value.hint or "").startswith("Did you mean is_business")

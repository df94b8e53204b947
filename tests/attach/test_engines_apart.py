"""What one engine alone can do wrong: numbers that no cast keeps, places of others, rights."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url

from ampiq_gql.attach import AttachMapping, AttachService
from ampiq_gql.attach.models import AttachRefused
from ampiq_gql.progress import Silent
from ampiq_gql.settings import Settings
from ampiq_gql.warehouse import WarehouseUnsuitable, open_warehouse
from ampiq_gql.warehouse.postgresql.beside import tables_beside
from ampiq_gql.warehouse.postgresql.server import Server
from tests.attach.conftest import TODAY
from tests.attach.shops import ORDERS, PostgreSQLShop, Shop
from tests.engines.conftest import new_database

of_clickhouse = pytest.mark.parametrize("shop", ["clickhouse"], indirect=True)


@of_clickhouse
def test_numbers_beyond_64_bits_stand_for_no_whole_numbers(
    attaching: AttachService, mapping: AttachMapping
) -> None:
    plain = mapping.model_dump(by_alias=True)
    plain["tables"]["unified_transactions"]["columns"]["order_quantity"] = "order_id"
    with pytest.raises(AttachRefused, match="order_quantity holds integers"):
        attaching.attach(AttachMapping.model_validate(plain), TODAY, Silent())


@of_clickhouse
def test_columns_that_cannot_be_read_are_not_shown(attaching: AttachService, shop: Shop) -> None:
    tables = {table.name: table.columns for table in attaching.found(shop.schema)}
    assert "total" in tables[ORDERS]
    assert "secret" not in tables["order_items"]


@of_clickhouse
def test_an_installation_does_not_settle_among_tables_of_others(shop: Shop, tmp_path: Path) -> None:
    url = make_url(shop.url).set(database=shop.schema).render_as_string(hide_password=False)
    with pytest.raises(WarehouseUnsuitable) as caught:
        open_warehouse(Settings(home=tmp_path / "home", warehouse_url=url))
    assert f"--schema {shop.schema}" in (caught.value.hint or "")


def test_tables_that_may_not_be_read_are_not_shown(postgres: URL) -> None:
    address = new_database(postgres)
    owner = sa.create_engine(address)
    with closing(PostgreSQLShop(address)), owner.begin() as connection:
        connection.execute(sa.text("CREATE ROLE clerk"))
        connection.execute(sa.text("GRANT SELECT ON orders TO clerk"))
    clerk = sa.create_engine(address.update_query_dict({"options": "-c role=clerk"}))
    server = Server(engine=clerk, place="the shop", reader_role=None)
    assert [table.name for table in tables_beside(server, "public")] == ["orders"]
    owner.dispose()
    clerk.dispose()

"""What each engine says of itself, for `ampiq doctor`; and sizes as the settings write them."""

from __future__ import annotations

import pytest

from ampiq_gql.warehouse import Standing, open_warehouse
from ampiq_gql.warehouse.clickhouse.reading import size_in_bytes
from tests.engines.conftest import SERVERS, NewHome


def standing(new_home: NewHome, engine: str) -> Standing:
    warehouse = open_warehouse(new_home(engine))
    try:
        return warehouse.standing()
    finally:
        warehouse.close()


def test_the_embedded_engine_names_its_home(new_home: NewHome) -> None:
    told = standing(new_home, "duckdb")
    assert told.found.startswith("DuckDB 1.")
    assert told.found.endswith("/home")
    assert told.fix == ""


@pytest.mark.parametrize("engine", SERVERS)
def test_a_server_names_the_role_of_its_readers_and_no_password(
    new_home: NewHome, engine: str
) -> None:
    told = standing(new_home, engine)
    assert told.found.lower().startswith(engine)
    assert "_reader" in told.found.partition("readers take the role ")[2]
    assert told.fix == ""


@pytest.mark.parametrize(
    ("size", "expected"),
    [("4GB", 4_000_000_000), ("1.5 GiB", 1_610_612_736), ("512kb", 512_000), ("1TiB", 2**40)],
)
def test_sizes_are_understood_as_by_the_embedded_engine(size: str, expected: int) -> None:
    assert size_in_bytes(size) == expected

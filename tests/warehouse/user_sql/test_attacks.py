"""The parser lets nothing through that is no query over the tables."""

from __future__ import annotations

import pytest

from ampiq_gql.warehouse import Dialect
from ampiq_gql.warehouse.user_sql import SqlRefused
from tests.warehouse.user_sql.attacks import ATTACKS
from tests.warehouse.user_sql.conftest import Guard

CASES = [(dialect, text) for dialect, texts in ATTACKS.items() for text in texts]


@pytest.mark.parametrize(("dialect", "text"), CASES)
def test_the_parser_refuses(guarded: Guard, dialect: Dialect, text: str) -> None:
    with pytest.raises(SqlRefused) as caught:
        guarded(text, dialect)
    assert caught.value.code.startswith("SQL_")

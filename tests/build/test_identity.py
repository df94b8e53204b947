"""Ids of people are UUIDv5 of their customer keys, exactly as Python makes them."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from ampiq_gql.build.identity import NAMESPACE, PersonKeys, write_person_keys
from ampiq_gql.warehouse.named_ids import NamedUuid

KEY = st.text(alphabet=st.characters(exclude_characters="\0", codec="utf-8"))
ENGINE = sa.create_engine("duckdb:///:memory:")


@settings(max_examples=40, deadline=None)
@given(st.lists(KEY, min_size=1))
def test_sql_makes_the_same_ids_as_python(keys: list[str]) -> None:
    rows = sa.values(sa.column("key", sa.Text), name="keys").data([(key,) for key in keys])
    made = sa.select(rows.c.key, NamedUuid(NAMESPACE, rows.c.key))
    with ENGINE.connect() as connection:
        found = connection.execute(made).all()
    assert [tuple(row) for row in found] == [(key, uuid.uuid5(NAMESPACE, key)) for key in keys]


def test_each_key_is_kept_with_its_person() -> None:
    rows = sa.values(sa.column("key", sa.Text), name="keys").data([("00123",), ("é",)])
    with ENGINE.connect() as connection:
        people = PersonKeys(name="person_keys", customer_ids=sa.select(rows.c.key))
        keys = write_person_keys(connection, people)
        found = {tuple(row) for row in connection.execute(sa.select(keys))}
    assert found == {(key, uuid.uuid5(NAMESPACE, key)) for key in ("00123", "é")}


def test_the_namespace_never_changes() -> None:
    assert str(uuid.uuid5(NAMESPACE, "00123")) == "afa44fed-96e1-53aa-878a-3198a3343480"

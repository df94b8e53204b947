"""Ids of people are UUIDv5 of their customer keys, exactly as Python makes them."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from ampiq_gql.build.identity import NAMESPACE, person_id

KEY = st.text(alphabet=st.characters(exclude_characters="\0", codec="utf-8"))
ENGINE = sa.create_engine("duckdb:///:memory:")


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.text(alphabet=st.characters(exclude_characters="\0", codec="utf-8")), min_size=1)
)
def test_sql_makes_the_same_ids_as_python(keys: list[str]) -> None:
    rows = sa.values(sa.column("key", sa.Text), name="keys").data([(key,) for key in keys])
    with ENGINE.connect() as connection:
        found = connection.execute(sa.select(rows.c.key, person_id(rows.c.key))).all()
    assert [tuple(row) for row in found] == [(key, uuid.uuid5(NAMESPACE, key)) for key in keys]


def test_the_namespace_never_changes() -> None:
    assert str(uuid.uuid5(NAMESPACE, "00123")) == "afa44fed-96e1-53aa-878a-3198a3343480"

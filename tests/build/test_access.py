"""Every column of a build has a class: the declared one, or that of its highest input."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from ampiq_gql.build.access import column_classes
from ampiq_gql.build.lineage import Lineage
from ampiq_gql.build.writing import TableSelect
from ampiq_gql.catalog import AccessClass, StatedClasses, load_catalog, standard_tables
from ampiq_gql.settings import Settings
from ampiq_gql.warehouse import open_warehouse
from tests.catalog.builders import Names
from tests.shop import make_shop

NAMES = ("customer_id", "birth_date", "email", "shoe_size", "diagnosis")
PEOPLE = sa.Table(
    "customers", sa.MetaData(schema="sources"), *(sa.Column(name, sa.Text) for name in NAMES)
)


def class_of(value: sa.ColumnElement[object], **stated: AccessClass) -> AccessClass:
    """Return the class of a column `made` of that value, in a table that is built of it."""
    lineage = Lineage()
    lineage.record_table(TableSelect(name="first", select=sa.select(value.label("made"))))
    first = sa.Table("first", sa.MetaData(schema="c360"), sa.Column("made"))
    lineage.record_table(TableSelect(name="second", select=sa.select(first.c.made)))
    second = sa.Table("second", sa.MetaData(schema="c360"), sa.Column("made"))
    by_table = column_classes(lineage, (first, second), StatedClasses(stated))
    assert by_table["first"] == by_table["second"]
    return by_table["second"]["made"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (PEOPLE.c.shoe_size, AccessClass.INTERNAL),
        (PEOPLE.c.email, AccessClass.PII),
        (sa.func.upper(PEOPLE.c.email), AccessClass.PII),
        (PEOPLE.c.birth_date, AccessClass.SENSITIVE),
        (PEOPLE.c.diagnosis, AccessClass.SENSITIVE),
        (PEOPLE.c.email.concat(PEOPLE.c.birth_date), AccessClass.SENSITIVE),
        (PEOPLE.c.email.is_not(None), AccessClass.INTERNAL),
        (sa.func.count(sa.distinct(PEOPLE.c.customer_id)), AccessClass.INTERNAL),
        (sa.case((PEOPLE.c.email == "x", PEOPLE.c.shoe_size)), AccessClass.INTERNAL),
        (sa.case((PEOPLE.c.shoe_size == "9", PEOPLE.c.email)), AccessClass.PII),
    ],
)
def test_the_class_is_that_of_the_highest_input(
    value: sa.ColumnElement[object], expected: AccessClass
) -> None:
    assert class_of(value) is expected


@pytest.mark.parametrize("name", ["shoe_size", "customers.shoe_size", "made", "first.made"])
def test_a_site_can_raise_a_class_for_all_that_is_made_of_it(name: str) -> None:
    assert class_of(PEOPLE.c.shoe_size, **{name: AccessClass.SENSITIVE}) is AccessClass.SENSITIVE


def test_a_site_cannot_lower_a_class() -> None:
    assert class_of(PEOPLE.c.email, email=AccessClass.OPEN) is AccessClass.PII


def test_the_declared_classes_are_never_below_their_inputs(tmp_path: Path) -> None:
    """Of all that the build makes of the shop: else the table of standard columns is wrong."""
    settings = make_shop(tmp_path / "home")
    warehouse = open_warehouse(settings)
    with warehouse.read() as session:
        catalog = load_catalog(session, segments=Names(), settings=Settings(home=tmp_path))
    warehouse.close()
    standard = standard_tables()
    for table in catalog.tables:
        for column in table.columns:
            declared = standard[table.name].column(column.name)
            if declared is not None:
                assert column.access is declared.access, f"{table.name}.{column.name}"

"""Columns of the customer-360, as expressions and pages of customers name them."""

from __future__ import annotations

from ampiq_gql.catalog import AccessClass
from ampiq_gql.graphql.enums import show_enum
from dsl.catalog import DataType, Grain, Unit

__all__ = ["AccessClass", "DataType", "Grain", "Unit"]

show_enum(
    DataType,
    description="The type of a column, as the segment language sees it.",
    values={
        DataType.STRING: "Text.",
        DataType.BOOLEAN: "True or false.",
        DataType.DATE: "A calendar day.",
        DataType.DATETIME: "A day and a time of day, in the site's time zone.",
        DataType.INTEGER: "A whole number.",
        DataType.DECIMAL: "An exact decimal number.",
        DataType.FLOAT: "An approximate number.",
    },
)
show_enum(
    Unit,
    description="What a number counts.",
    values={
        Unit.MONEY: "An amount in the site's currency.",
        Unit.RATIO: "A fraction from 0 to 1.",
        Unit.PERCENT: "A percentage from 0 to 100.",
        Unit.DAYS: "A number of days.",
        Unit.COUNT: "A number of things.",
    },
)
show_enum(
    Grain,
    description="How many rows of a table one customer has, as measured by the build.",
    values={
        Grain.ONE: "At most one row per customer.",
        Grain.MANY: "Any number of rows per customer.",
    },
)
show_enum(
    AccessClass,
    description="Who may see the values of a column.",
    values={
        AccessClass.OPEN: "Everybody: nothing about people, such as the catalog of products.",
        AccessClass.INTERNAL: "Everybody who may read the customer-360.",
        AccessClass.PII: "Readers of personal data only: names, addresses, keys of people.",
        AccessClass.SENSITIVE: "Readers of personal data only: birthdates, health, beliefs.",
    },
)

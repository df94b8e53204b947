"""customer_attributes: reachability, consent, classification and life cycle of each person (4)."""

from __future__ import annotations

import sqlalchemy as sa

from ampiq_gql.build.expressions import Value
from ampiq_gql.build.flags import FlagInputs, declared_flags
from ampiq_gql.build.flags.life_cycle import churn_start
from ampiq_gql.build.writing import TableSelect

__all__ = ["customer_attributes"]


def customer_attributes(inputs: FlagInputs) -> TableSelect:
    """Select one row per person: the value of every declared flag."""
    values: dict[str, Value] = {"amperity_id": inputs.people.c.amperity_id}
    values |= {flag.name: flag.expression for flag in declared_flags(inputs)}
    values["churn_trigger_start_datetime"] = churn_start(inputs)
    return TableSelect(
        name="customer_attributes",
        select=sa.select(*(value.label(name) for name, value in values.items())).select_from(
            inputs.joined()
        ),
        order_by=("amperity_id",),
    )

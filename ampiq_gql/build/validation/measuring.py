"""Measures all checks of a build: those that share rows in one pass, the others one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ampiq_gql.build.validation.counting import count_relation
from ampiq_gql.build.validation.declarations import (
    Check,
    CountedCheck,
    Measured,
    MeasuredCheck,
    Relation,
    TableFamily,
)
from ampiq_gql.build.validation.inputs import Inputs
from ampiq_gql.catalog import standard_tables

__all__ = ["measure"]


def measure(inputs: Inputs, checks: Sequence[Check]) -> list[tuple[Check, Measured]]:
    """Return what every check found, in the order of the checks."""
    single = [one for check in checks for one in _expanded(inputs, check)]
    passes: dict[Relation, list[CountedCheck]] = {}
    for check in single:
        if isinstance(check, CountedCheck):
            passes.setdefault(check.rows, []).append(check)
    found: dict[int, list[tuple[Check, Measured]]] = {id(check): [] for check in single}
    # Those first that count for others besides.
    for relation in sorted(passes, key=lambda one: not one.besides):
        together = passes[relation]
        for counted, measured in count_relation(inputs, relation, together):
            found[id(counted)].append((counted, measured))
    for check in single:
        if isinstance(check, MeasuredCheck):
            found[id(check)] = [(check, measured) for measured in check.measure(inputs)]
    return [one for check in single for one in found[id(check)]]


def _expanded(inputs: Inputs, check: Check) -> Iterator[Check]:
    """Return the checks that a family stands for, the check itself when it is none.

    Of an empty table nothing is said: no row of it can be wrong.
    """
    if not isinstance(check, TableFamily):
        yield check
        return
    for table in standard_tables():
        if not inputs.has_rows(table):
            continue
        made = check.make(check, table, inputs)
        if made is not None:
            yield made

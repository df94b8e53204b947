"""Why a customer has a flag: the conditions of the rule, asked of that one customer."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from ampiq_gql.build.flags.declared import declared_flags
from ampiq_gql.build.flags.explaining import FlagExplanation, conditions, explained
from ampiq_gql.build.flags.inputs import FlagInputs
from ampiq_gql.build.flags.model import Flag
from ampiq_gql.build.flags.stored import read_rules
from ampiq_gql.catalog import catalog_data, standard_metadata
from ampiq_gql.catalog.loading import CatalogData
from ampiq_gql.errors import Conflict, NotFound
from ampiq_gql.settings import Settings
from ampiq_gql.warehouse import BUILD_SCHEMA, Session, Warehouse
from dsl.suggestions import Candidate, nearest

__all__ = ["CustomerFlags", "CustomerUnknown", "FlagService"]


class CustomerUnknown(NotFound):
    """There is no customer of that id or key."""

    def __init__(self, customer: str) -> None:
        super().__init__(
            "CUSTOMER_UNKNOWN",
            f"There is no customer “{customer}”.",
            hint="Name an amperity_id, or the key that the customers file had.",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerFlags:
    """All flags of one customer; `hides_pii` when personal data were left out of the words."""

    amperity_id: uuid.UUID
    flags: tuple[FlagExplanation, ...]
    hides_pii: bool


class FlagService:
    """Explains flags over the current build. Safe to use from many threads."""

    def __init__(self, warehouse: Warehouse, settings: Settings) -> None:
        self._warehouse = warehouse
        self._settings = settings

    def explain(
        self, customer: str, *, flag: str | None = None, may_read_pii: bool
    ) -> CustomerFlags:
        """Explain all flags of a customer, or one.

        `customer` is an `amperity_id`, or a key of the source. Raises `NotFound`
        (CUSTOMER_UNKNOWN, FLAG_UNKNOWN), and `Conflict` (BUILD_TOO_OLD) for a build of an earlier
        version.
        """
        with self._warehouse.read() as session:
            found = _declared(session)
            wanted = found.flags if flag is None else (_named(found.flags, flag),)
            person = _person(session, found.inputs, customer, may_read_pii=may_read_pii)
            rows = session.rows(
                conditions(found.inputs, wanted).where(found.inputs.people.c.amperity_id == person)
            )
            (row,) = rows
            hidden = frozenset() if may_read_pii else self._hidden(session, wanted)
        return CustomerFlags(
            amperity_id=person,
            flags=explained(wanted, row[1:], hidden),
            hides_pii=bool(hidden),
        )

    def _hidden(self, session: Session, flags: Iterable[Flag]) -> frozenset[tuple[str, str]]:
        """Return the columns of the evidence that the catalog restricts."""
        catalog = catalog_data(session, self._settings)
        looked = {one.column for flag in flags for one in flag.evidence.values() if one.column}
        return frozenset(key for key in looked if _is_restricted(catalog, *key))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Declared:
    inputs: FlagInputs
    flags: tuple[Flag, ...]


def _declared(session: Session) -> _Declared:
    stored = read_rules(session)
    if stored is None:
        raise Conflict(
            "BUILD_TOO_OLD",
            "The current build does not say by which rules it was made.",
            hint="Run `ampiq build`.",
        )
    tables = {
        table.name: table
        for table in standard_metadata().tables.values()
        if table.schema == BUILD_SCHEMA
    }
    inputs = FlagInputs.of(tables, session.build.as_of, stored.rules, stored.sources)
    return _Declared(inputs=inputs, flags=declared_flags(inputs))


def _is_restricted(catalog: CatalogData, table: str, column: str) -> bool:
    found = catalog.tables_by_name[table].column(column)
    return found is None or found.is_pii


def _person(
    session: Session, inputs: FlagInputs, customer: str, *, may_read_pii: bool
) -> uuid.UUID:
    """Find the customer by id, or by a key of the source when its reader may read keys."""
    people = inputs.people
    statement = sa.select(people.c.amperity_id)
    try:
        statement = statement.where(people.c.amperity_id == uuid.UUID(customer))
    except ValueError:
        if not may_read_pii:
            raise CustomerUnknown(customer) from None
        statement = statement.where(people.c.customer_id == customer)
    found = session.rows(statement.limit(1))
    if not found:
        raise CustomerUnknown(customer)
    person: uuid.UUID = found[0][0]
    return person


def _named(flags: Iterable[Flag], name: str) -> Flag:
    known = {flag.name: flag for flag in flags}
    if name in known:
        return known[name]
    near = nearest(name, [Candidate(other) for other in known])
    raise NotFound(
        "FLAG_UNKNOWN",
        f"There is no flag “{name}”.",
        hint=f"Did you mean {' or '.join(near)}?" if near else f"There are: {', '.join(known)}.",
    )

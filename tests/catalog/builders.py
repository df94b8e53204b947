"""Builds with a few standard tables, filled by hand and profiled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid5

import pyarrow as pa
import sqlalchemy as sa

from ampiq_gql.catalog import profile_tables, standard_metadata
from ampiq_gql.catalog.file_tables import FileTable
from ampiq_gql.progress import Silent
from ampiq_gql.warehouse import BuildInfo, Warehouse, load_arrow
from dsl.catalog import ListKind, SavedSegment
from tests.warehouse.builders import build_info, source_customers

PEOPLE = UUID("8f6d3b0e-0000-4000-8000-000000000001")

Rows = Sequence[Mapping[str, object]]


def person(number: int) -> UUID:
    return uuid5(PEOPLE, str(number))


def customers(*cities: str | None) -> Rows:
    """One row of merged_customers per city."""
    return [
        {
            "amperity_id": person(number),
            "customer_id": f"C{number}",
            "email": f"person{number}@example.com",
            "city": city,
            **{f"{group}_{what}": 1 for group in GROUPS for what in ("completion", "priority")},
        }
        for number, city in enumerate(cities)
    ]


GROUPS = ("name", "address", "email", "phone", "birthdate", "gender")


def orders(*days_of_people: tuple[int, str]) -> Rows:
    """One order per (person, day)."""
    return [
        {
            "amperity_id": person(number),
            "order_id": f"O{place}",
            "datasource": "shop",
            "order_datetime": datetime.fromisoformat(f"{day}T12:30"),
            "order_revenue": Decimal("10.5") * (place + 1),
            **dict.fromkeys(ZEROS, 0),
        }
        for place, (number, day) in enumerate(days_of_people)
    ]


ZEROS = (
    "order_quantity",
    "order_returned_revenue",
    "order_returned_quantity",
    "order_canceled_revenue",
    "order_canceled_quantity",
)


def make_build(
    warehouse: Warehouse,
    build_id: str = "b1",
    *,
    rows: Mapping[str, Rows],
    extra: Iterable[sa.Table] = (),
) -> BuildInfo:
    """Publish a build of the named standard tables (and `extra` ones), profiled."""
    with warehouse.sources("test") as opened:
        if not opened.tables().tables:
            opened.connection.execute(sa.schema.CreateTable(source_customers))
            opened.connection.commit()
    metadata = standard_metadata()
    known = {table.name: table for table in extra}
    tables = [known[name] if name in known else metadata.tables[f"c360.{name}"] for name in rows]
    with warehouse.start_build(build_info(build_id)) as writer:
        for table in tables:
            table.create(writer.connection, checkfirst=False)
            if rows[table.name]:
                load_arrow(writer.connection, table, _arrow(rows[table.name]))
        profile_tables(writer.connection, tables, Silent())
        return writer.publish(replace(build_info(build_id), has_statistics=True))


def _arrow(rows: Rows) -> pa.RecordBatchReader:
    texts = [
        {name: str(value) if isinstance(value, UUID) else value for name, value in row.items()}
        for row in rows
    ]
    return pa.Table.from_pylist(texts).to_reader()


@dataclass(frozen=True)
class Segment:
    """A saved segment of the tests."""

    id: str
    name: str
    text: str
    is_active: bool = True


@dataclass(frozen=True)
class Names:
    """Saved segments and lists as a store would give them."""

    segments: tuple[Segment, ...] = ()
    lists: Mapping[tuple[ListKind, str], str] = field(default_factory=dict)
    uploaded: tuple[FileTable, ...] = ()

    def segment(self, name: str) -> SavedSegment | None:
        return next((one for one in self.segments if one.name.lower() == name.lower()), None)

    def segment_names(self) -> Sequence[str]:
        return [segment.name for segment in self.segments]

    def list_table(self, kind: ListKind, name: str) -> str | None:
        return self.lists.get((kind, name.lower()))

    def file(self, name: str) -> FileTable | None:
        return next((one for one in self.uploaded if one.name == name), None)

    def files(self) -> Sequence[FileTable]:
        return self.uploaded

    def list_names(self, kind: ListKind) -> Sequence[str]:
        return [name for known, name in self.lists if known is kind]

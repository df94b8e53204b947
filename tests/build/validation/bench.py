"""The small shop's build, opened for writing: tests break it, look at the checks, and undo it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.schema import CreateSchema, CreateTable
from sqlalchemy.sql.base import Executable

from ampiq_gql.build.models import BuildContext, BuildRules
from ampiq_gql.build.sources import open_sources
from ampiq_gql.build.validation import CheckResult
from ampiq_gql.build.validation.checks import CHECKS
from ampiq_gql.build.validation.former import Former, TableMeasures
from ampiq_gql.build.validation.inputs import Inputs
from ampiq_gql.build.validation.judging import Judge
from ampiq_gql.build.validation.measuring import measure
from ampiq_gql.build.validation.validating import measures_of
from ampiq_gql.catalog import standard_tables
from ampiq_gql.catalog.measuring import profile_table
from ampiq_gql.warehouse import Dialect
from ampiq_gql.warehouse.duckdb.ddl import Attach
from ampiq_gql.warehouse.duckdb.reflection import reflect_tables
from tests.shop import SHOP_DAY, lines

Tables: TypeAlias = Mapping[str, sa.Table]
Breaking: TypeAlias = Callable[[Tables], Executable]
NOW = datetime.fromisoformat("2026-07-01T06:00:00+00:00")


@dataclass(frozen=True, slots=True)
class Bench:
    """A build that is complete: every standard table that a check is about has rows."""

    connection: sa.Connection
    inputs: Inputs
    sources: Tables

    @property
    def tables(self) -> Tables:
        """Tables of the build, and source tables under `sources.<name>`."""
        return {**self.inputs.tables, **{f"sources.{n}": t for n, t in self.sources.items()}}

    @contextmanager
    def broken(self, *breaking: Breaking) -> Iterator[None]:
        """Change the data for as long as it takes."""
        with self.connection.begin() as transaction:
            for change in breaking:
                self.connection.execute(change(self.tables))
            yield
            transaction.rollback()

    def results(self, *check_ids: str, **changed: Any) -> tuple[CheckResult, ...]:
        """Return what the checks of these ids say, or all of them, of the data as they are now."""
        checks = [check for check in CHECKS if not check_ids or check.id in check_ids]
        known = {"measures": self._measures(), "counted": {}, "counts": {}} | changed
        inputs = replace(self.inputs, sources=open_sources(self.connection), **known)
        judge = Judge(built_at=NOW, dialect=Dialect.DUCKDB, before=None)
        return judge.judge(measure(inputs, checks))

    def profiled(self, *names: str) -> dict[str, TableMeasures]:
        """Return all that a build measures of these tables as they are now."""
        ask = self.connection.execute
        profiles = (
            profile_table(self.inputs.tables[name], lambda one: ask(one).all()) for name in names
        )
        return self._measures() | measures_of(profiles)

    def _measures(self) -> dict[str, TableMeasures]:
        counts = {
            name: sa.select(sa.func.count()).select_from(table).scalar_subquery()
            for name, table in self.inputs.tables.items()
        }
        found = self.connection.execute(sa.select(*counts.values())).one()
        return {
            name: replace(self.inputs.measures[name], rows=rows)
            for name, rows in zip(counts, found, strict=True)
        }


@contextmanager
def open_bench(home: Path) -> Iterator[Bench]:
    """Open the shop in `home`, which is written to."""
    (build,) = (home / "builds").glob("*.duckdb")
    engine = sa.create_engine("duckdb:///:memory:")
    with engine.connect() as connection:
        connection.execute(Attach(home / "sources.duckdb", "sources", is_read_only=False))
        connection.execute(Attach(build, "build", is_read_only=True))
        connection.commit()
        yield _bench(connection)
    engine.dispose()


def _bench(connection: sa.Connection) -> Bench:
    tables = {table.name: table for table in _copied(connection)}
    sources = reflect_tables(connection, place="sources.main", schema="sources").sorted_tables
    connection.commit()
    with connection.begin():
        for statement in _optional_rows(tables):
            connection.execute(statement)
    with connection.begin():
        measures = {name: _measured(connection, table) for name, table in tables.items()}
        inputs = Inputs(
            connection=connection,
            dialect=Dialect.DUCKDB,
            tables=tables,
            measures=measures,
            sources=open_sources(connection),
            context=BuildContext(
                as_of=SHOP_DAY, time_zone="UTC", currency="USD", rules=BuildRules()
            ),
            former=Former(build_id="before", revenue=_revenue(), tables=measures),
            expected_revenue=_revenue_by_month(),
        )
    return Bench(connection, inputs, {table.name: table for table in sources})


def _copied(connection: sa.Connection) -> Iterator[sa.Table]:
    """Copy the build to where every column can be written, computed ones too."""
    reflected = reflect_tables(connection, place="build.c360", schema="build.c360")
    connection.execute(CreateSchema("c360"))
    for built in reflected.sorted_tables:
        if built.name in standard_tables():
            columns = [sa.Column(column.name, _any_value(column.type)) for column in built.columns]
            table = sa.Table(built.name, sa.MetaData(schema="c360"), *columns)
            connection.execute(CreateTable(table))
            names = [column.name for column in columns]
            connection.execute(table.insert().from_select(names, sa.select(built)))
            yield table


def _any_value(kind: sa.types.TypeEngine[Any]) -> sa.types.TypeEngine[Any]:
    """Let a column of few texts hold others, too."""
    return sa.Text() if isinstance(kind, sa.Enum) else kind


def _measured(connection: sa.Connection, table: sa.Table) -> TableMeasures:
    counts = [sa.func.count(), *(sa.func.count(column) for column in table.columns)]
    rows, *filled = connection.execute(sa.select(*counts).select_from(table)).one()
    shares = {
        column.name: 1 - count / rows if rows else 0.0
        for column, count in zip(table.columns, filled, strict=True)
    }
    return TableMeasures(rows=rows, null_shares=shares)


def _revenue() -> Decimal:
    return sum((line.item_revenue for line in lines() if line.is_purchase), Decimal())


def _revenue_by_month() -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for line in lines():
        if line.is_purchase:
            month = f"{line.order_datetime:%Y-%m}"
            found[month] = found.get(month, Decimal()) + line.item_revenue
    return found


def _optional_rows(tables: Tables) -> Iterator[Executable]:
    """Fill the tables that this shop has no files for, with rows that nothing is wrong with."""
    people, households = tables["merged_customers"], tables["merged_households"]
    alone = sa.select(people.c.amperity_id, sa.cast(people.c.amperity_id, sa.Text), sa.literal(1))
    yield households.insert().from_select(
        ["amperity_id", "household_id", "household_size"],
        alone.where(people.c.amperity_id.not_in(sa.select(households.c.amperity_id))),
    )
    days = (SHOP_DAY - timedelta(days=number) for number in range(902))
    yield tables["fiscal_calendar"].insert().values([{"calendar_date": day} for day in days])
    for name, rows in OPTIONAL_ROWS.items():
        for row in rows:
            yield tables[name].insert().values(**row)


AT = datetime(2026, 6, 1, 12)  # noqa: DTZ001 - wall clock
OPTIONAL_ROWS: Mapping[str, Sequence[Mapping[str, object]]] = {
    "email_opt_status": [{"email": "user0@example.com", "brand": "A", "is_email_opted_in": True}],
    "sms_opt_status": [{"phone": "+13125550000", "brand": "A", "is_sms_opted_in": True}],
    "unified_email_events": [
        {"datasource": "esp", "pk": "1", "email": "user0@example.com", "brand": "A",
         "event_type": "Open", "event_datetime": AT},
    ],
    "unified_loyalty": [{"loyalty_id": "L1", "is_opted_in": True}],
    "unified_loyalty_events": [
        {"loyalty_id": "L1", "event_type": "accrual", "event_datetime": AT,
         "accrual_amount": 5, "accrual_datetime": AT},
        {"loyalty_id": "L1", "event_type": "redemption", "event_datetime": AT,
         "redemption_amount": 5, "redemption_datetime": AT},
        {"loyalty_id": "L1", "event_type": "tier change", "event_datetime": AT,
         "current_tier": "gold", "previous_tier": "silver"},
    ],
    "unified_compliance_overview": [
        {"request_datasource": "desk", "request_id": "1", "request_type": "dsar",
         "request_strategy": "exact", "request_phone": "+13125550000", "rows_found": 0},
    ],
}  # fmt: skip


def change(table: str, where: Mapping[str, object] | None = None, **values: object) -> Breaking:
    """Set columns of the rows in which every column of `where` has its value."""

    def statement(tables: Tables) -> Executable:
        found = tables[table]
        update = found.update().values(**values)
        for column, value in (where or {}).items():
            update = update.where(found.columns[column] == value)
        return update

    return statement


def repeat(table: str, where: Mapping[str, object], times: int = 1, **values: object) -> Breaking:
    """Add rows that are there already, with some columns changed."""

    def statement(tables: Tables) -> Executable:
        found = tables[table]
        rows = sa.select(
            *(
                sa.literal(values[column.name], column.type) if column.name in values else column
                for column in found.columns
            )
        )
        for column, value in where.items():
            rows = rows.where(found.columns[column] == value)
        copies = sa.select(sa.func.unnest(sa.func.range(times)).label("copy")).subquery()
        names = [column.name for column in found.columns]
        return found.insert().from_select(names, rows.select_from(found.join(copies, sa.true())))

    return statement


def add(table: str, **values: object) -> Breaking:
    """Add one row."""
    return lambda tables: tables[table].insert().values(**values)


def remove(table: str, where: Mapping[str, object]) -> Breaking:
    """Remove the rows in which every column of `where` has its value."""

    def statement(tables: Tables) -> Executable:
        delete = tables[table].delete()
        for column, value in where.items():
            delete = delete.where(tables[table].columns[column] == value)
        return delete

    return statement


def drop_column(table: str, column: str) -> Breaking:
    """Take a column away."""
    return lambda _tables: sa.DDL(f"ALTER TABLE c360.{table} DROP COLUMN {column}")


def retype_column(table: str, column: str) -> Breaking:
    """Make a column a text."""
    return lambda _tables: sa.DDL(f"ALTER TABLE c360.{table} ALTER {column} TYPE VARCHAR")

"""A shop whose files change at random, and builds of it without profile and checks."""

from __future__ import annotations

import shutil
import uuid
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import sqlalchemy as sa
from hypothesis import strategies as st

from ampiq_gql.build.assembly import Assembly
from ampiq_gql.build.line_texts import NEVER_MISSING
from ampiq_gql.build.mark import read_former, store_mark
from ampiq_gql.build.models import BuildContext, BuildRules
from ampiq_gql.build.planning import BuildPlan, prepare
from ampiq_gql.build.provenance import store_provenance
from ampiq_gql.build.service import BuildService
from ampiq_gql.build.validation import ValidationReport
from ampiq_gql.build.validation.checks import CHECKS
from ampiq_gql.catalog.loading import read_profiles
from ampiq_gql.catalog.profile import profile_tables
from ampiq_gql.catalog.profiles import TableProfile
from ampiq_gql.errors import UserError
from ampiq_gql.ingest import (
    IngestRequest,
    IngestService,
    LoadMode,
    LoadService,
    SourceKind,
)
from ampiq_gql.progress import Silent
from ampiq_gql.settings import Settings, ValidationLimits
from ampiq_gql.warehouse import BuildInfo, BuildWriter, Warehouse, open_warehouse
from tests.engines.checksums import table_checksums

FIRST_DAY = date(2025, 6, 28)
COMPARING = frozenset({"rec.trend", "rec.trend.rows", "null.rate", "in.quarantine"})
"""Checks of what was before: a first build has nothing to compare with, nor to wait for."""

CUSTOMERS = "customer_id,email,tier\nc0,a@x.com,gold\nc1,b@x.com,\nc2,c@x.com,blue\n"
ORDERS = (
    "order_id,customer_id,order_date,total,shipping,store\n"
    "o0,c0,2025-06-01,5,1,s0\no1,c1,2025-06-02,7,,s1\no2,c0,2024-06-30,9,2,\no3,c9,2025-06-05,4,1,s0\n"
)
# So many more that a few changes leave most of a table as it was.
ORDERS += "".join(
    f"x{number},c{number % 3},2025-0{1 + number % 6}-1{number % 7},{number},,s{number % 2}\n"
    for number in range(150)
)
ITEMS = (
    "order_id,product_id,line_number,quantity,revenue,is_return\n"
    "o0,p0,1,1,3,no\no0,p1,2,2,2,no\no1,p0,1,1,7,no\no1,p0,2,1,-7,yes\n"
)
# And so many more people, each with one or two orders, that a few who change are a small part.
CUSTOMERS += "".join(f"d{number},d{number}@x.com,\n" for number in range(40))
ORDERS += "".join(
    f"y{number},d{number % 40},2025-0{1 + number % 6}-0{1 + number % 9},{number},,s{number % 2}\n"
    for number in range(60)
)
ITEMS += "".join(f"y{number},p0,1,-1,-{number},yes\n" for number in range(0, 60, 7))
PRODUCTS = "product_id,category\np0,Drinks\np1,Food\n"


@dataclass(frozen=True, slots=True)
class Move:
    """One load, or, without a kind, the undoing of the last one."""

    kind: SourceKind | None = None
    content: str = ""
    mode: LoadMode = LoadMode.UPSERT
    source: str = "shop"
    later_days: int = 0


@dataclass(frozen=True, slots=True)
class Built:
    """What came of a build: its plan, and the checksums of its tables and of their lineage."""

    plan: BuildPlan
    sums: dict[str, str]


@dataclass(frozen=True, slots=True)
class Checked:
    """What a build says of itself."""

    report: ValidationReport
    profiles: tuple[TableProfile, ...]
    order_columns: tuple[str, ...]

    def findings(self) -> dict[object, object]:
        """Return what each check found that does not compare with the build before."""
        return {
            one.key: (one.status, one.checked, one.failing, one.samples, one.parts, one.sql)
            for one in self.report.results
            if one.id not in COMPARING
        }


class Shop:
    """A home that is loaded and built."""

    def __init__(self, home: Path) -> None:
        self.settings = Settings(home=home, time_zone="America/New_York")
        self.warehouse: Warehouse = open_warehouse(self.settings)

    @classmethod
    def started(cls, home: Path) -> Shop:
        """Make a shop with a few rows of everything, built."""
        shop = cls.loaded(home)
        shop.build(FIRST_DAY)
        return shop

    @classmethod
    def loaded(cls, home: Path) -> Shop:
        """Make a shop with a few rows of everything."""
        shop = cls(home)
        for kind, content in (
            (SourceKind.CUSTOMERS, CUSTOMERS),
            (SourceKind.ORDERS, ORDERS),
            (SourceKind.ORDER_ITEMS, ITEMS),
            (SourceKind.PRODUCTS, PRODUCTS),
        ):
            shop.move(Move(kind=kind, content=content))
        return shop

    def copied(self, home: Path) -> Shop:
        """Return a shop of its own with all that this one has."""
        shutil.copytree(self.settings.home, home)
        return Shop(home)

    def with_sources_of(self, other: Shop) -> Shop:
        """Take the source tables of another shop, and nothing else of it."""
        shutil.copyfile(
            other.settings.home / "sources.duckdb", self.settings.home / "sources.duckdb"
        )
        return self

    def move(self, move: Move) -> None:
        """Load or undo; what is refused changes nothing."""
        try:
            if move.kind is None:
                self._undo()
            else:
                self._load(move, move.kind)
        except UserError:
            pass  # a load that is refused, such as a window without a date, is a move as well

    def _undo(self) -> None:
        service = LoadService(self.warehouse)
        standing = [load.number for load in service.list() if load.undone_at is None]
        if len(standing) > 1:
            service.undo(standing[0])

    def _load(self, move: Move, kind: SourceKind) -> None:
        path = self.settings.home / f"{uuid.uuid4().hex}.csv"
        path.write_text(move.content)
        request = IngestRequest(
            files=(path,), kind=kind, source=move.source, mode=move.mode, allow_vanishing=True
        )
        IngestService(self.warehouse, self.settings).load(request, Silent())

    def built_and_checked(self, day: date, *, is_full: bool = False) -> Checked:
        """Build as users do, whatever the checks find; return what it says of its tables."""
        everything = ValidationLimits(error_above={check.id: 1.0 for check in CHECKS})
        settings = self.settings.model_copy(update={"validation": everything})
        report = BuildService(self.warehouse, settings).run(day, Silent(), is_full=is_full)
        if report.validation is None:
            raise AssertionError("nothing has changed, so nothing was built")
        with self.warehouse.read() as session:
            profiles = tuple(read_profiles(session))
            order_columns = session.build.order_columns
        return Checked(report.validation, profiles, order_columns)

    def plan(self, day: date, rules: BuildRules | None = None) -> BuildPlan:
        """Say what the next build would do."""
        return BuildService(self.warehouse, self.settings, rules or BuildRules()).plan(day)

    def build(self, day: date, *, is_full: bool = False) -> Built:
        """Build and publish."""
        context = BuildContext(
            as_of=day, time_zone="America/New_York", currency="USD", rules=BuildRules()
        )
        info = BuildInfo(
            id=uuid.uuid4().hex,
            as_of=day,
            built_at=datetime.now(UTC),
            time_zone=context.time_zone,
            currency="USD",
            newest_event_on=None,
            has_statistics=True,
            has_mark=True,
        )
        former = None if is_full else read_former(self.warehouse)
        with self.warehouse.start_build(info) as writer:
            prepared = prepare(writer.connection, context, former, is_full=is_full, can_stand=True)
            basis = prepared.plan.former
            present = writer.start_from(basis.build_id) if basis else None
            assembly = Assembly(
                writer.connection, context, prepared, present, writer.give_room_back, Silent()
            )
            assembly.write()
            profile_tables(writer.connection, [], Silent())
            store_provenance(writer.connection, assembly.lineage)
            store_mark(writer.connection, replace(prepared.mark, tables=assembly.shapes))
            sums = _sums(writer, assembly)
            writer.publish()
        return Built(prepared.plan, sums)


def _sums(writer: BuildWriter, assembly: Assembly) -> dict[str, str]:
    sums: dict[str, str] = {}
    for table in assembly.tables.values():
        rows = writer.connection.execute(sa.select(table)).all()
        sums |= table_checksums(table, [tuple(row) for row in rows])
    for name, shape in assembly.shapes.items():
        sums[f"{name} rows"] = str(shape.rows)
        sums[f"{name} filled"] = " ".join(sorted(shape.filled))
    # Whether a text is the same on all lines, so that it comes from nowhere, is seen in the lines
    # by one build, and in their files by another: a line that is left out makes the difference.
    columns = (one for one in assembly.lineage.columns() if one[1] not in NEVER_MISSING)
    lineage = sorted(map(repr, [*assembly.lineage.tables(), *columns]))
    return sums | {"lineage": "\n".join(lineage)}


# --- random moves --------------------------------------------------------------------------------

_orders = st.sampled_from([f"o{number}" for number in range(7)])
_customers = st.sampled_from(["c0", "c1", "c2", "c3", "c9", ""])
_days = st.sampled_from(["2025-06-27", "2025-06-01", "2025-05-29", "2024-06-28", "2023-01-01", ""])
_amounts = st.sampled_from(["1", "2.5", "7", "0", ""])
_modes = st.sampled_from(
    [LoadMode.UPSERT, LoadMode.UPSERT, LoadMode.REPLACE, LoadMode.WINDOW, LoadMode.DELETE]
)


def _file(header: str, *columns: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    rows = st.lists(st.tuples(*columns).map(",".join), min_size=1, max_size=4)
    return rows.map(lambda lines: "\n".join([header, *lines, ""]))


def _loads(
    kind: SourceKind,
    files: st.SearchStrategy[str],
    modes: st.SearchStrategy[LoadMode] = _modes,
    source: str = "shop",
) -> st.SearchStrategy[Move]:
    return st.builds(
        Move,
        kind=st.just(kind),
        content=files,
        mode=modes,
        source=st.just(source),
        later_days=st.sampled_from([0, 0, 1]),
    )


_stores = st.sampled_from(["s0", "s1", ""])
_order_files = _file(
    "order_id,customer_id,order_date,total,shipping,store",
    _orders, _customers, _days, _amounts, _amounts, _stores,
)  # fmt: skip
_currency_files = _file(
    "order_id,customer_id,order_date,total,currency",
    _orders, _customers, _days, _amounts, st.sampled_from(["USD", "EUR", ""]),
)  # fmt: skip
_item_files = _file(
    "order_id,product_id,line_number,quantity,revenue,is_return",
    _orders, st.sampled_from(["p0", "p1", "p2"]), st.sampled_from(["1", "2", "3"]),
    st.sampled_from(["1", "2", ""]), st.sampled_from(["1", "2.5", "-3"]),
    st.sampled_from(["yes", "no", ""]),
)  # fmt: skip
_customer_files = _file(
    "customer_id,email,tier",
    st.sampled_from(["c0", "c1", "c2", "c3", "c9"]), st.sampled_from(["n@x.com", ""]),
    st.sampled_from(["gold", "7", ""]),
)  # fmt: skip
_product_files = _file(
    "product_id,category", st.sampled_from(["p0", "p2"]), st.sampled_from(["Drinks", "Shoes", ""])
)
_consent_files = _file(
    "email,opted_in", st.sampled_from(["a@x.com", "n@x.com"]), st.sampled_from(["yes", "no"])
)
_upserts = st.just(LoadMode.UPSERT)

moves = st.one_of(
    _loads(SourceKind.ORDERS, _order_files),
    _loads(SourceKind.ORDERS, _currency_files, _upserts),
    _loads(SourceKind.ORDER_ITEMS, _item_files),
    _loads(SourceKind.ORDER_ITEMS, _item_files, _upserts, source="desk"),
    _loads(SourceKind.CUSTOMERS, _customer_files),
    _loads(SourceKind.PRODUCTS, _product_files, _upserts),
    _loads(SourceKind.EMAIL_OPT_STATUS, _consent_files, _upserts),
    st.builds(Move, later_days=st.sampled_from([0, 1])),
)
"""Loads of every kind and mode, and undoing."""

"""From Parquet files to a build, and again after new orders, by the command line as users run it.

Every command is a process of its own, so that its peak of memory is its own too.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb

from ampiq_gql.demo import synthetic
from ampiq_gql.progress import Silent
from ampiq_gql.services import Services
from ampiq_gql.settings import Settings

__all__ = ["LoadingResult", "Step", "load_shop", "loading_of"]

KINDS = (
    ("products", "products"),
    ("customers", "customers"),
    ("email_opt_status", "email-opt-status"),
    ("sms_opt_status", "sms-opt-status"),
    ("orders", "orders"),
    ("order_items", "order-items"),
)
OF_THE_LOADER = ("datasource", "load_number", "changed_in", "row_hash")
NEW_SHARE = 0.01
FIGURES = "loading.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One command, or one statement by hand: what it took and the most memory it held."""

    title: str
    seconds: float
    peak_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadingResult:
    """The first load and build, the second with one order in a hundred new, and the rival."""

    ingest: tuple[Step, ...]
    build: Step
    new_ingest: tuple[Step, ...]
    new_build: Step
    by_hand: Step

    @property
    def first_seconds(self) -> float:
        """All of the files and the build."""
        return sum(step.seconds for step in self.ingest) + self.build.seconds

    @property
    def second_seconds(self) -> float:
        """The new orders and the build after them."""
        return sum(step.seconds for step in self.new_ingest) + self.new_build.seconds

    @property
    def peak_bytes(self) -> int:
        """The most memory that any command held."""
        steps = (*self.ingest, self.build, *self.new_ingest, self.new_build)
        return max(step.peak_bytes for step in steps)


def load_shop(home: Path, customers: int) -> None:
    """Make the shop's files, load them into the home, build, and keep the figures in it."""
    files = home.with_name(f"{home.name}-files")
    if not files.exists():
        # In a process of its own: a child's peak of memory begins with what its parent holds.
        command = [sys.executable, "-m", "benchmarks.loading", str(files), str(customers)]
        subprocess.run(command, check=True)
    first, new = files / "first", files / "new"
    result = LoadingResult(
        ingest=tuple(_ingest(home, first)),
        build=_build(home, "build"),
        new_ingest=tuple(_ingest(home, new)),
        new_build=_build(home, "build after the new orders"),
        by_hand=_by_hand(first, home.with_name(f"{home.name}-by-hand.duckdb")),
    )
    (home / FIGURES).write_text(json.dumps(asdict(result)), encoding="utf-8")


def loading_of(home: Path) -> LoadingResult | None:
    """Return the figures of the load that filled the home; None when it was filled otherwise."""
    file = home / FIGURES
    if not file.exists():
        return None
    found = json.loads(file.read_text(encoding="utf-8"))
    return LoadingResult(
        ingest=tuple(Step(**step) for step in found["ingest"]),
        build=Step(**found["build"]),
        new_ingest=tuple(Step(**step) for step in found["new_ingest"]),
        new_build=Step(**found["new_build"]),
        by_hand=Step(**found["by_hand"]),
    )


def _write_files(files: Path, customers: int) -> None:
    """Write the synthetic shop as Parquet: `first`, and in `new` the newest orders."""
    home = files / "made"
    with closing(Services.open(Settings.load(home=home))) as services:
        synthetic.generate(services.warehouse, customers, Silent())
    with duckdb.connect(str(home / "sources.duckdb"), read_only=True) as database:
        database.execute(
            "CREATE TEMP TABLE newest AS SELECT order_id FROM orders WHERE order_datetime > "
            f"(SELECT quantile_disc(order_datetime, {1 - NEW_SHARE}) FROM orders)"
        )
        for table, name in KINDS:
            file = f"{name}.parquet"
            if not table.startswith("order"):
                _copy(database, f"FROM {table}", files / "first" / file)
                continue
            for folder, join in (("first", "ANTI"), ("new", "SEMI")):
                rows = f"FROM {table} {join} JOIN newest USING (order_id)"
                _copy(database, rows, files / folder / file)
    shutil.rmtree(home)


def _copy(database: duckdb.DuckDBPyConnection, rows: str, file: Path) -> None:
    file.parent.mkdir(exist_ok=True)
    marks = ", ".join(OF_THE_LOADER)
    database.execute(f"COPY (SELECT * EXCLUDE ({marks}) {rows}) TO '{file}' (FORMAT parquet)")


def _ingest(home: Path, folder: Path) -> Iterator[Step]:
    for _, name in KINDS:
        file = folder / f"{name}.parquet"
        if file.exists():
            yield _command(f"ingest {name}", home, "ingest", str(file), "--as", name)


def _build(home: Path, title: str) -> Step:
    return _command(title, home, "build", "--as-of", synthetic.AS_OF.isoformat())


def _command(title: str, home: Path, *arguments: str) -> Step:
    """Run a command and wait for what it used."""
    ampiq = Path(sys.executable).with_name("ampiq")
    return _timed(title, [str(ampiq), "--home", str(home), *arguments])


def _timed(title: str, command: Sequence[str]) -> Step:
    began = time.perf_counter()
    # As for users, whose Python keeps the bytecode of what it has compiled once.
    environment = {
        name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
    }
    process = subprocess.Popen(command, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Step(title=title, seconds=seconds, peak_bytes=usage.ru_maxrss * 1024)


def _by_hand(files: Path, database: Path) -> Step:
    """Write lines and orders as a person would: joined, sorted, and nothing looked after."""
    database.unlink(missing_ok=True)
    script = f"""
import duckdb
with duckdb.connect({str(database)!r}) as database:
    database.execute("SET enable_progress_bar = false")
    database.execute("CREATE TABLE customers AS FROM read_parquet('{files}/customers.parquet')")
    database.execute('''
        CREATE TABLE lines AS
        SELECT o.customer_id, l.*, o.* EXCLUDE (order_id, customer_id, order_datetime, update_dt),
            p.* EXCLUDE (product_id, update_dt)
        FROM read_parquet('{files}/order-items.parquet') l
        JOIN read_parquet('{files}/orders.parquet') o USING (order_id)
        JOIN read_parquet('{files}/products.parquet') p USING (product_id)
        ORDER BY o.customer_id, l.order_datetime''')
    database.execute('''
        CREATE TABLE orders AS
        SELECT customer_id, order_id, min(order_datetime) AS order_datetime, purchase_brand,
            purchase_channel, store_id,
            sum(item_revenue) FILTER (WHERE item_quantity > 0) AS order_revenue,
            sum(item_quantity) FILTER (WHERE item_quantity > 0) AS order_quantity,
            sum(item_revenue) FILTER (WHERE item_quantity < 0) AS taken_back
        FROM lines GROUP BY ALL ORDER BY customer_id, order_datetime''')
    database.execute('''
        CREATE TABLE history AS
        SELECT customer_id, count(*) AS orders, sum(order_revenue) AS revenue,
            min(order_datetime) AS first_order, max(order_datetime) AS latest_order
        FROM orders GROUP BY customer_id''')
"""
    step = _timed("by hand", [sys.executable, "-c", script])
    database.unlink()
    return step


if __name__ == "__main__":
    _write_files(Path(sys.argv[1]), int(sys.argv[2]))

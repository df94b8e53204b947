"""`make bench`: measure, print, and write docs/benchmarks.md."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

from ampiq_gql.cli.terminal import progress_bars
from benchmarks.by_hand import CASES, connect
from benchmarks.layer import measure_layer, measure_throughput
from benchmarks.loading import loading_of
from benchmarks.report import Size, render
from benchmarks.server import Connection, serving
from benchmarks.shop import build_file, open_shop
from benchmarks.summary import first_summary, measure_summary

CUSTOMERS = int(os.environ.get("BENCH_CUSTOMERS", "1000000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "15"))
HOME = Path(os.environ.get("BENCH_HOME", f".ampiq/bench-{CUSTOMERS}"))
PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"


def main() -> None:
    """Run everything."""
    cores = os.cpu_count() or 1
    with progress_bars() as bars:
        services = open_shop(HOME, CUSTOMERS, bars)
    with (
        closing(services),
        serving(HOME) as address,
        Connection(address) as connection,
        closing(connect(build_file(services), threads=cores)) as database,
    ):
        orders = database.table("c360.unified_transactions").count("*").fetchone()
        lines = database.table("c360.unified_itemized_transactions").count("*").fetchone()
        size = Size(
            customers=CUSTOMERS,
            orders=orders[0] if orders else 0,
            lines=lines[0] if lines else 0,
            cores=cores,
            rounds=ROUNDS,
        )
        first_seconds = first_summary(connection)
        summaries = [
            measure_summary(case, services, connection, database, rounds=ROUNDS) for case in CASES
        ]
        layers = measure_layer(services, connection, database, rounds=ROUNDS)
        throughput = measure_throughput(address)
        page = render(size, loading_of(HOME), summaries, first_seconds, layers, throughput)
    print(page)
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()

"""The measurements as a page of the documentation."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import metadata

from benchmarks.layer import LayerResult, Throughput
from benchmarks.loading import LoadingResult
from benchmarks.summary import SummaryResult
from benchmarks.timing import Timing

__all__ = ["BAR_FACTOR", "BAR_SECONDS", "Size", "render"]

BAR_FACTOR = 1.25
BAR_SECONDS = 0.010

_HEAD = """\
# Benchmarks

Written by `make bench`. What counts are the ratios: everything in one table was measured in turn
in one run, on the same build file, with the same number of threads, so that whatever else the
machine did fell on all of it. Times are medians of {rounds} rounds.

| | |
|---|---|
| measured on | {day} |
| shop | {customers:,} customers, {orders:,} orders, {lines:,} order lines (seeded, synthetic) |
| machine | {cores} cores, {system} |
| versions | Python {python}, {libraries} |

To repeat it: `make bench`. `BENCH_CUSTOMERS` sets the size of the shop (default 1,000,000),
`BENCH_ROUNDS` the rounds (default 15), and `BENCH_HOME` names a folder that keeps the shop for the
next time.
"""
_LOADING = """
## From files to a build

One run of the commands as users run them, each a process of its own: `ampiq ingest` of the shop's
Parquet files (rows typed and checked, keys made unique, totals proven), `ampiq build` (all tables,
statistics, checks), then one order in a hundred new, loaded and built in. By hand: one DuckDB
script that reads the same files and writes customers, lines with their orders and products, orders
and five figures per customer, sorted as the build sorts them, and looks after nothing else.

{table}

Files to build: {first}, {ratio:.1f} times the script by hand. New orders to build: {second},
{share} of that. The most memory that any command held: {peak}.
"""
_SUMMARY = """
## The Summary tab

One GraphQL request for the four tiles, the revenue tree, historical revenue and reachability of an
expression that was never asked before (every round has another literal, so the cache of insights
cannot answer), against one statement written by hand that gives the same figures in one pass, run
with the DuckDB driver. Before the rounds, every figure of the tab, with its baseline, its share and
its change, is compared with what follows from the rows of the SQL.

The figures of everyone, which the tab shows beside those of the segment, are measured once per
build, by a server when it starts, and then kept; the first request, sent at once to a new server,
waits for that and took {first}. A request that was asked before is answered from the cache: the
last column.

The bar: over HTTP at most {factor} times the SQL and {extra:.0f} ms on top.

{table}
"""
_LAYER = """
## What the layers cost

"Service" is the same call in process, without HTTP and GraphQL. Every count has another literal.

{table}

The smallest question, `{{ __typename }}`, asked from the same machine (the asking takes its share
of the cores):

{throughput}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much data was measured, and with what."""

    customers: int
    orders: int
    lines: int
    cores: int
    rounds: int


def render(
    size: Size,
    loading: LoadingResult | None,
    summaries: Sequence[SummaryResult],
    first_seconds: float,
    layers: Iterable[LayerResult],
    throughput: Iterable[Throughput],
) -> str:
    """Write the page."""
    names = ("duckdb", "strawberry-graphql", "sqlalchemy", "starlette", "uvicorn")
    head = _HEAD.format(
        rounds=size.rounds,
        day=date.today().isoformat(),  # noqa: DTZ011 - the day where it is run
        customers=size.customers,
        orders=size.orders,
        lines=size.lines,
        cores=size.cores,
        system=f"{platform.system()} {platform.machine()}",
        python=platform.python_version(),
        libraries=", ".join(f"{name} {metadata.version(name)}" for name in names),
    )
    summary = _SUMMARY.format(
        first=_milliseconds(first_seconds),
        factor=BAR_FACTOR,
        extra=BAR_SECONDS * 1_000,
        table=_table(
            ("segment", "SQL", "service", "HTTP", "HTTP : SQL", "bar", "within", "repeated"),
            map(_summary_row, summaries),
        ),
    )
    layer = _LAYER.format(
        table=_table(("what", "SQL", "service", "HTTP"), map(_layer_row, layers)),
        throughput=_table(
            ("connections", "answers per second"),
            ((str(one.connections), f"{one.per_second:,.0f}") for one in throughput),
        ),
    )
    return head + (_loading(loading) if loading else "") + summary + layer


def _loading(result: LoadingResult) -> str:
    steps = (
        *result.ingest, result.build, *result.new_ingest, result.new_build, result.by_hand,
    )  # fmt: skip
    rows = ((step.title, _seconds(step.seconds), _gigabytes(step.peak_bytes)) for step in steps)
    return _LOADING.format(
        table=_table(("step", "time", "peak memory"), rows),
        first=_seconds(result.first_seconds),
        ratio=result.first_seconds / result.by_hand.seconds,
        second=_seconds(result.second_seconds),
        share=f"{result.second_seconds / result.first_seconds:.0%}",
        peak=_gigabytes(result.peak_bytes),
    )


def _seconds(seconds: float) -> str:
    return f"{seconds:,.1f} s"


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:,.1f} GB"


def _summary_row(result: SummaryResult) -> tuple[str, ...]:
    bar = BAR_FACTOR * result.sql.median + BAR_SECONDS
    return (
        f"{result.case.title}<br>`{result.case.expression.format('N')}`",
        _milliseconds(result.sql.median),
        _milliseconds(result.service.median),
        _milliseconds(result.http.median),
        f"{result.ratio:.2f}",
        _milliseconds(bar),
        "yes" if result.is_within(factor=BAR_FACTOR, seconds=BAR_SECONDS) else "**no**",
        _milliseconds(result.cached.median),
    )


def _layer_row(result: LayerResult) -> tuple[str, ...]:
    def shown(timing: Timing | None) -> str:
        return "" if timing is None else _milliseconds(timing.median)

    return (result.title, *(shown(result.times.get(way)) for way in ("sql", "service", "http")))


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1_000:,.1f} ms"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)

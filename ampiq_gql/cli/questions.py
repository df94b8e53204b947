"""What a question about customers needs of a home: its build and its segments, and no more.

Files, builds, deliveries and models stay unopened and unimported, so that `ampiq count` answers
in half the time that all services would take to come up.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.abc import MetaPathFinder

import typer

from ampiq_gql.cli.home import settings_of
from ampiq_gql.insights import CustomerService, InsightService
from ampiq_gql.segments import SegmentService
from ampiq_gql.store import Store
from ampiq_gql.warehouse import Warehouse, open_warehouse

__all__ = ["Questions", "open_questions"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Questions:
    """The services that only read; named as in `Services`."""

    store: Store
    warehouse: Warehouse
    segments: SegmentService
    insights: InsightService
    customers: CustomerService


@contextmanager
def open_questions(context: typer.Context) -> Iterator[Questions]:
    """Open what questions need and close it after the command."""
    settings = settings_of(context)
    with ExitStack() as opened:
        opened.enter_context(_without_pandas())
        store = Store.open(settings)
        opened.callback(store.close)
        warehouse = open_warehouse(settings)
        opened.callback(warehouse.close)
        segments = SegmentService(store, warehouse, settings)
        yield Questions(
            store=store,
            warehouse=warehouse,
            segments=segments,
            insights=InsightService(warehouse, segments, settings),
            customers=CustomerService(warehouse, segments),
        )


class _NoPandas(MetaPathFinder):
    """Says that there is no pandas: a plain None in its place would break PyArrow, which asks."""

    def find_spec(self, fullname: str, _path: object, _target: object = None) -> None:
        """Refuse pandas, and leave every other module to the next finder."""
        if fullname == "pandas":
            raise ModuleNotFoundError(fullname, name=fullname)


@contextmanager
def _without_pandas() -> Iterator[None]:
    """Hide pandas from DuckDB, which imports it at the first bound value when it is installed.

    That takes half a second, and nothing that answers a question uses it.
    """
    finder = _NoPandas()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)

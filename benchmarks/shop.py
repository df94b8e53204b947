"""The home that is measured: a synthetic shop, loaded, built, with a hundred saved segments."""

from __future__ import annotations

from pathlib import Path

from ampiq_gql.demo import synthetic
from ampiq_gql.errors import Conflict
from ampiq_gql.progress import Progress
from ampiq_gql.segments import SaveSegment
from ampiq_gql.services import Services
from ampiq_gql.settings import Settings
from ampiq_gql.store.segments import SegmentFilter
from benchmarks.loading import load_shop

__all__ = ["SEGMENTS", "build_file", "open_shop"]

SEGMENTS = 100


def open_shop(home: Path, customers: int, progress: Progress) -> Services:
    """Open the home; make and build what it lacks."""
    if not home.exists():
        load_shop(home, customers)
    services = Services.open(Settings.load(home=home))
    services.build.run(synthetic.AS_OF, progress)
    with services.warehouse.read() as session:
        present = session.build.row_counts.get("merged_customers", 0)
    if present != customers:
        raise Conflict("HOME_HOLDS_OTHER_DATA", f"{home} holds {present:,} customers.")
    _save_segments(services)
    return services


def build_file(services: Services) -> Path:
    """Return the file of the current build."""
    build = services.warehouse.current_build()
    if build is None:
        raise FileNotFoundError("the shop has no build")
    return services.settings.home / "builds" / f"{build.id}.duckdb"


def _save_segments(services: Services) -> None:
    if services.segments.count(SegmentFilter()) >= SEGMENTS:
        return
    for number in range(SEGMENTS):
        expression = f"lifetime_order_revenue >= ${number + 1}"
        wanted = SaveSegment(name=f"Spent {number + 1}", text=expression, description="Measured.")
        services.segments.save(wanted, "bench")

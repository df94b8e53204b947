"""`ampiq demo` from nothing to answers over HTTP, twice: the figures are those of the files."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.demo.by_hand import MEMBERS, PREVIEWED, ByHand, figures_by_hand

AMPIQ = Path(sys.executable).with_name("ampiq")
AS_OF = date(2018, 1, 1)

pytestmark = pytest.mark.demo


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A running demonstration: what it printed before it served, and where it serves."""

    said: str
    table: str
    address: str

    def queries(self) -> list[str]:
        """Return the queries to paste, as they were printed."""
        return [line for line in self.said.splitlines() if line.startswith("{")]

    def answer(self, query: str) -> Any:
        body = json.dumps({"query": query}).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(self.address, body, headers)  # noqa: S310 - our own server
        with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310
            found = json.load(response)
        assert "errors" not in found
        return found["data"]


@contextmanager
def _demo(home: Path) -> Iterator[Served]:
    table = home.with_suffix(".out")
    with table.open("w", encoding="utf-8") as out:
        command = [str(AMPIQ), "--home", str(home), "demo", "--port", "0"]
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.PIPE, text=True)
    said: list[str] = []
    try:
        assert process.stderr is not None
        for line in process.stderr:
            said.append(line)
            if line.startswith("Serving at "):
                break
        else:
            pytest.fail("".join(said))
        yield Served(
            said="".join(said), table=table.read_text(encoding="utf-8"), address=line.split()[2]
        )
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "home"


@pytest.fixture(scope="module")
def served(home: Path) -> Iterator[Served]:
    with _demo(home) as served:
        yield served


@pytest.fixture(scope="module")
def by_hand(home: Path, served: Served) -> dict[str, ByHand]:
    return figures_by_hand(home / "demo", AS_OF)


def test_the_printed_table_holds_the_figures_of_the_files(
    served: Served, by_hand: dict[str, ByHand]
) -> None:
    everyone = by_hand["All customers"].customers
    for name in MEMBERS:
        truth = by_hand[name]
        (row,) = [line for line in served.table.splitlines() if line.strip().startswith(name)]
        assert row.replace(name, "").split() == [
            f"{truth.customers:,}",
            f"{truth.customers / everyone:.1%}",
            f"{truth.revenue:,.0f}",
            f"{truth.reachable:,}",
        ]


def test_the_output_fits_a_terminal_and_holds_no_control_characters(served: Served) -> None:
    assert max(len(line) for line in served.table.splitlines()) <= 80
    assert not re.search(r"[\x00-\x08\x0b-\x1f]", served.said + served.table)


def test_it_says_that_contact_details_are_made_up(served: Served) -> None:
    assert "made up" in served.said


def test_the_model_is_shown_beside_its_baselines(served: Served) -> None:
    assert re.search(r"^ model +0\.\d{3}", served.table, re.MULTILINE)
    assert "carry_forward" in served.table


def test_the_first_query_counts_every_segment(served: Served, by_hand: dict[str, ByHand]) -> None:
    edges = served.answer(served.queries()[0])["segments"]["edges"]
    counts = {edge["node"]["name"]: edge["node"]["count"] for edge in edges}
    assert len(counts) == 8
    for name in MEMBERS:
        assert counts[name] == by_hand[name].customers, name


def test_the_second_query_takes_the_revenue_apart(
    served: Served, by_hand: dict[str, ByHand]
) -> None:
    found = served.answer(served.queries()[1])["segment"]["insights"]
    truth, everyone = by_hand["Weekly shoppers"], by_hand["All customers"]
    assert Decimal(found["revenue"]["value"]) == truth.revenue
    assert found["revenue"]["share"] == pytest.approx(float(truth.revenue / everyone.revenue))
    per_customer = found["revenueTree"]["revenuePerCustomer"]
    value, baseline = truth.revenue / truth.active, everyone.revenue / everyone.active
    assert Decimal(per_customer["value"]) == pytest.approx(value, rel=Decimal("1e-9"))
    assert per_customer["change"] == pytest.approx(float((value - baseline) / baseline))
    order_value = found["revenueTree"]["averageOrderValue"]["value"]
    assert Decimal(order_value) == pytest.approx(truth.revenue / truth.orders, rel=Decimal("1e-9"))


def test_the_third_query_measures_an_expression(served: Served, by_hand: dict[str, ByHand]) -> None:
    preview = served.answer(served.queries()[2])["preview"]
    assert preview["diagnostics"] == []
    assert preview["segmentSql"]["text"].startswith("WITH")
    truth, everyone = by_hand[PREVIEWED].customers, by_hand["All customers"].customers
    found = preview["insights"]["uniqueCustomers"]
    assert (int(found["value"]), found["share"]) == (truth, truth / everyone)


def test_a_second_demonstration_builds_and_trains_nothing(home: Path, served: Served) -> None:
    with _demo(home) as again:
        assert "Building" not in again.said
        assert "Training" not in again.said
        assert "Reading" not in again.said
        assert "carry_forward" not in again.table
        assert again.table.splitlines()[-7:] == served.table.splitlines()[-7:]

"""One shop to break, for all tests of the checks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.build.validation.bench import Bench, open_bench
from tests.shop import make_shop


@pytest.fixture(scope="package")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """The shop's build; what a test changes is undone at its end."""
    with open_bench(make_shop(tmp_path_factory.mktemp("bench") / "home").home) as opened:
        yield opened
